package profile

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/secret"
)

// Member is one value of a description, or of an input.
type Member struct {
	// Path is that of the key in the profile's table, such as exchange, json, appId.
	// A refusal's begins with refusals and its code; an input's value stands under
	// its name alone.
	Path []string
	// Value is as TOML has it, lists as a whole: text, a whole number, true or
	// false. What is secret is a secret.String, a reference to it is text.
	Value any
	From  Origin
	Own   bool // not built in: from a configuration file, the environment or a flag
}

// Key is the path with dots, and quotes where a key has dots of its own.
func (m Member) Key() string {
	keys := slices.Clone(m.Path)
	for i, key := range keys {
		if strings.ContainsAny(key, ". ") {
			keys[i] = strconv.Quote(key)
		}
	}
	return strings.Join(keys, ".")
}

// Members returns the merged description and the values of the inputs, in the
// order of their paths; refusals in the order in which they are tried.
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

// refusals stand under their codes; of several with one code, all but the first
// get a number.
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

// hidden is the value of an input, behind a secret.String where it is one.
func hidden(in Input, text string) any {
	if in.Secret && !secret.IsReference(text) {
		return secret.New(text)
	}
	return text
}

// looksSecret finds what somebody wrote into a request itself, where an input
// should be.
func looksSecret(path []string, text string) bool {
	inRequest := len(path) > 2 && slices.Contains([]string{"query", "headers", "form", "json"}, path[1])
	return inRequest && IsSecretLiteral(path[len(path)-1], text)
}

// IsSecretLiteral reports whether a member of a request, which is a text of the profile
// itself, has to be hidden: as the records of exchanges do, by its name.
func IsSecretLiteral(member, text string) bool {
	return !strings.Contains(text, "{") && secret.Suspect(member, text)
}
