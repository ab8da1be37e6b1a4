package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/mirror"
	"ssoctl/pkg/qr"
)

// patience is much longer than anything here takes. It only ends a test that hangs.
const patience = 30 * time.Second

// chromium returns the installed browser and an empty folder for its temporary files.
// Without a browser it skips the test, unless CI is true.
func chromium(t *testing.T) (mirror.Browser, string) {
	t.Helper()
	program, err := mirror.Find("", runtime.GOOS, os.LookupEnv)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("%v: no page is tried in a browser", err)
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return mirror.Browser{Program: program, Env: []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}, Sandbox: os.Geteuid() != 0}, dir
}

// light is [chromium], but returns Chromium's headless shell if that is installed. The shell shows
// pages with the same code, for half the CPU, unless they are animated. The requests and files of
// the browser itself are tested in the whole browser.
func light(t *testing.T) (mirror.Browser, string) {
	t.Helper()
	b, dir := chromium(t)
	if shell, err := exec.LookPath("chromium-headless-shell"); err == nil {
		b.Program = shell
	}
	return b, dir
}

// site serves pages by path. {{code "text"}} becomes the image of a QR code.
func site(t *testing.T, pages map[string]string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		page := template.Must(template.New("").Funcs(template.FuncMap{"code": code}).Parse("<!doctype html><title>Log in</title>" + text))
		if err := page.Execute(w, nil); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// code returns an element with the QR code.
func code(text string) template.HTML {
	svg, err := qr.SVG(text)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(err.Error()))
	}
	return template.HTML(`<img width=180 alt="QR code" src="data:image/svg+xml,` + url.PathEscape(svg) + `">`)
}

// started runs the browser, for several pages.
func started(t *testing.T, b mirror.Browser) (in mirror.WatchFunc, end func()) {
	t.Helper()
	in, end, err := b.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return in, end
}

// watching is a running call of Watch.
type watching struct {
	t    *testing.T
	saw  chan string
	done chan error
	stop context.CancelFunc
}

func watch(t *testing.T, in mirror.WatchFunc, address string) *watching {
	ctx, stop := context.WithCancel(t.Context())
	w := &watching{t, make(chan string, 100), make(chan error, 1), stop}
	go func() { w.done <- in(ctx, address, patience, func(text string) { w.saw <- text }) }()
	t.Cleanup(stop)
	return w
}

// sees waits for the next text.
func (w *watching) sees(want string) {
	w.t.Helper()
	select {
	case got := <-w.saw:
		if got != want {
			w.t.Fatalf("saw %q, want %q", got, want)
		}
	case err := <-w.done:
		w.t.Fatalf("ended with %v before it saw %q", err, want)
	case <-time.After(patience):
		w.t.Fatalf("never saw %q", want)
	}
}

func (w *watching) ends() error {
	w.t.Helper()
	select {
	case err := <-w.done:
		return err
	case <-time.After(patience):
		w.t.Fatal("Watch does not return")
		return nil
	}
}

// left returns the names of the files in the folder.
func left(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") { // files of the browser in its home
			names = append(names, entry.Name())
		}
	}
	return names
}

