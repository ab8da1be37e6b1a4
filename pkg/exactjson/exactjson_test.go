package exactjson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/exactjson"
)

func TestDecode(t *testing.T) {
	longest := strings.Repeat("9", exactjson.MaxNumber)
	for text, want := range map[string]any{
		` {"a":[12345678901234567890, 1.50, 1e400, "x", null, true]} `: map[string]any{"a": []any{json.Number("12345678901234567890"), json.Number("1.50"), json.Number("1e400"), "x", nil, true}},
		longest:                          json.Number(longest),
		longest + "0":                    longest + "0",
		`{"a":[{"b":-` + longest + `}]}`: map[string]any{"a": []any{map[string]any{"b": "-" + longest}}},
	} {
		got, err := exactjson.Decode([]byte(text))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%.60s: %v\n%s", text, err, diff)
		}
	}
	for _, text := range []string{"", "{", "1 2", "{} x", "\xff", "nul"} {
		if got, err := exactjson.Decode([]byte(text)); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
