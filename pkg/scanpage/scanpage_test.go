package scanpage

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Main{M: m}.Run()) }

// described is a profile with a [scan] table and nothing else.
func described() *profile.Profile {
	return &profile.Profile{Name: "p", Title: "P: a test", Scan: &profile.Scan{
		SDK: "{sdk}", Class: "Login", Message: map[string]any{"from": "qr"}, Event: "what",
		Options: map[string]recipe.Template{"id": "{element}", "app": "{client_id}", "w": "{width}", "n": "{number}", "back": "{redirect_uri}?x={state}"},
		Events:  map[string]any{"confirmed": int64(1)}, Code: "ticket", Origin: "https://*.{domain}",
	}}
}

func values() recipe.Values {
	return recipe.Values{
		"sdk": "https://cdn.example.com/qr;1.js?v=2", "client_id": "10000", "number": json.Number("7"), "domain": "Example.com:443",
		"redirect_uri": "http://127.0.0.1:9/x", "state": "S",
	}
}

func TestSetup(t *testing.T) {
	got, err := newSetup(described(), values(), lang.ZH)
	if err != nil {
		t.Fatal(err)
	}
	want := &setup{
		Lang: lang.ZH, Login: "p · P: a test", SDK: "https://cdn.example.com/qr;1.js?v=2", Class: "Login",
		Find:    `document.currentScript.found = typeof Login === "function" && Login;`,
		Options: map[string]any{"id": "code", "app": "10000", "w": json.Number("300"), "n": json.Number("7"), "back": "http://127.0.0.1:9/x?x=S"},
		Message: map[string]any{"from": "qr"}, Event: "what", Events: map[string]any{"confirmed": int64(1)}, Code: "ticket",
		Origin: "https://*.example.com",
	}
	want.Inputs.SDK = "sdk"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	policy, err := got.policy("'sha256-A'", "'sha256-B'")
	if err != nil {
		t.Fatal(err)
	}
	const vendor = "https://*.example.com https://cdn.example.com"
	if diff := cmp.Diff("default-src 'none'; script-src 'sha256-A' 'sha256-/YCiY2G/cLzJQcQUjPvzJ9/cVn0yiE6Cg2xoRuGo+XI=' https://cdn.example.com/qr%3B1.js; style-src 'sha256-B'; frame-src "+vendor+
		"; img-src "+vendor+"; connect-src 'self' "+vendor+"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", policy); diff != "" {
		t.Error(diff)
	}
}

// TestRedirect: the page gets the address that a message leads to in pieces.
func TestRedirect(t *testing.T) {
	b := browsertest.Start(t)
	_, rest, _ := strings.Cut(source, "function destination(")
	body, _, _ := strings.Cut(rest, "\n}\n")
	b.Open("about:blank")
	for _, tt := range []struct {
		redirect recipe.Template
		pieces   []string
		message  string
		want     string
	}{
		{"{to}", []string{"", "to", ""}, `{to: "https://a.example.com/back?code=1&state=S"}`, "https://a.example.com/back?code=1&state=S"},
		{"{to}", []string{"", "to", ""}, `{to: "javascript:alert(1)"}`, ""},
		{"{to}", []string{"", "to", ""}, `{}`, ""},
		{"{sdk}&s={state}&t={tmp}", []string{"https://cdn.example.com/qr;1.js?v=2&s=S&t=", "tmp", ""}, `{tmp: "a&b#"}`, "https://cdn.example.com/qr;1.js?v=2&s=S&t=a%26b%23"},
	} {
		p := described()
		p.Inputs = map[string]profile.Input{"sdk": {}}
		p.Scan.Code, p.Scan.Redirect = "", tt.redirect
		s, err := newSetup(p, values(), lang.EN)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.pieces, s.Redirect); diff != "" {
			t.Errorf("%s: %s", tt.redirect, diff)
		}
		is, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.JS("((is, data) => (function destination(" + body + "\n})(data))(" + string(is) + ", " + tt.message + ")"); got != tt.want {
			t.Errorf("%s with %s: %q, want %q", tt.redirect, tt.message, got, tt.want)
		}
	}
}

func TestWhatNoPageCanHave(t *testing.T) {
	for name, change := range map[string]struct {
		input string
		value any
		want  string
	}{
		"a secret":        {"client_id", secret.New("S"), "p: scan.options.app: {client_id} is a secret, which must not reach a web page"},
		"not a URL":       {"sdk", "qr.js", `p: scan.sdk: "qr.js" is not the URL of a script`},
		"not a web URL":   {"sdk", "data:text/javascript,1", `p: scan.sdk: "data:text/javascript,1" is not the URL of a script`},
		"a path":          {"domain", "example.com/x", `p: scan.origin: "https://*.example.com/x" is not an origin: expected scheme://host, whose first label may be *`},
		"another policy":  {"domain", "example.com; script-src *", `p: scan.origin: parse "https://*.example.com; script-src *": invalid character " " in host name`},
		"another star":    {"domain", "*.example.com", `p: scan.origin: "https://*.*.example.com" is not an origin: expected scheme://host, whose first label may be *`},
		"a star as a sum": {"domain", "a*.com", `p: scan.origin: "https://*.a*.com" is not an origin: expected scheme://host, whose first label may be *`},
	} {
		t.Run(name, func(t *testing.T) {
			v := values()
			v[change.input] = change.value
			_, err := New(described(), v, "run", lang.EN)
			if err == nil || err.Error() != change.want {
				t.Errorf("got  %v\nwant %s", err, change.want)
			}
		})
	}
}

