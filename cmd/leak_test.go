package cmd_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ssoctl/cmd"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// encodings are the ways in which a secret could show.
var encodings = map[string]func(string) string{
	"as it is": func(s string) string { return s },
	"percent":  url.QueryEscape,
	"JSON": func(s string) string {
		text, _ := json.Marshal(s) // with < > & escaped
		return strings.Trim(string(text), `"`)
	},
	"base64":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"hex":       func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HTML":      html.EscapeString,
	"Basic":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte("id:" + url.QueryEscape(s))) },
}

// echo is a vendor that repeats, in headers and in JSON, every secret that it was
// sent or has given out in a run, in every encoding.
type echo struct {
	base   http.RoundTripper
	mu     sync.Mutex
	known  map[string]bool
	echoed map[string]bool // what an answer has repeated
}

var issued = regexp.MustCompile(`emulated_[a-z2-7]{32}`)

func (e *echo) learn(texts ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, text := range texts {
		for _, s := range issued.FindAllString(text, -1) {
			e.known[s] = true
		}
	}
}

func (e *echo) RoundTrip(req *http.Request) (*http.Response, error) {
	e.learn(req.URL.String(), fmt.Sprint(req.Header))
	if req.GetBody != nil {
		body, _ := req.GetBody()
		text, _ := io.ReadAll(body)
		e.learn(string(text))
	}
	resp, err := e.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20)) // not all of an endless one
	resp.Body.Close()
	e.learn(string(body))
	if rest, ok := bytes.CutPrefix(body, []byte("{")); ok && err == nil && resp.ContentLength >= 0 {
		var all []string
		e.mu.Lock()
		for s := range e.known {
			e.echoed[s] = true
			for _, name := range slices.Sorted(maps.Keys(encodings)) {
				all = append(all, name+" "+encodings[name](s))
			}
		}
		e.mu.Unlock()
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(strings.Join(all, " ; "))
		body = slices.Concat([]byte(`{"echo":`), bytes.TrimSpace(text.Bytes()), []byte(","), rest)
		resp.Header.Set("X-Echo", url.QueryEscape(strings.Join(all, ";")))
		resp.Header.Set("Location", "https://elsewhere.example/?to="+url.QueryEscape("https://x.example/?t="+url.QueryEscape(all[0])))
		resp.Header.Del("Content-Length")
	}
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	return resp, nil
}

// failing is the end of an answer that was cut off, or was not.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// leakRun is a vendor, and where the program runs against it.
type leakRun struct {
	vendor  *emulation
	secrets map[string]bool // of its inputs
	echo    *echo
	env     map[string]string
	dir     string
}

func newLeakRun(t *testing.T, name string) *leakRun {
	t.Helper()
	given := map[string]string{}
	for input, in := range builtinProfile(t, name).Inputs {
		if in.Secret {
			given[input] = "s3cr+t/of the " + input + "<&>=é密%20"
		}
	}
	l := &leakRun{vendor: emulate(t, name, given, time.Now()), dir: t.TempDir(), secrets: map[string]bool{}, echo: &echo{base: &http.Transport{DisableKeepAlives: true}}}
	l.env = map[string]string{"HOME": l.dir, "SSOCTL_PROFILE": name}
	inputs := l.vendor.Inputs(name)
	for input := range inputs {
		text, _ := inputs.Text(input)
		l.env["SSOCTL_"+strings.ToUpper(input)] = text
		if l.vendor.vendor.Inputs[input].Secret {
			l.secrets[text] = true
		}
	}
	return l
}

// onlooker is stderr, and opens the first address that is printed there, as a
// browser or a phone.
type onlooker struct {
	mu     sync.Mutex
	text   bytes.Buffer
	opened bool
}

func (o *onlooker) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for line := range strings.Lines(string(text)) {
		if address := strings.TrimSuffix(line, "\n"); strings.HasPrefix(address, "http") && !o.opened {
			o.opened = true
			go browse(context.Background(), address) //nolint // what goes wrong shows as nobody coming back
		}
	}
	return o.text.Write(text)
}

// run runs a command with all outputs on; said is what others may get to see.
func (l *leakRun) run(t *testing.T, args ...string) (code int, stdout, said string) {
	t.Helper()
	l.echo.known, l.echo.echoed = maps.Clone(l.secrets), map[string]bool{}
	har, report := filepath.Join(l.dir, "out.har"), filepath.Join(l.dir, "out.html")
	var out bytes.Buffer
	var errs onlooker
	a := &cmd.App{
		In: strings.NewReader(""), Out: &out, Err: &errs, HTTP: &http.Client{Transport: l.echo}, Now: time.Now, Rand: rand.Reader,
		Env: func(name string) (string, bool) { v, ok := l.env[name]; return v, ok },
	}
	args = append(args, "-vv", "--har", har, "--report", report, "--timeout", "5s")
	code = a.Run(t.Context(), args)
	text := errs.text.String()
	for _, file := range []string{har, report} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text += string(data)
	}
	return code, out.String(), text
}

