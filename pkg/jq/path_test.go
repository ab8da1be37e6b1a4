package jq_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/jq"
)

// FuzzPath compares a path, which runs without gojq, with the same expression in parentheses,
// which gojq runs.
func FuzzPath(f *testing.F) {
	for _, input := range []string{
		`{"a": {"b": 12345678901234567890}, "_1": 1.50, "and": [1, 2e400]}`, `{"a": "x"}`, `{"a": [1]}`, `{"a": null}`,
		`{"a": {"b": {"c": {}}}}`, `[]`, `"x"`, `7`, `true`, `null`,
	} {
		for _, text := range []string{
			".a", ".a.b", ".a.b.c", "._1", ".and", ".and.or", ".A_0.b", ".", "..", ".a.", "..a", ".a..b", ".0", ".a.1", ".é", ". a",
			".a .b", ".a\n", ".a-b", ".a::b", ".a?", ".a?.b", ".a.b?", ".a?.b?", ".a??", ".a.?", ".[]", `."a"`,
		} {
			f.Add(text, input)
		}
	}
	f.Fuzz(func(t *testing.T, text, input string) {
		if !strings.HasPrefix(text, ".") || strings.ContainsAny(text, "()#;\x00") {
			t.Skip("parentheses could change the meaning")
		}
		v, err := exactjson.Decode([]byte(input))
		if err != nil {
			t.Skip("not JSON")
		}
		plain, err1 := jq.Compile(text)
		inParentheses, err2 := jq.Compile("(" + text + ")")
		if (err1 == nil) != (err2 == nil) {
			t.Fatalf("%q: %v, in parentheses %v", text, err1, err2)
		}
		if err1 != nil {
			return
		}
		got, err1 := plain.First(t.Context(), v)
		want, err2 := inParentheses.First(t.Context(), v)
		if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(err1) != fmt.Sprint(err2) {
			t.Errorf("%q of %s: %v, want %v %s", text, input, err1, err2, diff)
		}
	})
}
