package recipe

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlaceholders(t *testing.T) {
	for template, want := range map[Template][]Placeholder{
		"":                       nil,
		"plain":                  nil,
		"{a}":                    {{"a", false}},
		"{a?}":                   {{"a", true}},
		"{a}{b}{a?}":             {{"a", false}, {"b", false}, {"a", true}},
		"x{tenant.id}y{a-1_b}":   {{"tenant.id", false}, {"a-1_b", false}},
		"{} {?} {1a} {.a} { a}":  nil,
		`{"id":{subject},"n":1}`: {{"subject", false}},
		"{{a}}":                  {{"a", false}},
		"{a {b} c}":              {{"b", false}},
		"{a??}":                  nil,
		"{a":                     nil,
		"}{":                     nil,
		"{中}":                    nil,
	} {
		if diff := cmp.Diff(want, template.Placeholders()); diff != "" {
			t.Errorf("%q: %s", template, diff)
		}
		if got := template.parts().text(); got != string(template) {
			t.Errorf("%q: parsed and printed as %q", template, got)
		}
	}
}

func TestOnly(t *testing.T) {
	for template, want := range map[Template]bool{"{a}": true, "{a?}": true, "": false, "a": false, "{a} ": false, "{a}{a}": false} {
		if _, got := template.Only(); got != want {
			t.Errorf("%q: %v", template, got)
		}
	}
}

func TestExpand(t *testing.T) {
	values := Values{"a": "A{b}", "b": "B", "empty": ""}
	text, missing := Template("<{a}|{b}|{empty}|{none?}>").Expand(values.Text)
	if text != "<A{b}|B||>" {
		t.Errorf("got %q; braces in a value are plain text", text)
	}
	if diff := cmp.Diff([]Placeholder{{"empty", false}, {"none", true}}, missing); diff != "" {
		t.Error(diff)
	}
}

func TestExpandAddress(t *testing.T) {
	values := Values{"base": "https://h.example/p/", "end": "z/"}
	for template, want := range map[Template]string{
		"{base}":           "https://h.example/p/",
		"{base}/x":         "https://h.example/p/x",
		"{base}x":          "https://h.example/p/x",
		"{base}/x?r={end}": "https://h.example/p/x?r=z/",
		"https://{end}/":   "https://z//",
		"":                 "",
	} {
		if got, _ := template.ExpandAddress(values.Text); got != want {
			t.Errorf("%q: %q, want %q", template, got, want)
		}
	}
	if _, missing := Template("{no}/{none}").ExpandAddress(values.Text); len(missing) != 2 {
		t.Error(missing)
	}
}

func TestMatch(t *testing.T) {
	type values map[string]string
	known := Values{"k": "a-b", "id": "7"}
	tests := []struct {
		template Template
		text     string
		want     values // nil for no match
	}{
		{"", "", values{}},
		{"", "x", nil},
		{"lit", "lit", values{}},
		{"lit", "lit2", nil},
		{"{a}", "", values{"a": ""}},
		{"{a}", "x{y}z", values{"a": "x{y}z"}},
		{"Bearer {a}", "Bearer ", values{"a": ""}},
		{"Bearer {a}", "bearer x", nil},
		{"{a}-{b}", "1-2-3", values{"a": "1", "b": "2-3"}},
		{"{a}-{b}", "12", nil},
		// A literal at the end of the template matches the end of the text.
		{"{a}.json", "x.json.json", values{"a": "x.json"}},
		{"{a}.json", "x.jso", nil},
		{"<{a}>", "<<>>", values{"a": "<>"}},
		// Two adjacent placeholders cannot be separated unless one is known.
		{"{a}{b}", "xy", values{"a": "", "b": "xy"}},
		{"{k}{b}", "a-by", values{"k": "a-b", "b": "y"}},
		{"{k}-{b}", "a-b-y", values{"k": "a-b", "b": "y"}},
		{"{k}-{b}", "a-y", values{"k": "a", "b": "y"}},
		{"{k}", "a-b2", values{"k": "a-b2"}},
		{"{k}!", "a-b2!", values{"k": "a-b2"}},
		{"{k}!", "a-b!", values{"k": "a-b"}},
		// The same placeholder twice matches the same text twice.
		{"{a}/{a}", "x/x", values{"a": "x"}},
		{"{a}/{a}", "x/y", nil},
		{"{a}/{a}", "x/xx", nil},
		{"{id}.{x}.{id}", "7.1.2.7", nil},
		{"{id}.{x}.{id}", "7.1.7", values{"id": "7", "x": "1"}},
		{"é{a}é", "é中é", values{"a": "中"}},
	}
	for _, tt := range tests {
		captures, ok := tt.template.parts().match(tt.text, known.Text)
		var got values
		if ok {
			got = values{}
			for _, c := range captures {
				got[c.Name] = c.text
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q on %q: %s", tt.template, tt.text, diff)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("{a}-{b}", "1-2")
	f.Add("{a}{a}{b?}x", "1122x")
	f.Add("{k}{a}-", "a-b--")
	known := Values{"k": "a-b"}
	f.Fuzz(func(t *testing.T, template, text string) {
		captures, ok := Template(template).parts().match(text, known.Text)
		if !ok {
			return
		}
		values := map[string]string{}
		for _, c := range captures {
			values[c.Name] = c.text
		}
		again, _ := Template(template).Expand(func(name string) (string, bool) { return values[name], true })
		if again != text {
			t.Errorf("%q on %q: %v expands to %q", template, text, values, again)
		}
	})
}
