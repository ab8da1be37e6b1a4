// Package recipe describes one HTTP request by placeholders and reads the
// description in both directions: it builds the request from values, and it
// recognises a request, giving the values back.
package recipe

import (
	"slices"
	"strings"
)

// Recipe is one request. Query, Headers and Form hold a template for each
// member; JSON holds a template in each of its strings, at any depth. Form and
// JSON exclude each other.
type Recipe struct {
	Method  string              `toml:"method"`
	URL     Template            `toml:"url"`
	Query   map[string]Template `toml:"query"`
	Headers map[string]Template `toml:"headers"`
	Form    map[string]Template `toml:"form"`
	JSON    map[string]any      `toml:"json"`
	Sign    *Sign               `toml:"sign"`
}

// Made are the placeholders whose values are made anew for each request.
var Made = []string{"uuid", "timestamp", "timestamp_ms", "basic_auth", "post_auth", "sign"}

// Placeholders returns every placeholder of the recipe once, in alphabetical
// order: an optional one only where no other member requires it. Those of the
// signature count; its parts of the request do not.
func (r Recipe) Placeholders() []Placeholder {
	optional := map[string]bool{}
	see := func(t Template) {
		for _, p := range t.Placeholders() {
			was, seen := optional[p.Name]
			optional[p.Name] = p.Optional && (was || !seen)
		}
	}
	r.EachTemplate(func(_ string, t Template) { see(t) })
	var out []Placeholder
	for name, opt := range optional {
		if !slices.Contains(SignPlaceholders, name) {
			out = append(out, Placeholder{name, opt})
		}
	}
	slices.SortFunc(out, func(a, b Placeholder) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// EachTemplate calls f for every template of the recipe with its key, such as
// query.code or sign.text.
func (r Recipe) EachTemplate(f func(key string, t Template)) {
	f("url", r.URL)
	for group, members := range map[string]map[string]Template{"query": r.Query, "headers": r.Headers, "form": r.Form} {
		for name, t := range members {
			f(group+"."+name, t)
		}
	}
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch x := v.(type) {
		case string:
			f(key, Template(x))
		case map[string]any:
			for name, m := range x {
				walk(key+"."+name, m)
			}
		case []any:
			for _, m := range x {
				walk(key, m)
			}
		}
	}
	walk("json", r.JSON)
	if r.Sign != nil {
		f("sign.text", r.Sign.Text)
		f("sign.key", r.Sign.Key)
	}
}
