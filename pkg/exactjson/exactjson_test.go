package exactjson_test

import (
	"encoding/json"
	"errors"
	"fmt"
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
			t.Errorf("%q is decoded as %v, want an error", text, got)
		}
	}
}

// JSON with too many values is not decoded, even if they are small. Commas alone are not
// JSON.
func TestTooMany(t *testing.T) {
	const n = exactjson.MaxValues
	for text, want := range map[string]error{
		"[" + strings.Repeat("0,", n-3) + "0]":                                         nil,
		"[" + strings.Repeat("0,", n) + "0]":                                           exactjson.ErrTooMany,
		"[" + strings.Repeat(`{"":[]},`, n/2) + "0]":                                   exactjson.ErrTooMany,
		`{"a":"` + strings.Repeat(`,[\"{`, n) + `"}`:                                   nil,
		`{"a":"\\",` + strings.TrimSuffix(strings.Repeat(`"b":"\\\"",`, n), ",") + "}": exactjson.ErrTooMany,
	} {
		if _, err := exactjson.Decode([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.40s: %v", text, err)
		}
	}
	if _, err := exactjson.Decode([]byte(strings.Repeat(",", 2*n))); err == nil || errors.Is(err, exactjson.ErrTooMany) {
		t.Errorf("commas: %v", err)
	}
}

// BenchmarkDecode decodes JSON of growing size: the time and memory per byte must not grow.
func BenchmarkDecode(b *testing.B) {
	for name, part := range map[string]string{"objects": `{"":0},`, "strings": `"abcdefgh",`, "digits": "1", "escapes": `"\u0041",`} {
		perByte := 0.0
		for _, size := range []int{16 << 10, 512 << 10} {
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) {
				text := []byte("[" + strings.Repeat(part, size/len(part)) + "0]")
				b.ReportAllocs()
				for b.Loop() {
					if _, err := exactjson.Decode(text); err != nil {
						b.Fatal(err)
					}
				}
				now := float64(b.Elapsed()) / float64(b.N) / float64(size)
				if perByte == 0 {
					perByte = now
				}
				b.ReportMetric(now/perByte, "x-per-byte")
			})
		}
	}
}
