package profile

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/recipe"
)

// RedirectExample returns the parameters that the emulator adds to the redirect_uri with a
// code: a query, as a template. first is true for a user's first login.
func (s *Step) RedirectExample(first bool) recipe.Template {
	switch {
	case s.Example == "":
		return recipe.Template(s.CodeParams()[0] + "={code}&state={state}")
	case first || len(s.Callback.First) == 0:
		return s.Example
	}
	return recipe.Template(strings.Join(slices.DeleteFunc(exampleParams(s.Example), func(pair string) bool {
		return slices.Contains(s.Callback.First, paramName(pair))
	}), "&"))
}

// exampleParams returns the parameters of an example of a redirect, each as name=value.
func exampleParams(example recipe.Template) []string {
	return strings.Split(strings.TrimSpace(string(example)), "&")
}

func paramName(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	return name
}

// AroundCode returns the constant text that precedes and follows {code} in the code that a
// client reads from the example of the redirect: "ST-" and "" for ticket=ST-{code}.
func (p *Profile) AroundCode() (before, after string) {
	if p.Authorize == nil || p.Authorize.Example == "" {
		return "", ""
	}
	reader, err := p.RedirectReader()
	if err != nil {
		return "", "" // lint reports it
	}
	code, _ := sampleRedirect("code")
	params, _ := url.ParseQuery(ExpandRedirect(p.Authorize.Example, sampleRedirect)) // escaped by ExpandRedirect
	before, after, found := strings.Cut(reader.Says(params).Code, code)
	if !found {
		return "", ""
	}
	return before, after
}

// RedirectRefusal returns the parameters that the emulator adds to the redirect_uri for a
// refusal of this kind. own is true if they are the refusal_example. A refusal_example
// without {code} is only for a user who declined.
func (s *Step) RedirectRefusal(kind Kind) (t recipe.Template, own bool) {
	hasCode := slices.Contains(s.RefusalExample.Placeholders(), recipe.Placeholder{Name: "code"})
	if s.RefusalExample != "" && (hasCode || kind == KindDenied) {
		return s.RefusalExample, true
	}
	name := "error"
	if names := s.ErrorParams(); len(names) > 0 && !slices.Contains(names, name) {
		name = names[0]
	}
	message := "error_description"
	if names := fieldsIn(s.Message); len(names) > 0 {
		message = names[0]
	}
	return recipe.Template(name + "={code}&" + message + "={message}&state={state}"), false
}

// ExpandRedirect returns the query of an example of a redirect with these values. They are
// escaped for a query and, in a parameter that is JSON, for JSON. A parameter that consists
// of a placeholder without a value is left out.
func ExpandRedirect(example recipe.Template, value func(name string) (string, bool)) string {
	var pairs []string
	for _, pair := range exampleParams(example) {
		name, text, assigned := strings.Cut(pair, "=")
		t := recipe.Template(text)
		if ph, only := t.Only(); only {
			if v, _ := value(ph.Name); v == "" {
				continue
			}
		}
		var b strings.Builder
		b.WriteString(inQuery(name))
		if assigned {
			b.WriteByte('=')
		}
		json := isJSONParam(t)
		for _, part := range t.Parts() {
			ph, is := part.Only()
			if !is {
				b.WriteString(inQuery(string(part)))
				continue
			}
			v, _ := value(ph.Name)
			if json {
				v = exactjson.Escape(v)
			}
			b.WriteString(url.QueryEscape(v))
		}
		pairs = append(pairs, b.String())
	}
	return strings.Join(pairs, "&")
}

// isJSONParam reports whether a parameter's value begins like a JSON object or array.
func isJSONParam(t recipe.Template) bool {
	parts := t.Parts()
	if len(parts) == 0 || len(parts[0].Placeholders()) > 0 {
		return false
	}
	text := strings.TrimSpace(body.Unescape(string(parts[0])))
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// inQuery escapes the characters that a query must not contain. It keeps existing escapes.
func inQuery(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' || strings.IndexByte("\"#<>[\\]^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
