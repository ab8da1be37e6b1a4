package emulator

import (
	"context"
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// reading is a step's example and how a client reads it. Clients use jq. Most jq expressions
// return a piece of the example, and filling in the placeholders of that piece gives the same
// result faster. reading does so if trials with different values confirm that the results are
// the same.
type reading struct {
	example profile.Example
	made    []string // placeholders that get new values for each response
	step    *profile.Step
	reader  *profile.Reader
	kept    []string       // names of the values that the emulator stores
	direct  []keptTemplate // templates of those values; nil if only jq can read them
	ok      bool           // whether the example is not a refusal; valid if direct is set
	typ     string         // media type of the body; "" if it depends on the values
}

type keptTemplate struct {
	name string
	text recipe.Parsed
}

// keptText is a value in a response, with the profile's name for it.
type keptText struct{ name, text string }

// values reads a response as a client does. value returns the values of the placeholders in
// it. values returns the nonempty values that the emulator stores, and whether the response
// is not a refusal.
func (r reading) values(response profile.Filled, value func(string) (string, bool)) (read []keptText, ok bool) {
	if r.direct == nil {
		return r.byJQ(response)
	}
	for _, t := range r.direct {
		if text, _ := t.text.Expand(value); text != "" {
			read = append(read, keptText{t.name, text})
		}
	}
	return read, r.ok
}

func (r reading) byJQ(response profile.Filled) (read []keptText, ok bool) {
	ctx := context.Background()
	decoded, _ := r.step.Decode(response.Status, response.Header, []byte(response.Body)) // an example is always text
	all, _ := r.reader.Read(ctx, decoded)                                                // the context does not end
	for _, name := range r.kept {
		if text := profile.Text(all[name]); text != "" {
			read = append(read, keptText{name, text})
		}
	}
	return read, r.reader.Judge(ctx, decoded).OK
}

// read determines how the step's example is read.
func (v *vendor) read(s *step) reading {
	r := reading{example: s.example, step: &s.Step, reader: s.reader}
	for _, ph := range r.example.Placeholders() {
		if !slices.Contains(r.made, ph.Name) && slices.Contains([]string{"uuid", "access_token", "refresh_token", "device_code", "user_code"}, ph.Name) {
			r.made = append(r.made, ph.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Read)) {
		if name == "access_token" || name == "refresh_token" || v.fromResponse[name] {
			r.kept = append(r.kept, name)
		}
	}
	if slices.ContainsFunc(r.example.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == "id_token" }) {
		return r // values may be read from the claims, which only jq can do
	}
	trial := trials(r.example)
	read, _ := r.byJQ(r.example.Fill(trial[0].text))
	direct := []keptTemplate{}
	for _, k := range read {
		text := k.text
		for placeholder, digits := range trial[0] {
			text = strings.ReplaceAll(text, digits, "{"+placeholder+"}")
		}
		direct = append(direct, keptTemplate{k.name, recipe.Template(text).Parse()})
	}
	for i, values := range trial {
		filled := r.example.Fill(values.text)
		read, ok := r.byJQ(filled)
		if i > 0 && ok != r.ok || len(read) != len(direct) {
			return r
		}
		typ := contentType(s.Response, filled.Body)
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

// contentType returns the media type of a body.
func (r reading) contentType(text string) string {
	if r.typ != "" {
		return r.typ
	}
	return contentType(r.step.Response, text)
}

type trialValues map[string]string

func (t trialValues) text(name string) (string, bool) { return t[name], true }

// trials returns sets of values for the placeholders of an example.
func trials(example profile.Example) []trialValues {
	var out []trialValues
	for _, values := range profile.ExampleTrials(example.Placeholders()) {
		out = append(out, values)
	}
	return out
}
