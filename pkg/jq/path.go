package jq

import "strings"

// path is an expression such as .data.user.id or .error?, as a list of names. Most expressions
// of profiles are paths, and following one takes a fraction of the time that gojq takes to
// compile it.
type path []member

type member struct {
	name     string
	optional bool // .name?, which has no output for a value that is not an object
}

// parsePath returns nil for an expression that is not a path.
func parsePath(text string) path {
	rest, dotted := strings.CutPrefix(text, ".")
	if !dotted {
		return nil
	}
	var p path
	for name := range strings.SplitSeq(rest, ".") {
		name, optional := strings.CutSuffix(name, "?")
		if !isName(name) {
			return nil
		}
		p = append(p, member{name, optional})
	}
	return p
}

// isName reports whether jq reads .text as the member with this name.
func isName(text string) bool {
	for i, c := range []byte(text) {
		if letter := c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z'; !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return text != ""
}

// follow returns the value at the path in v; nil if a member is missing. ok is false if a
// value on the path is neither an object nor null: gojq then words the error.
func (p path) follow(v any) (at any, ok bool) {
	for _, m := range p {
		switch object := v.(type) {
		case nil:
			return nil, true
		case map[string]any:
			v = object[m.name]
		default:
			return nil, m.optional
		}
	}
	return v, true
}
