// Package recipe describes one HTTP request by placeholders and reads the
// description in both directions: it builds the request from values, and it
// recognises a request, giving the values back.
package recipe

import (
	"maps"
	"slices"
	"strconv"
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
var Made = []string{"uuid", "timestamp", "timestamp_ms", "basic_auth", "post_id", "post_secret", "sign"}

// Fixable are those of Made that [Fresh] can have given values for.
var Fixable = []string{"uuid", "timestamp", "timestamp_ms"}

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
// query.code, json.list.0 or sign.text, in an order that is always the same.
func (r Recipe) EachTemplate(f func(key string, t Template)) {
	f("url", r.URL)
	eachMember("query", r.Query, f)
	eachMember("headers", r.Headers, f)
	eachMember("form", r.Form, f)
	eachString("json", r.JSON, f)
	if r.Sign != nil {
		f("sign.text", r.Sign.Text)
		f("sign.key", r.Sign.Key)
	}
}

func eachMember(group string, members map[string]Template, f func(string, Template)) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		f(group+"."+name, members[name])
	}
}

// eachString calls f for the strings in v, a JSON value, at every depth.
func eachString(key string, v any, f func(string, Template)) {
	switch x := v.(type) {
	case string:
		f(key, Template(x))
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			eachString(key+"."+name, x[name], f)
		}
	case []any:
		for i, m := range x {
			eachString(key+"."+strconv.Itoa(i), m, f)
		}
	}
}

// Map returns the recipe with what f makes of each template of its query, headers and
// body; keys are those of EachTemplate.
func (r Recipe) Map(f func(key string, t Template) Template) Recipe {
	members := func(group string, members map[string]Template) map[string]Template {
		out := maps.Clone(members)
		for name, t := range members {
			out[name] = f(group+"."+name, t)
		}
		return out
	}
	r.Query, r.Headers, r.Form = members("query", r.Query), members("headers", r.Headers), members("form", r.Form)
	if r.JSON != nil {
		r.JSON = mapString("json", r.JSON, f).(map[string]any)
	}
	return r
}

func mapString(key string, v any, f func(string, Template) Template) any {
	switch x := v.(type) {
	case string:
		return string(f(key, Template(x)))
	case map[string]any:
		out := map[string]any{}
		for name, m := range x {
			out[name] = mapString(key+"."+name, m, f)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, m := range x {
			out[i] = mapString(key+"."+strconv.Itoa(i), m, f)
		}
		return out
	}
	return v
}
