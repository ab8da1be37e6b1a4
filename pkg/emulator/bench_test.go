package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func BenchmarkToken(b *testing.B) {
	w := start(b, builtins(b)...)
	for _, p := range w.profiles {
		if p.Token == nil {
			continue
		}
		c := w.party(b, p)
		b.Run(p.Name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				q := c.build(p.Token)
				r := httptest.NewRequest(q.Method, q.URL.String(), strings.NewReader(string(q.body)))
				r.Header = q.Header
				rec := httptest.NewRecorder()
				b.StartTimer()
				c.ServeHTTP(rec, r)
				if rec.Code != http.StatusOK {
					b.Fatal(rec.Body)
				}
			}
		})
	}
}
