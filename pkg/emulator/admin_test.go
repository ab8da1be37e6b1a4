package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ssoctl/pkg/emulator"
)

func (w *world) ask(t *testing.T, method, path, body string, edit func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, w.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		edit(r)
	}
	resp, err := w.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestHealth(t *testing.T) {
	w := start(t)
	for method, want := range map[string]string{"GET": "{\"status\":\"ok\"}\n", "HEAD": ""} {
		if status, body := w.ask(t, method, "/_/health", "", nil); status != 200 || body != want {
			t.Errorf("%s: %d %s", method, status, body)
		}
	}
}

func TestCodesWithoutBrowser(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		challenge, _ := c.values.Text("code_challenge")
		in, _ := json.Marshal(map[string]string{"profile": c.p.Name, "state": "State0123456789", "code_challenge": challenge})
		status, body := c.ask(t, "POST", "/_/codes", string(in), nil)
		var out struct{ Code, Callback, RedirectURI string }
		if err := json.Unmarshal([]byte(strings.Replace(body, "redirect_uri", "RedirectURI", 1)), &out); status != 200 || err != nil {
			t.Fatalf("%d %s", status, body)
		}
		back, err := url.Parse(out.Callback)
		if err != nil || !strings.HasPrefix(out.Callback, out.RedirectURI+"?") {
			t.Fatalf("%s: %v", body, err)
		}
		code, state := back.Query().Get("code"), "State0123456789"
		if a := c.p.Authorize; a != nil {
			code = c.says(back).Code
			if !strings.Contains(string(a.RedirectExample(true)), "{state}") { // the vendor returns none
				state = ""
			}
		}
		if code != out.Code || !issued.MatchString(code) || back.Query().Get("state") != state {
			t.Error(body)
		}
		s := redeems(c.p)
		c.ready(s)
		c.values["code"] = out.Code
		c.pass(s)
	})
}

func TestAdminRefuses(t *testing.T) {
	w := start(t, builtins(t)...)
	name := w.profiles[0].Name
	origin := func(o string) func(*http.Request) { return func(r *http.Request) { r.Header.Set("Origin", o) } }
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	ok := `{"profile":"` + name + `"}`
	for what, c := range map[string]struct {
		method, path, body string
		edit               func(*http.Request)
		status             int
	}{
		"as documented":      {"POST", "/_/codes", ok, nil, 200},
		"own origin":         {"POST", "/_/codes", ok, origin(w.address), 200},
		"localhost":          {"GET", "/_/health", "", host("localhost"), 200},
		"IPv6":               {"GET", "/_/health", "", host("[::1]:99"), 200},
		"IPv6 without port":  {"GET", "/_/health", "", host("[::1]"), 200},
		"other origin":       {"POST", "/_/codes", ok, origin("https://example.com"), 403},
		"null origin":        {"POST", "/_/codes", ok, origin("null"), 403},
		"other port":         {"POST", "/_/codes", ok, origin("http://127.0.0.1:1"), 403},
		"rebound name":       {"POST", "/_/codes", ok, host("example.com"), 403},
		"rebound, its own":   {"POST", "/_/codes", ok, func(r *http.Request) { host("example.com")(r); origin("http://example.com")(r) }, 403},
		"look-alike":         {"GET", "/_/health", "", host("127.0.0.1.example.com"), 403},
		"GET of codes":       {"GET", "/_/codes", "", nil, 405},
		"POST of health":     {"POST", "/_/health", "", nil, 405},
		"unknown member":     {"POST", "/_/codes", `{"profile":"` + name + `","usr":""}`, nil, 400},
		"unknown user":       {"POST", "/_/codes", `{"profile":"` + name + `","user":"x"}`, nil, 400},
		"two objects":        {"POST", "/_/codes", ok + ok, nil, 400},
		"no JSON":            {"POST", "/_/codes", "profile=" + name, nil, 400},
		"no body":            {"POST", "/_/codes", "", nil, 400},
		"too much":           {"POST", "/_/codes", strings.Repeat(" ", 1<<20) + ok, nil, 400},
		"unknown profile":    {"POST", "/_/codes", `{"profile":"nobody"}`, nil, 404},
		"stranger's address": {"POST", "/_/codes", `{"profile":"` + name + `","redirect_uri":"https://example.com/"}`, nil, 400},
		"unknown path":       {"GET", "/_/nothing", "", nil, 404},
		"bare":               {"GET", "/_", "", nil, 404},
	} {
		status, body := w.ask(t, c.method, c.path, c.body, c.edit)
		if status != c.status {
			t.Errorf("%s: %d %s, want %d", what, status, body, c.status)
		}
		if e := w.last(); e.Status != status || e.Path != c.path || (status >= 400) != (e.Diagnosis != "") {
			t.Errorf("%s: %+v", what, e)
		}
		if status == 403 && issued.MatchString(body) {
			t.Errorf("%s: %s", what, body)
		}
	}
}

