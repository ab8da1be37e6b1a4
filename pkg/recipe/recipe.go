// Package recipe describes an HTTP request as a template with {placeholders}. It builds
// requests from the template, and reads requests with it.
//
// A client calls [Recipe.Build], which fills the placeholders from [Values] and signs the
// request. A server calls [Recipe.Recognise], which reads a request, returns the value of
// each placeholder and lists every [Problem]; [Recipe.Recogniser] does the same for many
// requests. [Recipe.Search] and [Recipe.SignedAs] explain a signature that does not match.
package recipe

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Recipe is one HTTP request. Query, Headers and Form map the name of each member to its
// template; in JSON every string, at any depth, is a template. A recipe has Form or JSON,
// not both.
type Recipe struct {
	Method  string              `toml:"method"`
	URL     Template            `toml:"url"`
	Query   map[string]Template `toml:"query"`
	Headers map[string]Template `toml:"headers"`
	Form    map[string]Template `toml:"form"`
	JSON    map[string]any      `toml:"json"`
	Sign    *Make               `toml:"sign"` // makes {sign}
	Makes   map[string]Make     `toml:"-"`    // make the values of other placeholders, by name
	// Yields are the values of a recipe that sends nothing, by name, see [Recipe.Yield].
	Yields map[string]Template `toml:"yields"`
	// Repeated are the members of the query and the form that have several values. Their
	// keys are those of [Recipe.EachTemplate], such as query.scope.
	Repeated map[string][]Template `toml:"-"`
}

// Made are the placeholders that [Recipe.Build] generates or computes for each request.
var Made = []string{"uuid", "timestamp", "timestamp_ms", "basic_auth", "post_id", "post_secret", jwtAuth, jwtAuthType, "sign"}

// Fixable are the names in [Made] that can be given fixed values with [Fresh].
var Fixable = []string{"uuid", "timestamp", "timestamp_ms"}

// Placeholders returns the placeholders of the recipe in alphabetical order, each once. A
// placeholder is optional if it is optional wherever it occurs. The result includes those
// of the makes that the recipe uses, but not [RequestParts] in them.
func (r Recipe) Placeholders() []Placeholder {
	optional := map[string]bool{}
	var see func(t Template, inMake, inOptional bool)
	see = func(t Template, inMake, inOptional bool) {
		for _, p := range t.Placeholders() {
			if inMake && IsPart(p.Name) {
				continue
			}
			was, seen := optional[p.Name]
			now := p.Optional || inOptional
			if optional[p.Name] = now && (was || !seen); seen && was == optional[p.Name] {
				continue
			}
			if m, made := r.Make(p.Name); made {
				m.EachTemplate(func(_ string, t Template) { see(t, true, now) })
			}
		}
	}
	r.EachTemplate(func(key string, t Template) { see(t, strings.HasPrefix(key, "sign."), false) })
	var out []Placeholder
	for name, opt := range optional {
		out = append(out, Placeholder{name, opt})
	}
	slices.SortFunc(out, func(a, b Placeholder) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// EachTemplate calls f for every template of the recipe, always in the same order. key
// says where the template is, such as query.code, json.list.0 or sign.text. All values of a
// repeated member have the same key.
func (r Recipe) EachTemplate(f func(key string, t Template)) {
	f("url", r.URL)
	eachMember("query", r.Query, f)
	r.eachRepeated("query", f)
	eachMember("headers", r.Headers, f)
	eachMember("form", r.Form, f)
	r.eachRepeated("form", f)
	eachString("json", r.JSON, f)
	if r.Sign != nil {
		f("sign.text", r.Sign.Text)
		f("sign.key", r.Sign.Key)
	}
	eachMember("yields", r.Yields, f)
}

func eachMember(group string, members map[string]Template, f func(string, Template)) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		f(group+"."+name, members[name])
	}
}

// eachString calls f for every string in v, a JSON value, at any depth.
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

// Map returns a copy of the recipe with each template of the query, headers and body
// replaced with the result of f. Keys are those of [Recipe.EachTemplate].
func (r Recipe) Map(f func(key string, t Template) Template) Recipe {
	members := func(group string, members map[string]Template) map[string]Template {
		out := maps.Clone(members)
		for name, t := range members {
			out[name] = f(group+"."+name, t)
		}
		return out
	}
	r.Query, r.Headers, r.Form = members("query", r.Query), members("headers", r.Headers), members("form", r.Form)
	r.Repeated = maps.Clone(r.Repeated)
	for key, list := range r.Repeated {
		list = slices.Clone(list)
		for i, t := range list {
			list[i] = f(key, t)
		}
		r.Repeated[key] = list
	}
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
