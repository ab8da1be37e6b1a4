package scrub

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// Texts and secrets that repeat their own beginnings, or the beginnings of escapes: the
// time per byte must not grow with the size.
func BenchmarkScrubHostile(b *testing.B) {
	for _, c := range []struct{ name, secret, part string }{
		{"backslashes", strings.Repeat(`\`, 16000), `\`},
		{"entities", "s3cr3t", "&amp;"},
		{"percent", strings.Repeat("%25", 5000), "%252525"},
		{"digits", strings.Repeat("1", 4<<20), "1"},
		{"tokens", strings.Repeat("ab", 8000), "ab"},
		{"everything", strings.Repeat("a%5C", 4000), `a%255C\u0026amp;&#37;5C+`},
	} {
		perByte := 0.0
		for _, size := range []int{64 << 10, 4 << 20} {
			b.Run(fmt.Sprintf("%s/%dKiB", c.name, size>>10), func(b *testing.B) {
				s := scrubber(c.secret)
				text := strings.Repeat(c.part, size/len(c.part))
				b.ReportAllocs()
				for b.Loop() {
					s.Scrub(text)
				}
				now := float64(b.Elapsed()) / float64(b.N) / float64(size)
				if perByte == 0 {
					perByte = now
				}
				b.ReportMetric(now/perByte, "x-per-byte")
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.HeapSys>>20), "MiB")
			})
		}
	}
}

// Bodies with many different values that look like secrets.
func BenchmarkSuspects(b *testing.B) {
	perByte := 0.0
	for _, members := range []int{4_000, 250_000} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			var body strings.Builder
			for i := range members {
				fmt.Fprintf(&body, `{"token":"a%x"},`, i*7919)
			}
			for b.Loop() {
				var s Scrubber
				s.AddSuspects(Suspects(body.String())...)
				s.Scrub(body.String())
			}
			now := float64(b.Elapsed()) / float64(b.N) / float64(body.Len())
			if perByte == 0 {
				perByte = now
			}
			b.ReportMetric(now/perByte, "x-per-byte")
		})
	}
}
