package recipe

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/body"
)

// covered holds the parts of a request that a make can name, without the members that
// contain such makes.
type covered struct {
	method, address, path, rawQuery, body string
	mediaType                             string // of the body
	sorted                                []pair // see params
	known                                 bool   // sorted is computed
	// whole is the JSON body before the members in held were removed, which changes its order;
	// "" if none were.
	whole string
	held  map[string]bool
}

// pair is a decoded parameter.
type pair struct{ name, value string }

// without returns the parts without the members in held, whose keys are those of
// [Recipe.EachTemplate].
func (c covered) without(held map[string]bool) *covered {
	inJSON := false
	for key := range held {
		switch group, name, _ := strings.Cut(key, "."); group {
		case "query":
			c.rawQuery = withoutMember(c.rawQuery, name)
		case "form":
			c.body = withoutMember(c.body, name)
		case "json":
			inJSON = true
		}
	}
	if inJSON {
		c.whole, c.held = cmp.Or(c.whole, c.body), held
		c.body = withoutKeys(c.body, held)
	}
	c.sorted, c.known = nil, false
	return &c
}

// value returns the value of one of [RequestParts].
func (c *covered) value(name string) (string, bool) {
	switch name {
	case "method":
		return c.method, true
	case "url":
		if c.rawQuery == "" {
			return c.address, true
		}
		return c.address + "?" + c.rawQuery, true
	case "path":
		return c.path, true
	case "path_compact":
		return strings.ReplaceAll(c.path, "/", ""), true
	case "params":
		if c.method == "GET" {
			return c.rawQuery, true
		}
		return c.body, true
	case "body":
		return c.body, true
	case "query_sorted":
		pairs := strings.Split(c.rawQuery, "&")
		slices.Sort(pairs)
		return strings.Join(pairs, "&"), true
	case "params_sorted", "params_concat":
		within, between := separators(name)
		return join(c.params(), within, between), true
	}
	return "", false
}

// separators returns the text between a name and its value, and the text between parameters.
func separators(part string) (within, between string) {
	if part == "params_sorted" {
		return "=", "&"
	}
	return "", ""
}

func join(pairs []pair, within, between string) string {
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(p.name + within + p.value)
	}
	return b.String()
}

// params returns the parameters that are not empty.
func (c *covered) params() []pair {
	if !c.known {
		c.sorted, c.known = c.pairs(true), true
	}
	return c.sorted
}

// pairs returns the parameters, sorted by the bytes of their names.
func (c *covered) pairs(withoutEmpty bool) []pair {
	all := pairsOf(c.rawQuery)
	switch c.mediaType {
	case body.FormType:
		all = append(all, pairsOf(c.body)...)
	case jsonMediaType:
		all = append(all, c.jsonPairs()...)
	}
	all = slices.DeleteFunc(all, func(p pair) bool { return p.name == "" || withoutEmpty && p.value == "" })
	slices.SortStableFunc(all, func(a, b pair) int { return cmp.Compare(a.name, b.name) })
	return all
}

// pairsOf decodes a raw query or form. It skips what cannot be decoded, which is reported
// elsewhere.
func pairsOf(raw string) []pair {
	var out []pair
	for text := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(text, "=")
		name, nameErr := url.QueryUnescape(name)
		value, valueErr := url.QueryUnescape(value)
		if nameErr == nil && valueErr == nil {
			out = append(out, pair{name, value})
		}
	}
	return out
}

// jsonPairs returns the members of the body, a JSON object. Nested members keep the order in
// which they were sent, unless one of them was removed.
func (c *covered) jsonPairs() []pair {
	rest := jsonPairs(c.body)
	if c.whole == "" {
		return rest
	}
	sent := jsonPairs(c.whole)
	for i, p := range rest {
		within := func(key string) bool { return strings.HasPrefix(key, "json."+p.name+".") }
		at := slices.IndexFunc(sent, func(s pair) bool { return s.name == p.name })
		if at >= 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(c.held)), within) {
			rest[i] = sent[at]
		}
	}
	return rest
}

// jsonPairs returns the members of a JSON object. A string is its text, null is empty, and
// any other value is compact JSON.
func jsonPairs(text string) []pair {
	var out []pair
	text = strings.Trim(text, jsonSpace)
	if !json.Valid([]byte(text)) || jsonType(text) != "object" {
		return nil
	}
	for _, m := range objectMembers(text) {
		switch value := m.value; jsonType(value) {
		case "null":
		case "string":
			out = append(out, pair{m.name, jsonString(value)})
		default:
			out = append(out, pair{m.name, compactJSON(value)})
		}
	}
	return out
}
