package capture

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/fixture"
)

// TestRewriteJSON: only the replaced values change.
func TestRewriteJSON(t *testing.T) {
	const text = ` { "a" : "x", "b":[1, "x" ,{"c":null,"a":1.50}],"x":"y","a\"b": "\u0078" } `
	seen := map[string]any{}
	got := rewriteJSON(text, "json", func(key string, value any) (string, bool) {
		seen[key] = value
		return `new "one"`, value == "x"
	})
	const want = ` { "a" : "new \"one\"", "b":[1, "new \"one\"" ,{"c":null,"a":1.50}],"x":"y","a\"b": "new \"one\"" } `
	if got != want {
		t.Errorf("%s", got)
	}
	all := map[string]any{"json.a": "x", "json.b.0": json.Number("1"), "json.b.1": "x", "json.b.2.a": json.Number("1.50"), "json.x": "y", `json.a"b`: "x"}
	if diff := cmp.Diff(all, seen); diff != "" {
		t.Errorf("arguments of leaf (-want +got):\n%s", diff)
	}
	number := rewriteJSON(`{"n": 12345}`, "json", func(string, any) (string, bool) { return "10001", true })
	if number != `{"n": 10001}` {
		t.Errorf("a number becomes %s", number)
	}
}

func TestRewritePairs(t *testing.T) {
	got := rewritePairs("a=x%20y&b&c=&a=z&%zz=1&d=%zz&u=1", "form", func(key string, value any) (string, bool) {
		if key == "form.u" {
			return "*", true
		}
		return "n&w", value == "x y"
	})
	if want := "a=n%26w&b&c=&a=z&%zz=1&d=%zz&u=*"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// FuzzRewrite: without replacements no text changes; if everything is replaced, no
// original value remains.
func FuzzRewrite(f *testing.F) {
	f.Add(`{"a":["b",1,{"c":"d"}],"a":"e"}`)
	f.Add(`a=b&c=%20`)
	f.Fuzz(func(t *testing.T, text string) {
		leave := func(string, any) (string, bool) { return "", false }
		if got := rewriteJSON(text, "json", leave); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
		if got := rewritePairs(text, "form", leave); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
		replace := func(string, any) (string, bool) { return "replaced", true }
		var v any
		if json.Unmarshal([]byte(text), &v) == nil {
			got, left := rewriteJSON(text, "json", replace), map[string]any{}
			if err := json.Unmarshal([]byte(got), &v); err != nil {
				t.Fatalf("%q becomes %q", text, got)
			}
			fixture.Flatten(left, "json", v, func(int) string { return "*" })
			for key, value := range left {
				switch value := value.(type) {
				case string:
					if value != "replaced" {
						t.Errorf("%q keeps %s in %q", text, key, got)
					}
				case float64:
					t.Errorf("%q keeps %s in %q", text, key, got)
				}
			}
		}
		if values, err := url.ParseQuery(rewritePairs(text, "form", replace)); err == nil {
			for name, list := range values {
				for _, value := range list {
					if value != "replaced" && value != "" {
						t.Errorf("%q keeps %s=%s", text, name, value)
					}
				}
			}
		}
	})
}
