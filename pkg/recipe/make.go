package recipe

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Make says how the value of a placeholder is made for each request. It has one of Time,
// Random, Text and JWT.
//
// A text or key may name parts of the request ([RequestParts]). Such a make covers the
// request: it is made last, and the members that contain it are left out of what it covers.
type Make struct {
	Time string `toml:"time"` // the time in GNU date's notation, see [CheckTime]
	Zone string `toml:"zone"` // time zone of Time, such as Asia/Shanghai; UTC by default

	Random int `toml:"random"` // number of random letters and digits

	Text     Template `toml:"text"`
	Hash     string   `toml:"hash"`     // one of [Hashes]; "" to encode the text itself
	Encoding string   `toml:"encoding"` // one of [Encodings]; "" is hex for a hash, otherwise the text unchanged
	Key      Template `toml:"key"`      // for the hashes that [IsKeyed] reports

	JWT *JWT `toml:"jwt"`

	Type string `toml:"type"` // TypeInt, or "" for a string
}

// GoString makes %#v print the make, not its address.
func (m *Make) GoString() string {
	if m == nil {
		return "nil"
	}
	return fmt.Sprintf("%#v", *m)
}

// TypeInt is the type of a make that is a number in JSON.
const TypeInt = "int"

// RequestParts are the placeholders that are allowed only in the text and the key of a
// [Make]: parts of the request that it covers.
//
//   - {method}, {url} (whole, with its query)
//   - {path} (after the path of base_url), {path_compact} ({path} without slashes)
//   - {params} (the raw query of a GET, the raw body of other methods), {body}
//   - {query_sorted} (the sorted pairs of the raw query)
//   - {params_sorted} (the decoded parameters of query, form and top level of JSON that
//     are not empty, as name=value, sorted by name, joined by &)
//   - {params_concat} (the same, as namevalue, without a separator)
var RequestParts = []string{"method", "url", "path", "path_compact", "params", "body", "query_sorted", "params_sorted", "params_concat"}

// IsPart reports whether a placeholder in a make is a part of the request.
func IsPart(name string) bool { return slices.Contains(RequestParts, name) }

// EachTemplate calls f for each template of the make, with its key.
func (m Make) EachTemplate(f func(key string, t Template)) {
	f("text", m.Text)
	f("key", m.Key)
	if m.JWT != nil {
		m.JWT.eachTemplate(f)
	}
}

// IsText reports whether the value is made from a text: a digest, a signature, a JWT, or the
// text itself.
func (m Make) IsText() bool { return m.Time == "" && m.Random == 0 }

// IsFresh reports whether the value is a time or random.
func (m Make) IsFresh() bool { return m.Time != "" || m.Random > 0 }

// Make returns how the value of a placeholder is made; false if it is not made. A recipe's
// own Sign makes {sign}.
func (r Recipe) Make(name string) (Make, bool) {
	if name == "sign" && r.Sign != nil {
		return *r.Sign, true
	}
	m, ok := r.Makes[name]
	return m, ok
}

// EachMake calls f for each make that the recipe uses, directly or through other makes, in
// alphabetical order. It always includes Sign.
func (r Recipe) EachMake(f func(name string, m Make)) {
	used := r.used()
	for _, name := range slices.Sorted(maps.Keys(used)) {
		f(name, used[name])
	}
}

// used returns the makes that the recipe uses, nil if there are none.
func (r Recipe) used() map[string]Make {
	if r.Sign == nil && len(r.Makes) == 0 {
		return nil
	}
	out := map[string]Make{}
	var use func(name string)
	see := func(_ string, t Template) {
		for _, p := range t.Placeholders() {
			use(p.Name)
		}
	}
	use = func(name string) {
		m, made := r.Make(name)
		if _, seen := out[name]; made && !seen {
			out[name] = m
			m.EachTemplate(see)
		}
	}
	r.EachTemplate(see)
	if r.Sign != nil {
		use("sign")
	}
	return out
}

