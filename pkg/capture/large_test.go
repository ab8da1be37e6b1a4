package capture_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// members returns JSON with n values that look like secrets, all different.
func members(n int) string {
	var b strings.Builder
	b.WriteString(`{"errcode":0`)
	for i := range n {
		fmt.Fprintf(&b, `,"token%d":"made-up-%06d-secret"`, i, i)
	}
	return b.String() + "}"
}

// TestLarge: a response that is too large to keep is forwarded and reported.
func TestLarge(t *testing.T) {
	w := start(t, "", nil)
	w.answers(func(rw http.ResponseWriter, r *http.Request, _ string) { _, _ = io.WriteString(rw, members(20_000)) })
	resp := w.do("POST", "/token", "code=x", "Content-Type", form)
	if body, _ := io.ReadAll(resp.Body); string(body) != members(20_000) {
		t.Errorf("HTTP %d, %d bytes", resp.StatusCode, len(body))
	}
	w.answers(func(rw http.ResponseWriter, r *http.Request, _ string) { _, _ = io.WriteString(rw, members(5_000)) })
	w.do("POST", "/token", "code=x", "Content-Type", form)
	files := w.files()
	if len(files) != 1 || strings.Contains(files[0].Response.Body, "made-up-") || !strings.Contains(files[0].Response.Body, `"token4999":"token4999-0001"`) {
		t.Fatalf("%d files: %.300s", len(files), files[0].Response.Body)
	}
	if got, want := w.log[0], "POST /acme/token 200 exchange: not kept: the response is larger than 256 KiB"; got != want {
		t.Errorf("the log has %q, want %q", got, want)
	}
}

// BenchmarkMembers: the time per member must not grow with the number of members.
func BenchmarkMembers(b *testing.B) {
	perMember := 0.0
	for _, n := range []int{500, 5_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := start(b, "", nil)
				w.answers(func(rw http.ResponseWriter, r *http.Request, _ string) { _, _ = io.WriteString(rw, members(n)) })
				b.StartTimer()
				w.do("POST", "/token", "code=x", "Content-Type", form)
			}
			now := float64(b.Elapsed()) / float64(b.N) / float64(n)
			if perMember == 0 {
				perMember = now
			}
			b.ReportMetric(now/perMember, "x-per-member")
		})
	}
}
