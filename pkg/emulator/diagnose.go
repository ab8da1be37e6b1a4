package emulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// diagnosis says in one line what was wrong with a request, the reason of its
// refusal first. No secret is in it.
func (c *call) diagnosis() string {
	findings := slices.Clone(c.findings)
	slices.SortStableFunc(findings, func(a, b finding) int { return weight(a) - weight(b) })
	var lines []string
	for i, f := range findings {
		if i == 4 && len(findings) > 5 {
			lines = append(lines, fmt.Sprintf("and %d more", len(findings)-i))
			break
		}
		lines = append(lines, c.line(f))
	}
	return c.v.scrubber(c.seen).Scrub(strings.Join(lines, "; "))
}

// weight puts what refuses before what does not.
func weight(f finding) int {
	if f.kind == "" {
		return len(severity) + 1
	}
	return rank(f.kind)
}

func (c *call) line(f finding) string {
	if f.text != "" {
		return f.text
	}
	return f.problem.Member + ": " + c.describe(f.problem)
}

// describe says what is wrong with a member. Of what is secret, or may be, only
// its length and the place of the first difference are told.
func (c *call) describe(p recipe.Problem) string {
	expected, got := p.Expected.Reveal(), p.Got.Reveal()
	template, known := c.s.template(p.Member)
	open := p.Placeholder != "" && !c.v.secret(p.Placeholder) || p.Placeholder == "" && (known && len(template.Placeholders()) == 0 ||
		p.Member == "method" || p.Member == "path" || p.Member == "content-type")
	switch {
	case p.Kind == recipe.Missing && p.Placeholder == "" && expected != "":
		return "is missing: expected " + shown(expected)
	case p.Kind == recipe.Missing:
		return "is missing"
	case p.Kind == recipe.Unread:
		return "was sent, but nothing reads it"
	case p.Placeholder == "sign":
		return "is not the signature expected" + c.signed()
	case p.Kind == recipe.Malformed:
		return malformed(p, open)
	case recipe.IsClientAuth(p.Placeholder):
		return "expected " + expected // a sentence, since the client sends none
	case open:
		return "expected " + shown(expected) + ", got " + shown(got)
	case p.Placeholder == "" && known:
		return "expected the form " + shown(string(template))
	}
	return "is not the value that is registered here: " + difference(expected, got)
}

// malformed says what a member should have been. Expected is a description; Got
// is one too where it is about JSON or the body's syntax.
func malformed(p recipe.Problem, open bool) string {
	expected, got := p.Expected.Reveal(), p.Got.Reveal()
	syntax := p.Member == "json" || p.Member == "form"
	switch {
	case got != "" && (open || syntax || strings.HasPrefix(got, "a JSON ")):
		if expected == "" {
			return shown(got)
		}
		return "expected " + expected + ", got " + shown(got)
	case expected == "":
		return "cannot be read"
	}
	return "expected " + expected
}

// signed tells the text that is signed here, which a client has to compare with
// its own: only where all else is right, since a member that was not understood
// may hold a secret that nobody knows of.
func (c *call) signed() string {
	for _, p := range c.seen.Problems {
		if p.Placeholder != "sign" && p.Kind != recipe.Unread {
			return ""
		}
	}
	return "; what is signed here: " + strconv.Quote(c.v.scrubber(c.seen).Scrub(c.seen.SignText.Reveal()))
}

// difference tells where two texts part without showing them.
func difference(expected, got string) string {
	a, b := []rune(expected), []rune(got)
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	switch {
	case n == len(b):
		return fmt.Sprintf("it ends after %d of %d characters", n, len(a))
	case n == len(a):
		return fmt.Sprintf("it goes on after the %d characters expected", n)
	}
	return fmt.Sprintf("character %d is the first that differs (got %d characters, expected %d)", n+1, len(b), len(a))
}

// shown makes a text from outside fit for one line.
func shown(text string) string {
	const most = 120
	if text == "" {
		return "nothing"
	}
	runes := []rune(text)
	if len(runes) > most {
		runes = append(runes[:most], '…')
	}
	text = string(runes)
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(text)
	}
	return text
}

// maskPath is the request's path without the secrets that the recipe puts in it.
func (c *call) maskPath() string {
	path := c.req.URL.Path
	for name, value := range c.seen.Values {
		if c.v.secret(name) && !value.IsZero() {
			path = strings.ReplaceAll(path, value.Reveal(), secret.Redacted)
		}
	}
	return path
}