// covering returns the names of the used makes that cover the request: those that name a
// part of it, and those that use such a make.
func (r Recipe) covering() map[string]bool {
	used, out := r.used(), map[string]bool{}
	if used == nil {
		return nil
	}
	for grown := true; grown; {
		grown = false
		for name, m := range used {
			m.EachTemplate(func(_ string, t Template) {
				for _, p := range t.Placeholders() {
					if (IsPart(p.Name) || out[p.Name]) && !out[name] {
						out[name], grown = true, true
					}
				}
			})
		}
	}
	return out
}

// Signature returns the placeholder of the recipe's signature: {sign}, or else the first
// value with [Make.Signs]. Values that cover the request come first, and values that other
// makes contain come last. ok is false if there is none.
func (r Recipe) Signature() (name string, ok bool) {
	used, covering := r.used(), r.covering()
	inner := map[string]bool{}
	for _, m := range used {
		m.EachTemplate(func(_ string, t Template) {
			for _, p := range t.Placeholders() {
				inner[p.Name] = true
			}
		})
	}
	best := 0
	for _, candidate := range slices.Sorted(maps.Keys(used)) {
		rank := 1
		switch {
		case !used[candidate].Signs():
			continue
		case candidate == "sign":
			return candidate, true
		case !inner[candidate] && covering[candidate]:
			rank = 3
		case !inner[candidate]:
			rank = 2
		}
		if rank > best {
			best, name = rank, candidate
		}
	}
	return name, best > 0
}

// Covers reports whether the make of a placeholder covers the request.
func (r Recipe) Covers(placeholder string) bool { return r.covering()[placeholder] }

// IsSecret reports whether the value of a make must be hidden like the secret that it is made
// from: the value contains the secret, or is the same in each request. isSecret says which
// placeholders are secret.
func (r Recipe) IsSecret(name string, isSecret func(placeholder string) bool) bool {
	m, _ := r.Make(name)
	secrets, changes := false, false
	seen := map[string]bool{}
	var see func(_ string, t Template)
	see = func(_ string, t Template) {
		for _, p := range t.Placeholders() {
			inner, made := r.Make(p.Name)
			switch {
			case seen[p.Name]:
			case made:
				seen[p.Name] = true
				changes = changes || !inner.IsText()
				inner.EachTemplate(see)
			default:
				secrets = secrets || isSecret(p.Name)
				changes = changes || IsPart(p.Name) || slices.Contains(Fixable, p.Name)
			}
		}
	}
	m.EachTemplate(see)
	return secrets && (m.Hash == "" || !changes)
}

// Reveals reports whether a value can be read from the request: it is in a member, or in a
// text that is encoded but not hashed.
func (r Recipe) Reveals(placeholder string) bool {
	found, seen := false, map[string]bool{}
	var see func(t Template)
	see = func(t Template) {
		for _, p := range t.Placeholders() {
			found = found || p.Name == placeholder
			if m, made := r.Make(p.Name); made && m.Hash == "" && !seen[p.Name] {
				seen[p.Name] = true
				see(m.Text)
			}
		}
	}
	r.EachTemplate(func(key string, t Template) {
		if !strings.HasPrefix(key, "sign.") {
			see(t)
		}
	})
	return found
}

// MadeFrom reports whether the value of a make contains another placeholder, directly or
// through other makes.
func (r Recipe) MadeFrom(name, placeholder string) (contains bool) {
	only := Recipe{Makes: r.Makes, Sign: r.Sign, URL: Template("{" + name + "}")}
	if name != "sign" {
		only.Sign = nil
	}
	for _, p := range only.Placeholders() {
		contains = contains || p.Name == placeholder && placeholder != name
	}
	return contains
}

// derives reports whether the recipe uses a value that is made from a text.
func (r Recipe) derives() (has bool) {
	for _, m := range r.used() {
		has = has || m.IsText()
	}
	return has
}

// holders returns the keys of the members that contain one of the placeholders, as in
// [Recipe.EachTemplate].
func (r Recipe) holders(placeholders map[string]bool) map[string]bool {
	out := map[string]bool{}
	r.EachTemplate(func(key string, t Template) {
		for _, p := range t.Placeholders() {
			if placeholders[p.Name] {
				out[key] = true
			}
		}
	})
	return out
}
