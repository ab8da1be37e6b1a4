package profile

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/reference"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// Member is one key of a merged profile, or the value of one input.
type Member struct {
	// Path is the path of the key in the profile's table, such as exchange, json,
	// appId. For a refusal it is refusals, code, key; for an input's value, just the
	// input's name.
	Path []string
	// Value has the type that TOML gives it; a list is one value. Secret values are
	// secret.String, but a reference to a secret is a string.
	Value any
	From  Origin
	Own   bool // from a configuration file, the environment or a flag; not built in
}

// Key returns the path joined with dots. Keys that contain dots or spaces are quoted.
func (m Member) Key() string {
	keys := slices.Clone(m.Path)
	for i, key := range keys {
		if strings.ContainsAny(key, ". ") {
			keys[i] = strconv.Quote(key)
		}
	}
	return strings.Join(keys, ".")
}

// Members returns all keys of the merged profile and all values of inputs, sorted by
// path. Refusals come last, in the order in which they are tried.
func (p *Profile) Members() []Member {
	w := walker{p: p}
	for _, name := range p.InputNames() {
		if v, given := p.values[name]; given {
			own := v.From != "file" || !v.file.builtin
			w.out = append(w.out, Member{[]string{name}, hidden(p.Inputs[name], v.text), v.Origin, own})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(p.raw)) {
		if key != "refusals" {
			w.walk([]string{key}, p.raw[key])
		}
	}
	slices.SortStableFunc(w.out, func(a, b Member) int { return slices.Compare(a.Path, b.Path) })
	w.refusals()
	return w.out
}

type walker struct {
	p   *Profile
	out []Member
}

func (w *walker) walk(path []string, v any) {
	if list, ok := v.([]any); ok && isAlso(path) {
		for i, also := range list {
			w.walk(sub(path, strconv.Itoa(i)), also)
		}
		return
	}
	table, ok := v.(map[string]any)
	if !ok {
		if text, ok := v.(string); ok && len(path) == 3 && path[0] == "inputs" && path[2] == "default" {
			v = hidden(w.p.Inputs[path[1]], text)
		}
		o, _ := w.p.originOf(path)
		w.add(path, v, o, o.origin(path...))
		return
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		w.walk(sub(path, key), table[key])
	}
}

// isAlso reports whether the path is that of the other requests for a step.
func isAlso(path []string) bool {
	_, rest, ok := StepOf(path)
	return ok && len(rest) == 1 && rest[0] == "also"
}

// refusals adds the refusals by their codes. If several have the same code, all but
// the first get a number.
func (w *walker) refusals() {
	list, _ := w.p.raw["refusals"].([]any)
	times := map[string]int{}
	for i, v := range list {
		code := w.p.Refusals[i].CodeText()
		times[code]++
		name := code
		if n := times[code]; n > 1 {
			name += " #" + strconv.Itoa(n)
		}
		r, _ := v.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(r)) {
			o := w.p.refusals[i]
			w.add([]string{"refusals", name, key}, r[key], o, o.origin(key))
		}
	}
}

func (w *walker) add(path []string, v any, o origin, from Origin) {
	if text, ok := v.(string); ok && looksSecret(path, text) {
		v = secret.New(text)
	}
	w.out = append(w.out, Member{path, v, from, !o.file.builtin})
}

// hidden returns text, as a secret.String if the input is secret and text is not a
// reference.
func hidden(in Input, text string) any {
	if in.Secret && !reference.Is(text) {
		return secret.New(text)
	}
	return text
}

// looksSecret reports whether text is a likely secret that was written into a request
// instead of an input.
func looksSecret(path []string, text string) bool {
	if len(path) == 3 && path[2] == "key" && path[0] == "make" {
		return !strings.Contains(text, "{")
	}
	_, rest, _ := StepOf(path)
	if len(rest) > 2 && rest[0] == "also" {
		rest = rest[2:]
	}
	inRequest := len(rest) > 1 && slices.Contains([]string{"query", "headers", "form", "json"}, rest[0])
	return inRequest && IsSecretLiteral(path[len(path)-1], text)
}

// IsSecretLiteral reports whether the literal value of a member of a request must be
// hidden because the member's name suggests a secret. Recorded exchanges are redacted
// by the same rule.
func IsSecretLiteral(member, text string) bool {
	return !strings.Contains(text, "{") && scrub.Suspect(member, text)
}
