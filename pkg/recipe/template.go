package recipe

import "strings"

// Template is text with {placeholders}: {name} is replaced by a value, and
// {name?} may have none. Braces around anything but a name are plain text, so
// that an example answer in JSON is a template too.
type Template string

// Placeholder is one {name} or {name?} of a template.
type Placeholder struct {
	Name     string
	Optional bool
}

// part is literal text, or a placeholder when name is set.
type part struct {
	literal string
	Placeholder
}

// Placeholders returns the template's placeholders in their order.
func (t Template) Placeholders() []Placeholder {
	var out []Placeholder
	for _, p := range t.parts() {
		if p.Name != "" {
			out = append(out, p.Placeholder)
		}
	}
	return out
}

// Only returns the template's placeholder when the template is nothing else.
func (t Template) Only() (Placeholder, bool) {
	parts := t.parts()
	if len(parts) == 1 && parts[0].Name != "" {
		return parts[0].Placeholder, true
	}
	return Placeholder{}, false
}

// Expand replaces every placeholder by what value returns for its name. The
// names that have no value are returned; those of them that are not optional
// make the result unusable.
func (t Template) Expand(value func(name string) (string, bool)) (text string, missing []Placeholder) {
	var b strings.Builder
	for _, p := range t.parts() {
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

// match reads text as something that Expand made and gives the values back. A
// placeholder ends where the literal text behind it first occurs, so two
// placeholders side by side cannot be told apart: the first is then empty.
func (t Template) match(text string) (map[string]string, bool) {
	values := map[string]string{}
	parts := t.parts()
	for i, p := range parts {
		if p.Name == "" {
			rest, ok := strings.CutPrefix(text, p.literal)
			if !ok {
				return nil, false
			}
			text = rest
			continue
		}
		end := len(text)
		if i+1 < len(parts) {
			if end = strings.Index(text, parts[i+1].literal); end < 0 {
				return nil, false
			}
		}
		if seen, ok := values[p.Name]; ok && seen != text[:end] {
			return nil, false
		}
		values[p.Name], text = text[:end], text[end:]
	}
	return values, text == ""
}

func (t Template) parts() []part {
	var out []part
	rest, literal := string(t), 0
	for i := 0; i < len(rest); {
		p, n := placeholderAt(rest[i:])
		if n == 0 {
			i++
			continue
		}
		if literal < i {
			out = append(out, part{literal: rest[literal:i]})
		}
		out = append(out, part{Placeholder: p})
		i += n
		literal = i
	}
	if literal < len(rest) {
		out = append(out, part{literal: rest[literal:]})
	}
	return out
}

// placeholderAt reads a placeholder at the start of s and returns its length,
// 0 when there is none.
func placeholderAt(s string) (Placeholder, int) {
	end := strings.IndexByte(s, '}')
	if s[0] != '{' || end < 2 {
		return Placeholder{}, 0
	}
	name, optional := strings.CutSuffix(s[1:end], "?")
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789_.-", r)) {
			return Placeholder{}, 0
		}
	}
	return Placeholder{Name: name, Optional: optional}, end + 1
}
