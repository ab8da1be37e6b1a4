package printable_test

import (
	"encoding/json"
	"testing"

	"ssoctl/pkg/printable"
)

func TestMarshalJSON(t *testing.T) {
	for value, want := range map[string]string{
		"":                               `""`,
		"张三 <&> 👩\u200d👧":                `"张三 <&> 👩` + "\u200d" + `👧"`,
		"\x00\n\x1b[31m\x7f":             `"\u0000\n\u001b[31m\u007f"`,
		"\u0085\u009b31m\u009f":          `"\u0085\u009b31m\u009f"`,
		"\u202a\u202e\u2066\u200f\ufeff": `"\u202a\u202e\u2066\u200f\ufeff"`,
		"\u2028\u2029\U000e0041":         `"\u2028\u2029\udb40\udc41"`,
		"\xff":                           `"\ufffd"`,
	} {
		got, err := printable.MarshalJSON(value)
		if err != nil || string(got) != want {
			t.Errorf("%q: %s, %v; want %s", value, got, err, want)
		}
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != value && value != "\xff" {
			t.Errorf("%q comes back as %q, %v", value, back, err)
		}
	}
	if got, err := printable.MarshalJSON(func() {}); err == nil {
		t.Errorf("a function is encoded as %s, want an error", got)
	}
}

// The line breaks of indented JSON stay.
func TestJSON(t *testing.T) {
	const text, want = "{\n  \"a\": \"\u202e\xff\"\n}\n", "{\n  \"a\": \"\\u202e\\ufffd\"\n}\n"
	if got := string(printable.JSON([]byte(text))); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