// TestNoScriptOfTheProfiles: a class cannot contain code.
func TestNoScriptOfTheProfiles(t *testing.T) {
	p := described()
	p.Scan.Class = "Login;alert(1)"
	_, err := New(p, values(), "run", lang.EN)
	if want := `p: scan.class: "Login;alert(1)" is not a valid class name`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestOrigins runs the page's own function in a browser.
func TestOrigins(t *testing.T) {
	b := browsertest.Start(t)
	_, rest, _ := strings.Cut(source, "function fits(")
	body, _, _ := strings.Cut(rest, "\n}\n")
	b.Open("about:blank")
	for _, test := range []struct {
		expected, origin string
		want             bool
	}{
		{"https://a.example.com", "https://a.example.com", true},
		{"https://a.example.com", "http://a.example.com", false},
		{"https://a.example.com", "https://a.example.com:8443", false},
		{"https://a.example.com:8443", "https://a.example.com:8443", true},
		{"https://a.example.com", "https://a.example.com.evil.test", false},
		{"https://*.example.com", "https://a.example.com", true},
		{"https://*.example.com", "https://a-1.example.com", true},
		{"https://*.example.com", "https://example.com", false},
		{"https://*.example.com", "https://.example.com", false},
		{"https://*.example.com", "https://a.b.example.com", false},
		{"https://*.example.com", "https://evilexample.com", false},
		{"https://*.example.com", "https://a.example.com.evil.test", false},
		{"https://*.example.com", "https://evil.test/.example.com", false},
		{"https://*.example.com", "http://a.example.com", false},
		{"https://*.example.com", "https://a.example.com:444", false},
		{"https://*.example.com:444", "https://a.example.com:444", true},
		{"https://*.example.com", "null", false},
		{"https://*.example.com", "", false},
	} {
		want := "false"
		if test.want {
			want = "true"
		}
		if got := b.JS("(function fits(" + body + "\n})('" + test.expected + "', '" + test.origin + "')"); got != want {
			t.Errorf("%s for %s: %s", test.origin, test.expected, got)
		}
	}
}

// ask sends a request as the page itself would.
func ask(p *Page, method, name, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:9"+p.Path()+name, strings.NewReader(body))
	r.Header.Set("Origin", "http://127.0.0.1:9")
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

func page(t *testing.T) *Page {
	t.Helper()
	p, err := New(described(), values(), "run", lang.EN)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOneCodeComes(t *testing.T) {
	p := page(t)
	var statuses []int
	for _, body := range []string{`{"event":"scanned"}`, `{"event":"confirmed","code":"C1"}`, `{"event":"confirmed","code":"C1"}`, `{"event":"confirmed","code":"C2"}`, `{"event":"cancelled"}`} {
		statuses = append(statuses, ask(p, "POST", "event", body).Code)
	}
	if diff := cmp.Diff([]int{204, 204, 409, 409, 409}, statuses); diff != "" {
		t.Error(diff)
	}
	heard := []Event{<-p.Events(), <-p.Events()}
	if diff := cmp.Diff([]Event{{Name: "scanned"}, {Name: "confirmed", Code: "C1"}}, heard); diff != "" {
		t.Error(diff)
	}
	if len(p.Events()) > 0 {
		t.Errorf("unexpected event %v", <-p.Events())
	}
}

// TestFloodIsRefused: the number of unread events is limited.
func TestFloodIsRefused(t *testing.T) {
	p := page(t)
	for i := range backlog + 1 {
		want := http.StatusNoContent
		if i == backlog {
			want = http.StatusTooManyRequests
		}
		if got := ask(p, "POST", "event", `{"event":"scanned"}`).Code; got != want {
			t.Errorf("event %d: HTTP %d, want %d", i, got, want)
		}
	}
	<-p.Events()
	if got := ask(p, "POST", "event", `{"event":"confirmed","code":"C"}`).Code; got != http.StatusNoContent {
		t.Errorf("after the flood: HTTP %d", got)
	}
}

func TestNewsAndEnd(t *testing.T) {
	p := page(t)
	p.Renew()
	if got := ask(p, "GET", "news?renewals=0", "").Body.String(); got != `{"ended":false,"renewals":1}`+"\n" {
		t.Error(got)
	}
	p.Finish(loopback.Ending{Kind: loopback.Succeeded, Login: "p", Who: "Ada <1>"}) // no page is open
	if got := ask(p, "GET", "news?renewals=1", "").Body.String(); got != `{"ended":true,"renewals":1}`+"\n" {
		t.Error(got)
	}
	if got := ask(p, "GET", "end", "").Body.String(); !strings.Contains(got, "Ada &lt;1&gt;") {
		t.Error(got)
	}
}

func TestOnlyThePageIsServed(t *testing.T) {
	p := page(t)
	for target, want := range map[string]int{"GET ": 200, "GET setup": 200, "POST setup": 405, "GET event": 405, "GET other": 404, "GET ../": 404, "DELETE ": 405} {
		method, name, _ := strings.Cut(target, " ")
		w := ask(p, method, name, "")
		if w.Code != want || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") != "strict-origin" {
			t.Errorf("%s: HTTP %d, want %d, %v", target, w.Code, want, w.Header())
		}
	}
	if got := ask(p, "GET", "", "").Body.String(); got != source {
		t.Error("the page differs from the embedded file")
	}
}