// Watch finds the code anywhere on the page.
func TestSeesACode(t *testing.T) {
	b, _ := light(t)
	in, end := started(t, b)
	defer end()
	const text = "https://sso.example.com/scan?ticket=0123456789abcdef"
	frame := `<body style="background:#101218;color:#ddd"><h1>Frame</h1>{{code "` + text + `"}}`
	for name, body := range map[string]string{
		"far down":         `<div style="height:900px">text</div>{{code "` + text + `"}}`,
		"a frame, dark":    `<body style="background:#000"><iframe src="/frame" width=500 height=500></iframe>`,
		"light on dark":    `<body style="background:#101218"><div style="filter:invert(1);background:#fff;padding:20px;display:inline-block">{{code "` + text + `"}}</div>`,
		"a canvas":         `<canvas id=c width=220 height=220></canvas><div hidden>{{code "` + text + `"}}</div><script>document.images[0].decode().then(() => c.getContext('2d').drawImage(document.images[0], 20, 20, 180, 180))</script>`,
		"small":            `<div style="zoom:.3">{{code "` + text + `"}}</div>`,
		"after some time":  `<p>Loading</p><div id=d hidden>{{code "` + text + `"}}</div><script>setTimeout(() => d.hidden = false, 1500)</script>`,
		"after many pages": `<div id=d hidden>{{code "` + text + `"}}</div><script>const n = +location.hash.slice(1); if (n < 4) location.replace('http://' + (n % 2 ? '127.0.0.1' : 'localhost') + ':' + location.port + '/?' + n + '#' + (n + 1)); else d.hidden = false</script>`,
		"another, smaller": `<p>The app: {{code "https://app.example.com"}}</p><div style="zoom:1.6">{{code "` + text + `"}}</div>`,
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, in, site(t, map[string]string{"/": body, "/frame": frame}).URL)
			w.sees(text)
			w.stop()
			if err := w.ends(); !errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

// A hostile page can neither stop the browser nor leave files behind.
func TestFollowsACode(t *testing.T) {
	b, dir := chromium(t)
	s := site(t, map[string]string{"/": `
<body style="animation:a 1s infinite"><style>@keyframes a { to { background: #eef } }</style>
<script>
alert('Hello'); confirm('Sure?'); prompt('Name?');
addEventListener('beforeunload', e => { e.preventDefault(); return 'Stay?' });
window.open('/'); window.open('javascript:alert(1)');
const a = document.createElement('a'); a.href = 'data:application/octet-stream,x'; a.download = 'x.bin'; a.click();
new Image().src = '/never';
</script>
<div id=one>{{code "one"}}</div><div id=two hidden>{{code "two"}}</div>
<script>
const at = async (path) => { while ((await (await fetch('/at')).text()) !== path) await new Promise(r => setTimeout(r, 50)) };
(async () => { await at('two'); one.hidden = true; two.hidden = false; await at('none'); two.hidden = true; await at('one'); one.hidden = false; await at('faded'); one.style.opacity = .12; await at('one'); one.style.opacity = 1; await at('gone'); location = '/gone' })()
</script>`, "/gone": "<p>Nothing here"})
	var at atomic.Value
	at.Store("one")
	pages := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/never":
			<-r.Context().Done()
		case "/at":
			fmt.Fprint(w, at.Load())
		default:
			pages.ServeHTTP(w, r)
		}
	})
	w := watch(t, b.Watch, s.URL)
	for _, step := range []struct{ at, sees string }{{"one", "one"}, {"two", "two"}, {"none", ""}, {"one", "one"}, {"faded", ""}, {"one", "one"}, {"gone", ""}} {
		at.Store(step.at)
		w.sees(step.sees)
	}
	w.stop()
	if err := w.ends(); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if names := left(t, dir); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestNoCode(t *testing.T) {
	b, dir := light(t)
	s := site(t, map[string]string{"/login": `<h1>Log in by password</h1>`})
	err := b.Watch(t.Context(), s.URL+"/login?state=secret-state#secret-part", 3*time.Second, func(text string) { t.Errorf("saw %q", text) })
	var none *mirror.NoCodeError
	if !errors.As(err, &none) {
		t.Fatalf("got %v", err)
	}
	if want := fmt.Sprintf(`no QR code on the page "Log in" at %s/login?… within 3s`, s.URL); err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	shot, err := png.Decode(bytes.NewReader(none.Screenshot))
	if err != nil {
		t.Fatal(err)
	}
	if got := shot.Bounds().Size(); got != image.Pt(mirror.Width, mirror.Height) {
		t.Errorf("the screenshot is of %v", got)
	}
	if names := left(t, dir); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestNoPage(t *testing.T) {
	b, dir := chromium(t)
	s := site(t, nil)
	secure := httptest.NewUnstartedServer(s.Config.Handler)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // the browser does not trust it
	secure.StartTLS()
	t.Cleanup(secure.Close)
	odd := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/file":
			w.Header().Set("Content-Disposition", "attachment")
		case "/never":
			<-r.Context().Done()
		}
	}))
	t.Cleanup(odd.Close)
	closed := httptest.NewServer(nil)
	closed.Close()
	in, end := started(t, b)
	for _, c := range []struct {
		address  string
		want     mirror.LoadError
		answered bool
	}{
		{s.URL + "/nothing", mirror.LoadError{Status: 404}, true},
		{secure.URL, mirror.LoadError{Problem: "net::ERR_CERT_AUTHORITY_INVALID"}, false},
		{closed.URL, mirror.LoadError{Problem: "net::ERR_CONNECTION_REFUSED"}, false},
		{"http://sso.invalid/", mirror.LoadError{Problem: "net::ERR_NAME_NOT_RESOLVED"}, false},
		{odd.URL + "/loop", mirror.LoadError{Problem: "net::ERR_TOO_MANY_REDIRECTS"}, true},
		{odd.URL + "/file", mirror.LoadError{Problem: "a file to download instead of a page"}, true},
		{odd.URL + "/never", mirror.LoadError{Problem: "net::ERR_TIMED_OUT"}, false},
	} {
		err := in(t.Context(), c.address, 3*time.Second, func(text string) { t.Errorf("saw %q", text) })
		u, _ := url.Parse(c.address)
		c.want.Host = u.Host
		var load *mirror.LoadError
		if !errors.As(err, &load) || *load != c.want || load.Answered() != c.answered {
			t.Errorf("%s: %v", c.address, err)
		}
	}
	end()
	if names := left(t, dir); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestNotABrowser(t *testing.T) {
	_, dir := chromium(t)
	program := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho 'cannot open: \x1b[31mno display'\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := mirror.Browser{Program: program}.Watch(t.Context(), "http://127.0.0.1:1/", patience, func(string) {})
	want := "browser " + program + ": cannot start: cannot open: \x1b[31mno display"
	if !errors.As(err, new(*mirror.BrowserError)) || err.Error() != want {
		t.Errorf("got  %q\nwant %q", err, want)
	}
	if names := left(t, dir); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

// TestNoTemporaryFolder: the error blames the folder, not the browser.
func TestNoTemporaryFolder(t *testing.T) {
	t.Setenv("TMPDIR", "/dev/null")
	err := mirror.Browser{Program: "browser"}.Watch(t.Context(), "http://127.0.0.1:1/", patience, func(string) {})
	if !errors.As(err, new(*failure.TemporaryError)) {
		t.Errorf("got %v, want a *failure.TemporaryError", err)
	}
}

// The browser contacts the host of the page and no other. The proxy in this test responds
// for every host and records them.
func TestContactsNoOtherHost(t *testing.T) {
	b, _ := chromium(t)
	page := fmt.Sprintf(`<!doctype html><div id=one>%s</div><div id=two hidden>%s</div><script>setTimeout(() => { one.hidden = true; two.hidden = false }, 4000)</script>`, code("one"), code("two"))
	var mu sync.Mutex
	hosts := map[string]bool{}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		hosts[r.Host] = true
		fmt.Fprint(w, page)
	}))
	t.Cleanup(proxy.Close)
	b.Proxy = proxy.URL
	w := watch(t, b.Watch, "http://sso.invalid/")
	w.sees("one")
	w.sees("two")
	w.stop()
	w.ends()
	if diff := cmp.Diff(map[string]bool{"sso.invalid": true}, hosts); diff != "" {
		t.Errorf("hosts (-want +got):\n%s", diff)
	}
}
