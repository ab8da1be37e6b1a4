package record

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// answered records a call with these texts and returns it masked.
func answered(t *testing.T, scrub *scrub.Scrubber, req *http.Request, sent, status, got string) shown {
	t.Helper()
	w := httptest.NewRecorder()
	head, body, _ := strings.Cut(got, "\n\n")
	for line := range strings.Lines(head) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		w.Header().Add(name, value)
	}
	w.WriteString(body)
	r := &Recorder{Now: tick(), Scrub: scrub}
	x := r.Begin(Call{Request: req, RequestBody: []byte(sent), Signed: []Signed{{Name: "sign", Value: "5ignature-digest"}}, Code: status})
	x.SetResponse(w.Result(), []byte(body), false)
	x.End(nil, status)
	return x.show()
}

// TestMasksUndescribedSecrets checks that secrets that no profile describes are masked
// because of their name, or because they are signed tokens.
func TestMasksUndescribedSecrets(t *testing.T) {
	const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLXRoYXQ"
	req := httptest.NewRequest("POST", "https://x.example/p?app_secret=q5ecret1&state=visible", nil)
	req.Header = http.Header{
		"Authorization": {"Bearer b3arer-token"}, "Cookie": {"sid=c00kie-of-ours; a=1"}, "X-Api-Key": {"k3y-of-ours"},
		"Xb-Sign": {"5ignature-digest"}, "Accept": {"application/json"},
	}
	got := answered(t, &scrub.Scrubber{}, req, "password=hunter2", "E-CODE-12345",
		"Set-Cookie: session=s3ssion-id; Path=/\nSet-Cookie: a b=n\"o,cookie; Path=/\nSet-Cookie: sid=ab1\nSet-Cookie: gone=; Max-Age=0\nLocation: https://y.example/#access_token=fr4gment\nContent-Type: application/json\n\n"+
			`{"code":"E-CODE-12345","data":{"refreshToken":"r3fresh","odd":"`+jwt+`"},"msg":"bad k3y-of-ours n\"o,cookie ab1"}`)
	if diff := cmp.Diff([]Field{
		{"Host", "x.example"},
		{"Accept", "application/json"},
		{"Authorization", "Bearer [redacted]"},
		{"Cookie", "sid=[redacted]; a=[redacted]"},
		{"X-Api-Key", "[redacted]"},
		{"Xb-Sign", "5ignature-digest"},
	}, got.sent.header); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Field{
		{"Content-Type", "application/json"},
		{"Location", "https://y.example/#access_token=[redacted]"},
		{"Set-Cookie", "session=[redacted]; Path=/"},
		{"Set-Cookie", "a b=[redacted]; Path=/"},
		{"Set-Cookie", "sid=[redacted]"},
		{"Set-Cookie", "gone=; Max-Age=0"},
	}, got.got.header); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"https://x.example/p?app_secret=[redacted]&state=visible",
		"password=[redacted]",
		`{"code":"E-CODE-12345","data":{"refreshToken":"[redacted]","odd":"[redacted]"},"msg":"bad [redacted] [redacted] ab1"}`,
	}, []string{got.url, got.sent.raw, got.got.raw}); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`{"alg":"HS256"} {"sub":"1"}`}, got.got.body.claims); diff != "" {
		t.Error(diff)
	}
}

// TestMasksABareToken covers a response that consists of a token only.
func TestMasksABareToken(t *testing.T) {
	for _, body := range []string{"t0ken-without-a-name-4711\n", `"t0ken-without-a-name-4711"`} {
		got := answered(t, &scrub.Scrubber{Stub: true}, httptest.NewRequest("GET", "https://x.example/", nil), "", "", "Content-Type: text/html\n\n"+body)
		if strings.Contains(got.got.raw+got.got.body.text, "t0ken-without") || !strings.Contains(got.got.raw, "t0ke…4711 (25)") {
			t.Errorf("%s: %s", body, got.got.raw)
		}
	}
}

