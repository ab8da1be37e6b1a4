package emulator_test

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/recipe"
)

// FuzzRequest throws raw requests at the emulator: it never panics, accepts
// nothing in which it found a fault, and never tells a secret.
func FuzzRequest(f *testing.F) {
	w := start(f, builtins(f)...)
	var secrets []string
	for _, p := range w.profiles {
		c := w.party(f, p)
		for name, in := range p.Inputs {
			if text, ok := c.values.Text(name); in.Secret && ok {
				secrets = append(secrets, text)
			}
		}
		for _, s := range p.Steps() {
			c.ready(s)
			request := c.build(s)
			var raw bytes.Buffer
			if err := request.Write(&raw); err != nil {
				f.Fatal(err)
			}
			f.Add(raw.Bytes())
		}
	}
	f.Add([]byte("POST /_/codes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}"))
	f.Add([]byte("GET * HTTP/1.1\r\nHost: [::1\r\n\r\n"))
	for _, path := range []string{"events", "requests?since=0", "requests.har", "assert?count=1", "faults", "clock"} {
		f.Add([]byte("GET /_/" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond) // some answers have no end
		defer cancel()
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r.WithContext(ctx))
		ev := w.last()
		if ev.Status != rec.Code || ev.Method != r.Method {
			t.Fatalf("status %d, event %+v", rec.Code, ev)
		}
		for _, p := range ev.Problems {
			if p.Kind != recipe.Unread && ev.Refusal == "" {
				t.Errorf("accepted in spite of %s", ev.Diagnosis)
			}
		}
		if strings.Contains(ev.Diagnosis, "\n") {
			t.Errorf("more than one line: %q", ev.Diagnosis)
		}
		for _, s := range secrets {
			if strings.Contains(ev.Diagnosis, s) {
				t.Errorf("a secret is told: %q", ev.Diagnosis)
			}
		}
	})
}
