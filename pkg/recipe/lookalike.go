package recipe

import (
	"regexp"
	"strings"
	"sync"
)

// lookalike matches plain text that was probably meant as a placeholder: {{name}},
// {name|filter}, {name:format}, {1}, { name }.
var lookalike = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\{\{\s*[A-Za-z_][\w.-]*[^{}"]*\}\}|\{[^{}"\s]+\}|\{\s*[A-Za-z_][\w.-]*\s*\??\s*\}`)
})

// Lookalikes returns the parts of the template that look like placeholders but are plain
// text; if there are none, the text around an unbalanced brace. Text in a language with
// braces, such as JSON or GraphQL, does not count: there, braces nest or enclose quoted
// names.
func (t Template) Lookalikes() []string {
	var out []string
	nests := t.nests()
	for _, found := range lookalike().FindAllString(string(t), -1) {
		_, length := placeholderAt(found)
		spaced := strings.ContainsAny(found, " \t\r\n") && !strings.HasPrefix(found, "{{")
		if length == 0 && !(spaced && nests) {
			out = append(out, found)
		}
	}
	if len(out) == 0 {
		out = t.unbalanced()
	}
	return out
}

// nests reports whether a brace opens inside another pair.
func (t Template) nests() bool {
	text := string(t)
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			return false
		}
		text = text[open+1:]
		if next := strings.IndexAny(text, "{}"); next >= 0 && text[next] == '{' {
			return true
		}
	}
}

// unbalanced returns the text up to the first } without a {, or the text from the last {
// without a }; nil if all braces match.
func (t Template) unbalanced() []string {
	var open []int
	for i, c := range string(t) {
		switch {
		case c == '{':
			open = append(open, i)
		case c == '}' && len(open) == 0:
			return []string{string(t[:i+1])}
		case c == '}':
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return []string{string(t[open[len(open)-1]:])}
	}
	return nil
}
