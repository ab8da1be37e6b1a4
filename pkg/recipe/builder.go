package recipe

import (
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// builder holds the values of one request, and collects the names of missing ones, so that
// all are reported at once.
type builder struct {
	recipe  Recipe
	values  Values
	made    map[string]string
	fixed   map[string]string // given values of makes with a text; the text is expanded nevertheless
	fresh   Fresh
	lacking []string
	size    int // bytes of the values used so far

	covering    map[string]bool     // see Recipe.covering
	covered     *covered            // nil until the rest of the request is known
	lacks       map[string][]string // placeholders that each failed make lacks; a make in progress lacks itself
	derivations []Derivation
	err         error // of a make
}

func (r Recipe) builder(v Values, fresh Fresh) *builder {
	b := &builder{recipe: r, values: v, made: map[string]string{}, fresh: fresh, covering: r.covering()}
	if r.Makes != nil || r.Sign != nil {
		b.lacks = map[string][]string{}
	}
	for name, value := range fresh.Fixed {
		if m, ok := r.Make(name); ok && m.IsText() {
			if b.fixed == nil {
				b.fixed = map[string]string{}
			}
			b.fixed[name] = value
		} else {
			b.made[name] = value
		}
	}
	return b
}

// ordered sorts names if the order in which values are made matters: equal randomness must
// give an equal request.
func (b *builder) ordered(names iter.Seq[string]) iter.Seq[string] {
	if b.recipe.Makes == nil {
		return names
	}
	return slices.Values(slices.Sorted(names))
}

// problem returns an error if the request cannot be built because of its values.
func (b *builder) problem() error {
	switch {
	case b.size > maxValues:
		return errTooLarge
	case b.err != nil:
		return b.err
	case len(b.lacking) > 0:
		slices.Sort(b.lacking)
		return &MissingError{slices.Compact(b.lacking)}
	}
	return nil
}

// maxValues limits the size of a request's values in bytes. A value counts each time it is
// used, because a short template can repeat a long value.
const maxValues = 8 << 20

var errTooLarge = lang.Errorf(lang.Text{EN: "larger than %d MiB with its placeholders filled in", ZH: "填入值后超过 %d MiB"}, maxValues>>20)

// counted adds up the sizes of values, and returns empty texts once they exceed maxValues.
func (b *builder) counted(value func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := value(name)
		if b.size += len(v); b.size > maxValues {
			return "", ok
		}
		return v, ok
	}
}

// missing records the required placeholders without a value. Instead of a make, it records
// the placeholders that the make lacks.
func (b *builder) missing(ps []Placeholder) {
	for _, p := range ps {
		switch lacks, failed := b.lacks[p.Name]; {
		case p.Optional:
		case failed:
			b.lacking = append(b.lacking, lacks...)
		default:
			b.lacking = append(b.lacking, p.Name)
		}
	}
}

func (b *builder) value(name string) (string, bool) {
	if v, ok := b.made[name]; ok {
		return v, true
	}
	if m, ok := b.recipe.Make(name); ok {
		return b.makeValue(name, m)
	}
	switch name {
	case "basic_auth", "post_id", "post_secret", jwtAuth, jwtAuthType:
		return b.values.clientAuth(name)
	case "uuid":
		b.made[name] = newUUID(b.fresh.Rand)
	case "timestamp":
		b.made[name] = strconv.FormatInt(b.fresh.Now().Unix(), 10)
	case "timestamp_ms":
		b.made[name] = strconv.FormatInt(b.fresh.Now().UnixMilli(), 10)
	default:
		return b.values.Text(name)
	}
	return b.made[name], true
}

// makeValue makes a value once. There is no value if a required placeholder has none, or if
// it covers the request and the request is not known yet.
func (b *builder) makeValue(name string, m Make) (string, bool) {
	if _, failed := b.lacks[name]; failed || b.covering[name] && b.covered == nil {
		return "", false
	}
	b.lacks[name] = []string{name} // ends a cycle
	switch {
	case m.Time != "":
		b.made[name] = m.time(b.fresh.Now())
	case m.Random > MaxRandom: // lint reports it
		b.err = lang.Errorf(lang.Text{EN: "{%s}: more than %d random characters", ZH: "{%s}：随机字符超过 %d 个"}, name, MaxRandom)
		b.made[name] = ""
	case m.Random > 0:
		b.made[name] = randomText(b.fresh.Rand, m.Random)
	case m.JWT != nil:
		return b.makeToken(name, m)
	default:
		text, key, missing := m.expandMake(b.counted(b.partOrValue))
		if required(missing) {
			b.lacks[name] = b.lackedBy(missing)
			return "", false
		}
		value, isFixed := b.fixed[name]
		var err error
		if !isFixed {
			value, err = m.derive(text, key)
		}
		if err != nil && b.err == nil {
			b.err = lang.Errorf(lang.Text{EN: "{%s}: %v", ZH: "{%s}：%v"}, name, err)
		}
		b.made[name] = value
		b.derivations = append(b.derivations, Derivation{Name: name, Make: m, Text: secret.New(text), Value: value, Lookup: b.partOrValue}.withKey(key))
	}
	delete(b.lacks, name)
	return b.made[name], true
}

// lackedBy returns the names that missing would record.
func (b *builder) lackedBy(ps []Placeholder) []string {
	before := b.lacking
	b.lacking = nil
	b.missing(ps)
	names := b.lacking
	b.lacking = before
	return names
}

// partOrValue returns the value of a placeholder in a make.
func (b *builder) partOrValue(name string) (string, bool) {
	if b.covered != nil {
		if v, ok := b.covered.value(name); ok {
			return v, true
		}
	}
	return b.value(name)
}

// typed returns the value of a placeholder that is not a string in JSON, nil for a string.
func (b *builder) typed(name, text string) any {
	if m, made := b.recipe.Make(name); made {
		if m.Type != TypeInt {
			return nil
		}
		if !isJSONInt(text) && b.err == nil {
			b.err = lang.Errorf(lang.Text{EN: "{%s} is not a whole number", ZH: "{%s} 不是整数"}, name)
		}
		return json.Number(text)
	}
	switch typed := b.values[name].(type) {
	case json.Number, bool:
		return typed
	}
	return nil
}

func isJSONInt(text string) bool { return json.Valid([]byte(text)) && jsonType(text) == "int" }

func newUUID(rand io.Reader) string {
	u, err := uuid.NewRandomFromReader(rand)
	if err != nil {
		panic("recipe: no randomness: " + err.Error())
	}
	return u.String()
}

// randomText returns n random letters and digits.
func randomText(rand io.Reader, n int) string {
	const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	const fair = 256 - 256%len(characters) // larger bytes would prefer the first characters
	out, buf := make([]byte, 0, n), make([]byte, n)
	for len(out) < n {
		if _, err := io.ReadFull(rand, buf); err != nil {
			panic("recipe: no randomness: " + err.Error())
		}
		for _, c := range buf {
			if int(c) < fair && len(out) < n {
				out = append(out, characters[int(c)%len(characters)])
			}
		}
	}
	return string(out)
}
