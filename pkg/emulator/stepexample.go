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

// reading is a step's example, and how a client reads it. The client uses jq. But most
// jq expressions return a piece of the example, and the values of the placeholders in
// that piece give the same result faster. If trials with different values confirm that,
// reading does without jq.
type reading struct {
	text     recipe.Template // of the example
	response string          // of the step
	example  recipe.Parsed
	made     []string // placeholders whose values are made for each response
	step     *profile.Step
	reader   *profile.Reader
	kept     []string       // names of the values that the emulator stores
	direct   []keptTemplate // templates of those values; nil if only jq can read them
	ok       bool           // if direct is set: the example is not a refusal
	typ      string         // media type; "" if it depends on the values
}

type keptTemplate struct {
	name string
	text recipe.Parsed
}

// keptText is a value in a response, with the profile's name for it.
type keptText struct{ name, text string }

// of reads a response as the client does. text is the response, and value returns the
// values that it was made from. of returns the values that the emulator stores, without
// empty ones, and whether the response is not a refusal.
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
	ctx := context.Background()
	decoded, _ := r.step.Decode(0, nil, []byte(text)) // an example is always text
	all, _ := r.reader.Read(ctx, decoded)             // the context does not end
	for _, name := range r.kept {
		if text := profile.Text(all[name]); text != "" {
			read = append(read, keptText{name, text})
		}
	}
	return read, r.reader.Judge(ctx, decoded).OK
}

// read determines how the step's example is read.
func (v *vendor) read(s *step) reading {
	r := reading{text: s.Example, response: s.Response, example: s.Example.Parse(), step: &s.Step, reader: s.reader}
	for _, ph := range r.example.Placeholders() {
		if !slices.Contains(r.made, ph.Name) && slices.Contains([]string{"uuid", "access_token", "refresh_token"}, ph.Name) {
			r.made = append(r.made, ph.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Read)) {
		if name == "access_token" || name == "refresh_token" || v.fromResponse[name] {
			r.kept = append(r.kept, name)
		}
	}
	if slices.ContainsFunc(r.example.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == "id_token" }) {
		return r // what is read from an id_token is inside it
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
		typ := contentType(r.response, r.with(values))
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

// contentType returns the media type of a response.
func (r reading) contentType(text string) string {
	if r.typ != "" {
		return r.typ
	}
	return contentType(r.response, text)
}

// with returns the example with these values, as writeExample writes it.
func (r reading) with(values trialValues) string {
	text, _ := r.example.Expand(func(name string) (string, bool) { return profile.EscapeIn(r.response, r.text, values[name]), true })
	return text
}

type trialValues map[string]string

func (t trialValues) text(name string) (string, bool) { return t[name], true }

// trials returns three sets of values for the placeholders of an example. The first two
// have different digits, because some placeholders stand in place of a JSON number, and
// the first has long ones that appear nowhere else. The third has realistic values, with
// characters that JSON escapes.
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