// TestAdminIsGuarded checks that every path of the administration API refuses pages of
// other origins and host names that were rebound to this address.
func TestAdminIsGuarded(t *testing.T) {
	w := start(t, builtins(t)...)
	paths := w.AdminMethods()
	if len(paths) < 8 {
		t.Errorf("only %v", paths)
	}
	for path, methods := range paths {
		for _, method := range methods {
			for what, edit := range map[string]func(*http.Request){
				"origin": func(r *http.Request) { r.Header.Set("Origin", "https://example.com") },
				"null":   func(r *http.Request) { r.Header.Set("Origin", "null") },
				"fetch": func(r *http.Request) {
					r.Header.Set("Sec-Fetch-Site", "cross-site")
					r.Header.Set("Sec-Fetch-Mode", "no-cors")
				},
				"host":       func(r *http.Request) { r.Host = "example.com" },
				"rebound":    func(r *http.Request) { r.Host = "example.com"; r.Header.Set("Origin", "http://example.com") },
				"look-alike": func(r *http.Request) { r.Host = "127.0.0.1.example.com:80" },
			} {
				if status, body := w.ask(t, method, path, "{}", edit); status != http.StatusForbidden || method != "HEAD" && !strings.HasPrefix(body, `{"error":`) {
					t.Errorf("%s %s, foreign %s: %d %s", method, path, what, status, body)
				}
			}
		}
		if status, _ := w.ask(t, "PATCH", path, "", nil); status != http.StatusMethodNotAllowed {
			t.Errorf("PATCH %s: %d", path, status)
		}
	}
}

func TestUnknownPathsListProfiles(t *testing.T) {
	w := start(t, builtins(t)...)
	for _, path := range []string{"/", "/nobody", "/nobody/token", "//", "/favicon.ico"} {
		status, body := w.ask(t, "GET", path, "", nil)
		if status != 404 {
			t.Errorf("%s: %d", path, status)
		}
		for _, p := range w.profiles {
			if !strings.Contains(body, w.address+"/"+p.Name+"\n") {
				t.Errorf("%s: %s is not listed: %s", path, p.Name, body)
			}
		}
	}
}

func TestBelowAPath(t *testing.T) {
	w := start(t, builtins(t)...)
	w.address += "/emulator"
	w.Emulator = w.emulator()
	for _, p := range w.profiles {
		w.party(t, p).run(teller(p))
	}
	if status, body := w.ask(t, "GET", "/_/health", "", nil); status != 200 {
		t.Errorf("%d %s", status, body)
	}
}

func TestNewRefusesBadOptions(t *testing.T) {
	w := start(t)
	all := builtins(t)
	for what, edit := range map[string]func(*emulator.Options){
		"no clock":      func(o *emulator.Options) { o.Now = nil },
		"no randomness": func(o *emulator.Options) { o.Rand = nil },
		"no scheme":     func(o *emulator.Options) { o.Address = "127.0.0.1:80" },
		"no address":    func(o *emulator.Options) { o.Address = "" },
		"twice":         func(o *emulator.Options) { o.Profiles = append(o.Profiles, o.Profiles[0]) },
		"admin's name":  func(o *emulator.Options) { p := *o.Profiles[0]; p.Name = "_"; o.Profiles = append(o.Profiles, &p) },
		"a path":        func(o *emulator.Options) { p := *o.Profiles[0]; p.Name = "a/b"; o.Profiles = append(o.Profiles, &p) },
	} {
		o := emulator.Options{Profiles: all[:1:1], Address: w.address, Now: w.now, Rand: w.rand}
		edit(&o)
		if e, err := emulator.New(o); err == nil || e != nil {
			t.Errorf("%s is accepted", what)
		}
	}
}

func TestNoReport(t *testing.T) {
	w := start(t, builtins(t)...)
	e, err := emulator.New(emulator.Options{Profiles: w.profiles, Address: w.address, Now: w.now, Rand: w.rand})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/_/health", "/" + w.profiles[0].Name + "/x"} {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", w.address+path, nil))
	}
}
