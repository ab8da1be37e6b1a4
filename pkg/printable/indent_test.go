package printable_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ssoctl/pkg/printable"
)

// TestIndentIsJSON: Indent and json.Indent give the same result, except for spaces between
// braces.
func TestIndentIsJSON(t *testing.T) {
	for _, text := range []string{
		`{}`, `[ ]`, `"a{\"[,:\\"`, `1`, ` { "a" : [ 1 , { } , [ ] , { "b" : null } ] , "" : "\\\"," } `,
		`[[[1,2],[]],{"x":{"y":{"z":[true]}}}]`, `{"a":"\\","b":"]"}`,
		strings.Repeat("[", 32) + "1,2" + strings.Repeat("]", 32),
	} {
		var compact, want bytes.Buffer
		if err := json.Compact(&compact, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(&want, compact.Bytes(), "", "  "); err != nil {
			t.Fatal(err)
		}
		if got, whole := printable.Indent(text, 4<<10); got != want.String() || !whole {
			t.Errorf("%s is laid out as\n%s", text, got)
		}
		if got, whole := printable.Indent(text, 8); len(got) > 8 || whole != (want.Len() <= 8) || !strings.HasPrefix(want.String(), got) {
			t.Errorf("8 bytes of %s: %q, %v", text, got, whole)
		}
	}
}

// Deep JSON must not become mostly spaces: below 32 levels there are no line breaks.
func TestIndentIsShallow(t *testing.T) {
	deep := strings.Repeat(`{"sub":`, 9000) + "[1,{}]" + strings.Repeat("}", 9000)
	got, whole := printable.Indent(deep, 1<<20)
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(got)); err != nil || compact.String() != deep || !whole {
		t.Errorf("the value has changed: %v, whole: %v", err, whole)
	}
	if lines, spaces := strings.Count(got, "\n"), len(got)-len(deep); lines != 64 || spaces > 4000 {
		t.Errorf("%d lines, %d bytes more", lines, spaces)
	}
	if allocs := testing.AllocsPerRun(1, func() { printable.Indent(deep, 1<<10) }); allocs > 1000 {
		t.Errorf("%v allocations for the first 1 KiB", allocs)
	}
}

// Wide and deep JSON: the output per byte of input must not grow with the size.
func BenchmarkIndent(b *testing.B) {
	for name, text := range map[string]func(n int) string{
		"wide": func(n int) string {
			return strings.Repeat("[", 20) + strings.Repeat("0,", n/2) + "0" + strings.Repeat("]", 20)
		},
		"deep": func(n int) string { return strings.Repeat(`[`, n/2) + strings.Repeat("]", n/2) },
	} {
		perByte := 0.0
		for _, size := range []int{16 << 10, 1 << 20} {
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) {
				in, out := text(size), ""
				for b.Loop() {
					out, _ = printable.Indent(in, 1<<30)
				}
				now := float64(b.Elapsed()) / float64(b.N) / float64(size)
				if perByte == 0 {
					perByte = now
				}
				b.ReportMetric(now/perByte, "x-per-byte")
				b.ReportMetric(float64(len(out))/float64(len(in)), "out/in")
			})
		}
	}
}
