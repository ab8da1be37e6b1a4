package recipe

import "strings"

// SignedValues returns the placeholders on which the value of a make depends: those in its
// text and its key, in the parts of the request that it covers, and in the makes that it
// uses.
func (r Recipe) SignedValues(name string) []string {
	covering := r.covering()
	covering[name] = true
	held := r.holders(covering)
	seen := map[string]bool{name: true}
	var out []string
	var see func(key string, t Template)
	see = func(key string, t Template) {
		if held[key] {
			return
		}
		for _, ph := range t.Placeholders() {
			if seen[ph.Name] {
				continue
			}
			seen[ph.Name] = true
			m, made := r.Make(ph.Name)
			switch {
			case IsPart(ph.Name):
				r.eachCovered(ph.Name, see)
			case made && m.IsText():
				m.EachTemplate(see)
			default:
				out = append(out, ph.Name)
			}
		}
	}
	m, _ := r.Make(name)
	m.EachTemplate(see)
	return out
}

// eachCovered calls f for the templates in one of [RequestParts], with their keys as in
// [Recipe.EachTemplate].
func (r Recipe) eachCovered(part string, f func(key string, t Template)) {
	address, query, _ := strings.Cut(string(r.URL), "?")
	inQuery, inBody := false, false
	switch part {
	case "url":
		f("url", Template(address))
		inQuery = true
	case "path", "path_compact":
		f("url", Template(strings.TrimPrefix(address, "{base_url}")))
	case "query_sorted":
		inQuery = true
	case "params":
		inQuery, inBody = r.Method == "GET", r.Method != "GET"
	case "body":
		inBody = true
	case "params_sorted", "params_concat":
		inQuery, inBody = true, true
	}
	if inQuery {
		f("url", Template(query))
		eachMember("query", r.Query, f)
		r.eachRepeated("query", f)
	}
	if inBody {
		eachMember("form", r.Form, f)
		r.eachRepeated("form", f)
		eachString("json", r.JSON, f)
	}
}

// SignedParameters returns the names of the parameters that a make covers in a request that
// the recipe has built, sorted.
func (r Recipe) SignedParameters(req *Request, name string) []string {
	covering := r.covering()
	covering[name] = true
	var out []string
	for _, p := range req.covered.without(r.holders(covering)).params() {
		out = append(out, p.name)
	}
	return out
}