// found is every secret that a text shows, with its encoding.
func (l *leakRun) found(said string) map[string]bool {
	found := map[string]bool{}
	plain := strings.ReplaceAll(said, `\\`, `\`) // JSON in JSON
	unescaped := html.UnescapeString(said)       // what a reader of the page sees
	for s := range l.echo.known {
		for name, encode := range encodings {
			if text := encode(s); strings.Contains(said, text) || strings.Contains(plain, text) || strings.Contains(unescaped, text) {
				found[name+" of "+s] = true
			}
		}
	}
	return found
}

// commands are all that send or show something, for a profile.
func (l *leakRun) commands(t *testing.T) map[string][]string {
	p := l.vendor.vendor
	out := map[string][]string{}
	code := func() string { return l.vendor.code(t, emulator.Grant{}).Reveal() }
	if p.Exchange != nil || p.UserInfo != nil {
		out["exchange"] = []string{"exchange", "--code", code()}
	}
	if p.Authorize != nil {
		out["authorize-url"] = []string{"authorize-url", "--redirect-uri", "http://127.0.0.1:9/callback"}
		out["login"] = []string{"login", "--no-browser", "--redirect-uri", "http://127.0.0.1:0/callback/{state}"}
		if p.Authorize.Scan {
			out["qrlogin"] = []string{"qrlogin", "--redirect-uri", "http://127.0.0.1:0/{state}"}
		}
	}
	if p.Token != nil {
		out["token"] = []string{"token"}
	}
	if p.Refresh != nil {
		out["refresh"] = []string{"token", "--refresh-token", "emulated_" + strings.Repeat("r", 32)}
	}
	if p.UserInfo != nil {
		out["userinfo"] = []string{"userinfo", "--code", code()}
	}
	if p.Details != nil {
		out["details"] = []string{"userinfo", "--details", "--code", code()}
	}
	return out
}

// faults are all that can go wrong with a vendor; the first is none.
func (l *leakRun) faults() [][]emulator.Fault {
	out := [][]emulator.Fault{nil}
	for _, kind := range slices.Concat(profile.Kinds, slices.Sorted(maps.Keys(emulator.Transports))) {
		f := emulator.Fault{Kind: kind}
		switch kind {
		case "latency":
			f.Delay = time.Millisecond
		case "drip":
			f.Rate = 100 << 10
		}
		if l.vendor.SetFaults([]emulator.Fault{f}) == nil { // else the vendor has no such refusal
			out = append(out, []emulator.Fault{f})
		}
	}
	return out
}

func TestNothingLeaks(t *testing.T) {
	for _, p := range usableProfiles(t) {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			l := newLeakRun(t, p.Name)
			for _, faults := range l.faults() {
				if err := l.vendor.SetFaults(faults); err != nil {
					t.Fatal(err)
				}
				for name, args := range l.commands(t) {
					if strings.HasSuffix(name, "login") {
						wait := patience
						if faults != nil {
							wait = 300 * time.Millisecond // [authorize] may be what fails
						}
						args = append(args, "--wait", wait.String())
					}
					code, stdout, said := l.run(t, args...)
					l.echo.learn(stdout, fmt.Sprint(args))
					for leak := range l.found(said) {
						t.Errorf("%s, %v (exit %d): %s\n%s", name, faults, code, leak, said)
					}
					if succeeds := []string{"authorize-url", "login", "qrlogin", "token"}; faults == nil && slices.Contains(succeeds, name) && code != 0 {
						t.Errorf("%s: exit %d\n%s", name, code, said)
					}
				}
			}
		})
	}
}

// The search finds what it is to find, where the redaction is lifted.
func TestLeaksAreFound(t *testing.T) {
	for _, p := range usableProfiles(t) {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			l := newLeakRun(t, p.Name)
			for _, args := range l.commands(t) {
				_, _, said := l.run(t, append(args, "--show-secrets")...)
				found := l.found(said)
				for s := range l.echo.echoed {
					for name := range encodings {
						if !found[name+" of "+s] && args[0] != "authorize-url" {
							t.Errorf("%v: no %s of %s in\n%s", args, name, s, said)
						}
					}
				}
			}
		})
	}
}
