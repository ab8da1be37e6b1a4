package emulator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// reading is a step's example, and what a client reads from it. The client does
// that by jq; but what jq yields is mostly a piece of the example, so that its
// placeholders tell it too. Where trials show that it is, jq is left out.
type reading struct {
	example recipe.Parsed
	made    []string // placeholders of the example whose values are made for each answer
	reader  *profile.Reader
	kept    []string       // names whose values the emulator keeps
	direct  []keptTemplate // of those; nil where only jq can tell
	ok      bool           // with direct: the example is no refusal
	typ     string         // the media type; "" where it hangs on the values
}

type keptTemplate struct {
	name string
	text recipe.Parsed
}

// keptText is a value that an answer holds, under our name for it.
type keptText struct{ name, text string }

// of reads an answer, made of the example with these values, as the client
// does. It returns what the emulator keeps, without what is empty, and whether
// the answer is no refusal.
func (r reading) of(text string, value func(string) (string, bool)) (read []keptText, ok bool) {
	if r.direct == nil {
		return r.byJQ(text)
	}
	for _, t := range r.direct {
		if text, _ := t.text.Expand(value); text != "" {
			read = append(read, keptText{t.name, text})
		}
	}
	return read, r.ok
}

func (r reading) byJQ(text string) (read []keptText, ok bool) {
	decoded, _, err := profile.Decode([]byte(text))
	if err != nil {
		return read, true // the example is no UTF-8, which TOML does not allow
	}
	ctx := context.Background()
	all, _ := r.reader.Read(ctx, decoded) // the context does not end
	for _, name := range r.kept {
		if text := profile.Text(all[name]); text != "" {
			read = append(read, keptText{name, text})
		}
	}
	return read, r.reader.Judge(ctx, decoded).OK
}

// read finds out how the step's example is read.
func (v *vendor) read(s *step) reading {
	r := reading{example: s.Example.Parse(), reader: s.reader}
	for _, ph := range r.example.Placeholders() {
		if !slices.Contains(r.made, ph.Name) && slices.Contains([]string{"uuid", "access_token", "refresh_token"}, ph.Name) {
			r.made = append(r.made, ph.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Read)) {
		if name == "access_token" || name == "refresh_token" || v.handed[name] {
			r.kept = append(r.kept, name)
		}
	}
	trial := trials(r.example)
	read, _ := r.byJQ(r.with(trial[0]))
	direct := []keptTemplate{}
	for _, k := range read {
		text := k.text
		for placeholder, digits := range trial[0] {
			text = strings.ReplaceAll(text, digits, "{"+placeholder+"}")
		}
		direct = append(direct, keptTemplate{k.name, recipe.Template(text).Parse()})
	}
	for i, values := range trial {
		read, ok := r.byJQ(r.with(values))
		if i > 0 && ok != r.ok || len(read) != len(direct) {
			return r
		}
		typ := contentType(r.with(values))
		if i > 0 && typ != r.typ {
			typ = ""
		}
		r.ok, r.typ = ok, typ
		for j, t := range direct {
			if text, _ := t.text.Expand(values.text); (keptText{t.name, text}) != read[j] {
				return r
			}
		}
	}
	r.direct = direct
	return r
}

// contentType is the media type of an answer.
func (r reading) contentType(text string) string {
	if r.typ != "" {
		return r.typ
	}
	return contentType(text)
}

// with is the example with these values, as answer makes it.
func (r reading) with(values trialValues) string {
	text, _ := r.example.Expand(func(name string) (string, bool) { return jsonEscape(values[name]), true })
	return text
}

type trialValues map[string]string

func (t trialValues) text(name string) (string, bool) { return t[name], true }

// trials are values for the placeholders of an example: digits, since some
// stand where JSON has a number, all different and the same nowhere else; other
// digits; and what may really come, with characters that JSON escapes where a
// value is no number.
func trials(example recipe.Parsed) []trialValues {
	out := []trialValues{{}, {}, {}}
	for i, ph := range example.Placeholders() {
		out[0][ph.Name] = fmt.Sprintf("71%06d000137", i)
		out[1][ph.Name] = fmt.Sprintf("9%03d", i)
		switch ph.Name {
		case "subject", "expires_in", "timestamp", "timestamp_ms", "tenant.id":
			out[2][ph.Name] = fmt.Sprint(9007199254740993 + i)
		case "access_token", "refresh_token":
			out[2][ph.Name] = fmt.Sprintf("emulated%032d", i)
		default:
			out[2][ph.Name] = fmt.Sprintf(`a"b\c é %d`, i)
		}
	}
	return out
}
