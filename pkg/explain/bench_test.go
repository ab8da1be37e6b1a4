package explain_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/explain"
	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// BenchmarkRead reads texts of growing size with all built-in profiles. It reports the
// time per byte relative to the smallest text; linear time gives a ratio of 1.
func BenchmarkRead(b *testing.B) {
	src := profile.Sources{Builtin: profiles.FS}
	var all []*profile.Profile
	for _, name := range src.BuiltinNames() {
		p, err := profile.Load(name, src)
		if err != nil {
			b.Fatal(err)
		}
		if len(p.Steps()) > 0 {
			all = append(all, p)
		}
	}
	for _, text := range []struct {
		name string
		line func(i int) string
	}{
		{"plain", func(int) string { return "nothing to see here\n" }},
		{"json", func(i int) string {
			return fmt.Sprintf("{\"level\":\"info\",\"msg\":\"done\",\"id\":\"r-%d\",\"ms\":%d}\n", i, i%500)
		}},
		{"refusals", func(i int) string { return fmt.Sprintf("{\"error\":\"invalid_grant\",\"id\":%d}\n", i) }},
		{"tokens", func(i int) string { return fmt.Sprintf("{\"access_token\":\"t-%d\",\"expires_in\":%d}\n", i, i%7200) }},
		{"access", func(i int) string { return fmt.Sprintf("10.0.0.1 \"GET /user?id=%d HTTP/1.1\" %d 157\n", i, 200+i%300) }},
		{"one line", func(i int) string { return fmt.Sprintf("word%d and code %d, ", i, i%977) }},
		{"braces", func(int) string { return "{" }},
		{"nested", func(int) string { return `{"a":` }},
		{"quotes", func(int) string { return `{"` }},
	} {
		var perByte float64 // time per byte of the smallest text, in ns
		for _, size := range []int{1 << 18, 1 << 20, 1 << 22} {
			var in strings.Builder
			for i := 0; in.Len() < size; i++ {
				in.WriteString(text.line(i))
			}
			b.Run(fmt.Sprintf("%s/%dKiB", text.name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(in.Len()))
				start := time.Now()
				for b.Loop() {
					if _, err := explain.Read(b.Context(), strings.NewReader(in.String()), all); err != nil {
						b.Fatal(err)
					}
				}
				took := float64(time.Since(start)) / float64(b.N) / float64(in.Len())
				if perByte == 0 {
					perByte = took
				}
				b.ReportMetric(took/perByte, "ratio")
			})
		}
	}
}
