package exactjson

import "testing"

func TestRepeated(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"b":{"a":2,"a":3},"A":4}`: "",
		`{"a":1,"b":2,"a":1}`:             "a",
		`{"aud":"x","\u0061ud":"y"}`:      "aud",
		`{"":1,"":2}`:                     "(empty)",
		`["a","a"]`:                       "",
		`{"a":1,`:                         "",
		`{"a":1,"a":`:                     "",
		``:                                "",
	} {
		got, ok := Repeated([]byte(text))
		if ok && got == "" {
			got = "(empty)"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