// TestMasksAddedHeaders checks that secrets in the header fields that net/http adds are
// masked, without changing the recorded fields.
func TestMasksAddedHeaders(t *testing.T) {
	r := &Recorder{Now: tick(), Scrub: &scrub.Scrubber{}}
	x := r.Begin(Call{Request: httptest.NewRequest("GET", "http://x.example/", nil)})
	sent := []Field{{"Host", "x.example"}, {"Proxy-Authorization", "Basic cHJveHk6cGFzc3dvcmQ="}, {"cookie", "a=1"}}
	x.clock.header = slices.Clone(sent)
	x.End(nil, "")
	want := []Field{{"Host", "x.example"}, {"Proxy-Authorization", "Basic [redacted]"}, {"cookie", "a=[redacted]"}}
	for range 2 {
		if diff := cmp.Diff(want, x.show().sent.header); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff(sent, x.clock.header); diff != "" {
		t.Error(diff)
	}
}

// TestMasksEarlierExchanges checks that a value which looks like a secret in a later
// call is masked in earlier ones, too.
func TestMasksEarlierExchanges(t *testing.T) {
	r := &Recorder{Now: tick(), Scrub: &scrub.Scrubber{}}
	for _, address := range []string{"https://x.example/?user=later-4711", "https://x.example/?ticket=later-4711"} {
		r.Begin(Call{Request: httptest.NewRequest("GET", address, nil)}).End(nil, "")
	}
	har, err := r.HAR("", lang.EN)
	page, err2 := r.WriteReport(Report{})
	for _, text := range []string{string(har), string(page)} {
		if strings.Contains(text, "later-4711") || !strings.Contains(text, "user=[redacted]") {
			t.Errorf("%v %v %s", err, err2, text)
		}
	}
}

// TestClaimsHideSecrets checks that decoded claims are shown with secrets masked.
func TestClaimsHideSecrets(t *testing.T) {
	scrub := &scrub.Scrubber{}
	scrub.Add(secret.New("n0nce-of-this-login"))
	enc := base64.RawURLEncoding.EncodeToString
	jwt := enc([]byte(`{"alg":"RS256"}`)) + "." + enc([]byte(`{"nonce":"n0nce-of-this-login","sub":"9007199254740993"}`)) + "." + enc([]byte("signature"))
	got := answered(t, scrub, httptest.NewRequest("GET", "https://x.example/", nil), "", "", "Content-Type: application/json\n\n"+`{"id_token":"`+jwt+`"}`)
	if diff := cmp.Diff([]string{`{"alg":"RS256"} {"nonce":"[redacted]","sub":"9007199254740993"}`}, got.got.body.claims); diff != "" {
		t.Error(diff)
	}
	if got.got.raw != `{"id_token":"[redacted]"}` {
		t.Error(got.got.raw)
	}
}

// TestMasksBeforeTruncating checks that bodies are masked before they are truncated.
func TestMasksBeforeTruncating(t *testing.T) {
	scrub := &scrub.Scrubber{}
	const half = "s3cret-across-the-edge"
	scrub.Add(secret.New(half))
	body := strings.Repeat("x", mostShown-10) + half + strings.Repeat("y", margin)
	got := answered(t, scrub, httptest.NewRequest("GET", "https://x.example/", nil), "", "", "\n\n"+body)
	if len(got.got.raw) != mostShown || strings.Contains(got.got.raw, "s3cret") || got.got.size != len(body) {
		t.Errorf("%d bytes of %d, ending in %s", len(got.got.raw), got.got.size, got.got.raw[len(got.got.raw)-20:])
	}
}

func TestLifted(t *testing.T) {
	req := httptest.NewRequest("GET", "https://x.example/?client_secret=all-of-it", nil)
	if got := answered(t, &scrub.Scrubber{Lifted: true}, req, "", "", ""); got.url != "https://x.example/?client_secret=all-of-it" {
		t.Error(got.url)
	}
}

// TestBounded checks that HAR, page and trace have a bounded size for any request and
// response.
func TestBounded(t *testing.T) {
	const size = 4 << 20
	long := strings.Repeat("a b%", size/4)
	req := httptest.NewRequest("POST", "https://x.example/p?openid="+strings.Repeat("o", size), nil)
	req.Header.Set("X-Long", long)
	for name, body := range map[string]string{"text": long, "json": `{"x":"` + strings.Repeat(`a\"`, size/3) + `"}`, "deep": strings.Repeat("[", 5000) + strings.Repeat("]", 5000)} {
		r := &Recorder{Now: tick(), Scrub: &scrub.Scrubber{}}
		x := r.Begin(Call{Request: req, RequestBody: []byte(body), Signed: []Signed{{Name: "sign", Text: secret.New(long)}}})
		x.SetResponse(&http.Response{StatusCode: 200, Proto: "HTTP/1.1", Header: http.Header{"X-Long": {long}}}, []byte(body), false)
		x.End(errors.New(long), "")
		har, err := r.HAR("", lang.EN)
		page, err2 := r.WriteReport(Report{})
		var trace strings.Builder
		(&Trace{W: &trace, Members: true}).Ended(x)
		if len(har) > 3<<20 || len(page) > 2<<20 || trace.Len() > 64<<10 || err != nil || err2 != nil {
			t.Errorf("%s: HAR of %d bytes, page of %d, trace of %d, %v, %v", name, len(har), len(page), trace.Len(), err, err2)
		}
		note := `"comment": "truncated: the first 256 KiB of ` + strconv.Itoa(len(body)) + ` bytes"`
		if n := strings.Count(string(har), note); len(body) > mostShown && n != 2 {
			t.Errorf("%s: the note about truncation is there %d times, want 2", name, n)
		}
		if got := x.show(); len(got.url) != mostShown+len("…") || !strings.HasSuffix(got.url, "o…") {
			t.Errorf("%s: the address has %d bytes", name, len(got.url))
		}
	}
}

// BenchmarkHostile writes calls of growing size as HAR and as a page. The time per
// byte must not grow.
func BenchmarkHostile(b *testing.B) {
	for name, part := range map[string]string{
		"text": "some text ", "tokens": "token=", "secrets": `"token":"a1b2c3d4e5",`, "escapes": `\u0041%2525`, "deep": "[", "signed": "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln ",
	} {
		perByte := 0.0
		for _, size := range []int{32 << 10, 256 << 10} {
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) {
				body := strings.Repeat(part, size/len(part))
				for b.Loop() {
					r := &Recorder{Now: tick(), Scrub: &scrub.Scrubber{}}
					x := r.Begin(Call{Request: httptest.NewRequest("POST", "https://x.example/", nil), RequestBody: []byte(body)})
					x.SetResponse(&http.Response{StatusCode: 200, Header: http.Header{}}, []byte(body), false)
					x.End(nil, "")
					_, err := r.HAR("", lang.EN)
					if _, err2 := r.WriteReport(Report{}); err != nil || err2 != nil {
						b.Fatal(err, err2)
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
