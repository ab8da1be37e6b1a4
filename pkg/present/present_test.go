package present_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/present"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// Page and Mirror need a browser. They, and all others on a real terminal, are tested in cmd: see
// TestTerminal…, TestPage… and the scripts qrlogin_….txtar.
const description = `
title = "A server"
[inputs]
redirect_uri = { required = true }
[reply]
ok = "true"
[exchange]
method = "POST"
url    = "https://sso.example.com/token"
form   = { code = "{code}" }
read   = { access_token = ".t" }
[authorize]
method = "GET"
url    = "https://sso.example.com/authorize"
query  = { back = "{redirect_uri}", state = "{state}" }
`

func flow(t *testing.T) login.Flow {
	t.Helper()
	p, err := profile.Load("p", profile.Sources{Builtin: fstest.MapFS{"p.toml": {Data: []byte(description)}}})
	if err != nil {
		t.Fatal(err)
	}
	cl := client.New(p, client.Deps{HTTP: http.DefaultClient, Now: time.Now, Rand: rand.Reader})
	return login.Flow{Client: cl, RedirectURI: "http://127.0.0.1:0/back", Wait: 5 * time.Minute, Lang: lang.EN}
}

// stderr is what a person reads. After each Write, sees is called with the whole text, until it
// returns true.
type stderr struct {
	mu   sync.Mutex
	text bytes.Buffer
	sees func(text string) bool
}

func (s *stderr) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.text.Write(b)
	if s.sees != nil && s.sees(s.text.String()) {
		s.sees = nil
	}
	return n, err
}

// shown returns what was printed, with placeholders for the parts that differ between runs.
func (s *stderr) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := regexp.MustCompile(`https://sso\S+`).ReplaceAllString(s.text.String(), "ADDRESS")
	text = regexp.MustCompile(`:\d{4,5}\b`).ReplaceAllString(text, ":PORT")
	text = regexp.MustCompile(`(  --listen .*\n)+`).ReplaceAllString(text, "  --listen …\n") // the addresses of this machine
	return regexp.MustCompile(`\b[45]:\d\d\b`).ReplaceAllString(text, "TIME")
}

// redirect returns the redirect for an authorize address in text, with a code and the state
// that belongs to it; "" if there is no address yet.
func redirect(text string) string {
	found := regexp.MustCompile(`https://sso\S+\n`).FindString(text)
	u, err := url.Parse(strings.TrimSpace(found))
	if found == "" || err != nil {
		return ""
	}
	return u.Query().Get("back") + "?code=C&state=" + u.Query().Get("state")
}

// visit acts as the person's browser: it returns to the redirect_uri once the terminal says
// that ssoctl waits, after a redirect without state.
func visit(text string) bool {
	to := redirect(text)
	if to == "" || !strings.Contains(text, "Ctrl-C stops") {
		return false
	}
	go func() {
		for _, address := range []string{strings.Replace(to, "state=", "forged=", 1), to} {
			if resp, err := http.Get(address); err == nil {
				resp.Body.Close()
			}
		}
	}()
	return true
}

// paster acts as a person who pastes: an empty line, a wrong one, then the redirect.
type paster struct{ to io.WriteCloser }

func (p paster) sees(text string) bool {
	if redirect(text) == "" || !strings.Contains(text, "Ctrl-C stops") {
		return false
	}
	go fmt.Fprintf(p.to, "\nhttp://127.0.0.1/?code=B\n%s\n", redirect(text))
	return true
}

func TestCatch(t *testing.T) {
	in, typed := io.Pipe()
	for name, c := range map[string]struct {
		by   func(present.Deps) present.Catcher
		sees func(string) bool
		want string
	}{
		"browser": {
			by:   func(d present.Deps) present.Catcher { return present.Browser{Deps: d} },
			sees: visit,
			want: `Open this address in a browser:
ADDRESS
TIME left, Ctrl-C stops. Waiting for the browser at 127.0.0.1:PORT
Ignored: the callback has no state. The vendor or a proxy in between dropped it, or this login was not started here. Still waiting.
`,
		},
		"paste": {
			by: func(d present.Deps) present.Catcher {
				return present.Paste{Browser: present.Browser{Deps: d, Launch: true}, In: in, Retry: true}
			},
			sees: paster{typed}.sees,
			want: `Opening the browser. If it shows nothing, open this address:
ADDRESS
warning: could not open a browser (none here): open the address yourself
TIME left, Ctrl-C stops. Log in there, then paste the whole address where the browser stops, or the code, and press Enter
Ignored: the callback's address is not the awaited redirect_uri. Paste again.
`,
		},
		"link": {
			by:   func(d present.Deps) present.Catcher { return present.Link{Deps: d} },
			sees: visit,
			want: `If the phone shows another QR code, stop and start again with --via mirror.
A phone cannot reach 127.0.0.1:PORT. If the phone, and not this machine's browser, is redirected back, stop and start again with:
  --listen …
Address:
ADDRESS
Scan with the phone and confirm there. Waiting: TIME left, Ctrl-C stops
Ignored: the callback has no state. The vendor or a proxy in between dropped it, or this login was not started here. Still waiting.
Confirmed
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			out := &stderr{sees: c.sees}
			got, err := c.by(present.Deps{
				Console: terminal.Console{W: out, Lang: lang.EN}, Now: time.Now,
				OpenBrowser: func(string) error { return fmt.Errorf("none here") },
			}).Catch(t.Context(), flow(t))
			got.Finish(loopback.Ending{})
			if err != nil || got.Code != "C" {
				t.Errorf("code %q, %v", got.Code, err)
			}
			if diff := cmp.Diff(c.want, out.shown()); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

// Without a terminal, nobody can correct a wrong paste.
func TestPasteEnds(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "standard input ended without an address",
		"\n \n":                               "standard input ended without an address",
		"http://127.0.0.1:9/b?code=C\nmore\n": "the callback's address is not the awaited redirect_uri",
		strings.Repeat("x", 70<<10):           "this is too long for an address",
	} {
		out := new(stderr)
		by := present.Paste{Browser: present.Browser{Deps: present.Deps{Console: terminal.Console{W: out, Lang: lang.EN}, Now: time.Now}}, In: strings.NewReader(in)}
		_, err := by.Catch(t.Context(), flow(t))
		if fmt.Sprint(err) != want {
			t.Errorf("%.40q: got %v, want %s", in, err, want)
		}
	}
}
