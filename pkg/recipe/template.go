package recipe

import (
	"slices"
	"strings"
)

// Template is text with {placeholders}. {name} requires a value; {name?} may have none.
// Braces around anything except a name are plain text, so JSON is a valid template.
type Template string

// Placeholder is one {name} or {name?} in a [Template].
type Placeholder struct {
	Name     string
	Optional bool
}

// Placeholders returns the placeholders of the template in order, including repeated ones.
func (t Template) Placeholders() []Placeholder { return t.parts().placeholders() }

// Parts splits the template into its literals and its placeholders.
func (t Template) Parts() []Template {
	var out []Template
	for _, p := range t.parts() {
		out = append(out, Template(parts{p}.text()))
	}
	return out
}

// Only returns the placeholder of a template that is a single placeholder; otherwise false.
func (t Template) Only() (Placeholder, bool) { return t.parts().only() }

// Is reports whether the template is this placeholder alone, required or optional.
func (t Template) Is(placeholder string) bool {
	ph, only := t.Only()
	return only && ph.Name == placeholder
}

// Expand replaces each placeholder with the result of value for its name. missing lists
// the placeholders without a value; if one of them is not optional, text is not usable.
func (t Template) Expand(value func(name string) (string, bool)) (text string, missing []Placeholder) {
	return t.parts().expand(value)
}

// Parsed is a parsed [Template], for callers that expand it often.
type Parsed struct{ parts parts }

// Parse parses the template.
func (t Template) Parse() Parsed { return Parsed{t.parts()} }

// Placeholders is [Template.Placeholders].
func (p Parsed) Placeholders() []Placeholder { return p.parts.placeholders() }

// Expand is [Template.Expand].
func (p Parsed) Expand(value func(name string) (string, bool)) (text string, missing []Placeholder) {
	return p.parts.expand(value)
}

func (t Template) parts() parts {
	var out parts
	text, literal := string(t), 0
	for i := 0; i < len(text); {
		p, n := placeholderAt(text[i:])
		if n == 0 {
			i++
			continue
		}
		if literal < i {
			out = append(out, part{literal: text[literal:i]})
		}
		out = append(out, part{Placeholder: p})
		i += n
		literal = i
	}
	if literal < len(text) {
		out = append(out, part{literal: text[literal:]})
	}
	return out
}

// placeholderAt parses a placeholder at the start of s and returns it with its length, or
// 0 if there is none.
func placeholderAt(s string) (Placeholder, int) {
	if s[0] != '{' {
		return Placeholder{}, 0
	}
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return Placeholder{}, 0
	}
	name, optional := strings.CutSuffix(s[1:end], "?")
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789_.-", r)) {
			return Placeholder{}, 0
		}
	}
	if name == "" {
		return Placeholder{}, 0
	}
	return Placeholder{Name: name, Optional: optional}, end + 1
}

// part is a placeholder if it has a name, otherwise literal text.
type part struct {
	literal string
	Placeholder
}

// parts is a parsed template. No two literals are adjacent.
type parts []part

// capture is a placeholder with the text found in its place.
type capture struct {
	Placeholder
	text string
}

func (ps parts) placeholders() []Placeholder {
	var out []Placeholder
	for _, p := range ps {
		if p.Name != "" {
			out = append(out, p.Placeholder)
		}
	}
	return out
}

func (ps parts) only() (Placeholder, bool) {
	if len(ps) == 1 && ps[0].Name != "" {
		return ps[0].Placeholder, true
	}
	return Placeholder{}, false
}

func (ps parts) expand(value func(name string) (string, bool)) (text string, missing []Placeholder) {
	if p, only := ps.only(); only {
		v, ok := value(p.Name)
		if !ok {
			missing = []Placeholder{p}
		}
		return v, missing
	}
	var b strings.Builder
	const usual = 48 // bytes in a typical value
	size := 0
	for _, p := range ps {
		if size += len(p.literal); p.Name != "" {
			size += usual
		}
	}
	b.Grow(size)
	for _, p := range ps {
		if p.Name == "" {
			b.WriteString(p.literal)
			continue
		}
		v, ok := value(p.Name)
		if !ok {
			missing = append(missing, p.Placeholder)
		}
		b.WriteString(v)
	}
	return b.String(), missing
}

// text returns the parts as template source.
func (ps parts) text() string {
	var b strings.Builder
	for _, p := range ps {
		switch {
		case p.Name == "":
			b.WriteString(p.literal)
		case p.Optional:
			b.WriteString("{" + p.Name + "?}")
		default:
			b.WriteString("{" + p.Name + "}")
		}
	}
	return b.String()
}

// match is the inverse of expand: it returns the text of each placeholder, once per name.
// A placeholder takes its known value if that fits. Otherwise it ends at the first
// occurrence of the following literal, or at the last one if that literal ends the
// template. Of two adjacent unknown placeholders, the first one is empty.
func (ps parts) match(text string, known func(name string) (string, bool)) ([]capture, bool) {
	var out []capture
	for i, p := range ps {
		if p.Name == "" {
			rest, ok := strings.CutPrefix(text, p.literal)
			if !ok {
				return nil, false
			}
			text = rest
			continue
		}
		if before := slices.IndexFunc(out, func(c capture) bool { return c.Name == p.Name }); before >= 0 {
			rest, ok := strings.CutPrefix(text, out[before].text)
			if !ok {
				return nil, false
			}
			text = rest
			continue
		}
		end := ps[i+1:].after(text)
		if v, ok := known(p.Name); ok && strings.HasPrefix(text, v) && ps[i+1:].mayBegin(text[len(v):]) {
			end = len(v)
		}
		if end < 0 {
			return nil, false
		}
		out = append(out, capture{p.Placeholder, text[:end]})
		text = text[end:]
	}
	return out, text == ""
}

// after returns the offset in text at which the parts start after a placeholder, or -1.
func (ps parts) after(text string) int {
	switch {
	case len(ps) == 0:
		return len(text)
	case len(ps) == 1 && ps[0].Name == "":
		if !strings.HasSuffix(text, ps[0].literal) {
			return -1
		}
		return len(text) - len(ps[0].literal)
	}
	return strings.Index(text, ps[0].literal) // 0 if a placeholder comes next
}

// mayBegin reports whether text can start with the parts.
func (ps parts) mayBegin(text string) bool {
	switch {
	case len(ps) == 0:
		return text == ""
	case len(ps) == 1 && ps[0].Name == "":
		return text == ps[0].literal
	}
	return strings.HasPrefix(text, ps[0].literal)
}
