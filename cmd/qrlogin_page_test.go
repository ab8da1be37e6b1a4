package cmd_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/profiles"
)

// program is a running ssoctl.
type program struct {
	t *testing.T
	*exec.Cmd
	out, err output
	ended    chan struct{}
}

// output is what a program has printed so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// launch starts ssoctl, and kills it when the test ends.
func launch(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	path, err := exec.LookPath("ssoctl")
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, Cmd: exec.Command(path, args...), ended: make(chan struct{})}
	p.Env = append(append(os.Environ(), "HOME="+t.TempDir(), "LC_ALL=C"), env...)
	p.Stdout, p.Stderr = &p.out, &p.err
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill() // it has usually ended
		<-p.ended
	})
	return p
}

// tells waits until stderr matches, and returns the last group of the match.
func (p *program) tells(pattern string) string {
	p.t.Helper()
	return p.await(&p.err, pattern)
}

func (p *program) await(o *output, pattern string) string {
	p.t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if m := re.FindStringSubmatch(o.String()); m != nil {
			return m[len(m)-1]
		}
	}
	p.t.Fatalf("want a match of %s in:\n%s%s", pattern, p.out.String(), p.err.String())
	return ""
}

// ends waits for the program to end, and checks its exit code.
func (p *program) ends(code int) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("still running after %v:\n%s", patience, p.err.String())
	}
	if got := p.ProcessState.ExitCode(); got != code {
		p.t.Fatalf("exit code %d, want %d:\n%s", got, code, p.err.String())
	}
}

// vendor is an emulator that asks before each login.
type vendor struct {
	t             *testing.T
	profile, base string
	env           []string
}

// emulated emulates the first built-in profile whose page gets a message with the code.
func emulated(t *testing.T) *vendor {
	return emulatedFirst(t, func(s *profile.Scan) bool { return s.BringsCode() })
}

// emulatedFirst emulates the first built-in profile with such a [scan] table.
func emulatedFirst(t *testing.T, suits func(*profile.Scan) bool) *vendor {
	t.Helper()
	name := firstBuiltin(t, func(p *profile.Profile) bool { return p.Scan != nil && suits(p.Scan) })
	e := launch(t, nil, "emulate", name, "--approve", "ask", "-o", "json")
	e.await(&e.out, `\}\n`)
	var ready struct {
		Address  string
		Profiles map[string]map[string]string
	}
	if err := json.Unmarshal([]byte(e.out.String()), &ready); err != nil {
		t.Fatal(err)
	}
	v := &vendor{t: t, profile: name, base: ready.Address, env: []string{"SSOCTL_PROFILE=" + name}}
	for input, value := range ready.Profiles[name] {
		if input != "redirect_uri" {
			v.env = append(v.env, "SSOCTL_"+strings.ToUpper(input)+"="+value)
		}
	}
	return v
}

// within returns the vendor for use in a subtest.
func (v *vendor) within(t *testing.T) *vendor {
	inner := *v
	inner.t = t
	return &inner
}

// phone does what a user does on the phone: scan, confirm, cancel. It can also let the
// QR code expire.
func (v *vendor) phone(action string) {
	v.t.Helper()
	launch(v.t, nil, "emulate", "scan", "--emulator", v.base, "--action", action).ends(0)
}

// scanByPage starts qrlogin --via page, and opens its page in the browser.
func (v *vendor) scanByPage(b *browsertest.Browser, flags ...string) (p *program, page string) {
	v.t.Helper()
	p = launch(v.t, v.env, append([]string{"qrlogin", "--via", "page", "--no-browser"}, flags...)...)
	page = p.tells(`^http://127\.0\.0\.1:\d+/\w+/$`)
	b.Open(page)
	return p, page
}

func stateIs(state string) string {
	return `document.querySelector('main').dataset.state === '` + state + `'`
}

func TestPageTellsWhatBecomesOfTheScan(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	har := filepath.Join(t.TempDir(), "login.har")
	p, page := v.scanByPage(b, "--har", har)
	p.tells(`^Scan with the phone and confirm there\. Waiting: QR code 5:00, wait`)
	b.Until(stateIs("shown"))
	b.Look("page-shown")
	b.Readable("shown")

	v.phone("scan")
	p.tells(`^Scanned: confirm on the phone$`)
	b.Until(stateIs("scanned"))
	b.Look("page-scanned")
	v.phone("cancel")
	p.tells(`^Cancelled: the page has a button for a new code$`)
	b.Until(stateIs("cancelled"))
	b.Look("page-cancelled")
	b.Readable("cancelled")

	// The button for a new code works from the keyboard.
	b.JS(`(document.body.focus(), '')`)
	b.Keys("\t", "\r")
	b.Until(stateIs("shown"))
	p.tells(`(?s)Cancelled.*Waiting:`)
	v.phone("expire")
	p.tells(`^Expired: the page has a button for a new code$`)
	b.Until(stateIs("expired"))
	b.Open(page) // a reload shows a new code, too
	b.Until(stateIs("shown"))
	v.phone("scan")
	b.Until(stateIs("scanned"))
	v.phone("confirm")
	p.ends(0)
	b.Until(`document.body.innerText.includes('Logged in')`)
	b.Look("page-end")
	var steps []string
	for _, e := range kept(t, har) {
		steps = append(steps, e.Step)
		if e.Step == "callback" && strings.Contains(e.Request.URL, strings.Split(page, "/")[3]) {
			t.Error("the HAR contains the page's secret path: " + e.Request.URL)
		}
		if e.Step == "callback" && !strings.HasPrefix(e.Request.Post.Text, `{"event":"confirmed","code":"emul…`) {
			t.Errorf("the page's event in the HAR: got %+v, want the code redacted", e.Request)
		}
	}
	if diff := cmp.Diff([]string{"authorize", "callback", "exchange", "userinfo"}, steps); diff != "" {
		t.Errorf("steps in the HAR (-want +got):\n%s", diff)
	}
	for _, want := range []string{`(?m)^code +emulated[a-z2-7]{32}$`, `(?m)^token.access_token +emulated[a-z2-7]{32}$`, `(?m)^user.name +王小明$`} {
		if !regexp.MustCompile(want).MatchString(p.out.String()) {
			t.Errorf("no %s in:\n%s", want, p.out.String())
		}
	}
	if text := b.JS("document.body.innerText"); !strings.Contains(text, v.profile) || !strings.Contains(text, "王小明") || handedOut.MatchString(text) {
		t.Errorf("want the profile, the user's name and no secret in\n%s", text)
	}
}

// TestPageLeadsToTheRedirect tries the scripts whose messages do not bring the code: without
// messages, the script takes the page to the redirect_uri; otherwise the page goes where the
// message leads.
func TestPageLeadsToTheRedirect(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	for name, suits := range map[string]func(*profile.Scan) bool{
		"no messages":  (*profile.Scan).IsSilent,
		"an address":   func(s *profile.Scan) bool { return s.Redirect != "" && len(s.Redirect.Placeholders()) == 1 },
		"a part of it": func(s *profile.Scan) bool { return len(s.Redirect.Placeholders()) > 1 },
	} {
		t.Run(name, func(t *testing.T) {
			v := emulatedFirst(t, suits)
			p, page := v.scanByPage(b, "--refresh")
			p.tells(`^Scan with the phone and confirm there\. Waiting: `)
			b.Until(stateIs("shown"))
			b.Look("page-leads-" + v.profile)
			v.phone("confirm")
			p.ends(0)
			b.Until(`document.body.innerText.includes('Logged in')`)
			if at := b.JS("location.href"); strings.HasPrefix(at, page) || !strings.Contains(at, "/callback?") {
				t.Errorf("the browser is at %s", at)
			}
			if !regexp.MustCompile(`(?m)^user\.subject +\w*10086$`).MatchString(p.out.String()) {
				t.Errorf("nobody is logged in:\n%s", p.out.String())
			}
		})
	}
}

// TestForgedEventsChangeNothing: the server refuses events sent without the run's path,
// or by anything but the page.
func TestForgedEventsChangeNothing(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	p, page := v.scanByPage(b)
	b.Until(stateIs("shown"))
	p.tells(`Waiting: QR`)

	type try struct{ path, origin, site, kind, body string }
	own := strings.TrimSuffix(page[:strings.Index(page[7:], "/")+7], "/")
	good := try{page + "event", own, "same-origin", "application/json", `{"event":"confirmed","code":"forged"}`}
	status := func(change func(*try)) int {
		t.Helper()
		it := good
		change(&it)
		req, err := http.NewRequest("POST", it.path, strings.NewReader(it.body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"Origin": it.origin, "Sec-Fetch-Site": it.site, "Content-Type": it.kind} {
			if value != "" {
				req.Header.Set(name, value)
			}
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, test := range []struct {
		name   string
		want   int
		change func(*try)
	}{
		{"no run", 404, func(it *try) { it.path = own + "/event" }},
		{"another run", 404, func(it *try) { it.path = own + "/" + strings.Repeat("a", 32) + "/event" }},
		{"another origin", 403, func(it *try) { it.origin = "https://evil.example" }},
		{"the vendor's origin", 403, func(it *try) { it.origin = v.base }},
		{"no origin", 403, func(it *try) { it.origin = "" }},
		{"another site", 403, func(it *try) { it.site = "cross-site" }},
		{"same site", 403, func(it *try) { it.site = "same-site" }},
		{"a form", 415, func(it *try) { it.kind = "text/plain" }},
		{"too much", 413, func(it *try) { it.body = `{"event":"` + strings.Repeat("x", 20<<10) + `"}` }},
		{"no JSON", 400, func(it *try) { it.body = "confirmed" }},
		{"no code", 400, func(it *try) { it.body = `{"event":"confirmed"}` }},
		{"unknown", 400, func(it *try) { it.body = `{"event":"logged-in"}` }},
	} {
		if got := status(test.change); got != test.want {
			t.Errorf("%s: HTTP %d, want %d", test.name, got, test.want)
		}
	}

	// The login can still be completed.
	b.Open(page)
	b.Until(stateIs("shown"))
	v.phone("scan")
	v.phone("confirm")
	p.ends(0)
	if !strings.Contains(p.out.String(), "王小明") {
		t.Errorf("want the user's name in\n%s", p.out.String())
	}
}

// TestForgedMessagesChangeNothing: our page ignores messages from itself and from a page
// that opened it, even one of the vendor's origin, as that is not a frame in our page.
func TestForgedMessagesChangeNothing(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	page, forged := "", v.message("confirmed")
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>evil</title><button>A prize</button><script>
			document.querySelector("button").onclick = () => {
				const opened = window.open("` + page + `");
				let n = 0;
				const timer = setInterval(() => { opened.postMessage(` + forged + `, "*"); if (++n === 3) { clearInterval(timer); document.title = "sent"; } }, 1000);
			};
		</script>`))
	}))
	defer evil.Close()
	for name, origin := range map[string]string{"foreign origin": v.base, "the vendor's origin": evil.URL} {
		t.Run(name, func(t *testing.T) {
			v := v.within(t)
			var p *program
			p, page = v.scanByPage(b, "--set", v.input("origin")+"="+origin)
			b.Until(stateIs("shown"))
			p.tells(`Waiting: QR`)
			b.JS(`(window.postMessage(` + forged + `, '*'), '')`)
			b.Open(evil.URL)
			b.JS(`(document.querySelector("button").focus(), '')`)
			b.Keys("\r")
			b.Until(`document.title === "sent"`)
			if text := p.err.String(); strings.Contains(text, "Confirmed") || p.ProcessState != nil {
				t.Errorf("a forged message was accepted:\n%s", text)
			}
		})
	}
}

// TestMessagesOfAnotherOriginDoNotCount: messages from another origin than scan.origin
// do not complete the login, even from the frame that the vendor's script made.
func TestMessagesOfAnotherOriginDoNotCount(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	p, _ := v.scanByPage(b, "--set", v.input("origin")+"=http://*.vendor.example")
	b.Until(stateIs("shown"))
	v.phone("scan")
	p.tells(`^The messages come from an origin other than scan\.origin \(` + v.base + `\)`)
	b.Until(stateIs("failed"))
	v.phone("confirm")
	b.Look("page-origin")
	if text := b.JS("document.body.innerText"); !strings.Contains(text, "--set "+v.input("origin")+"=…") {
		t.Errorf("want the flag for scan.origin in\n%s", text)
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.ends(130)
}

// TestPageTellsOfMessagesThatDoNotCount: the inner one of the script's nested frames
// sends its messages past the outer one. The script declares its class with "class",
// which does not make it a property of window.
func TestPageTellsOfMessagesThatDoNotCount(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	scan := v.load().Scan
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, body := "text/html", "<!doctype html><script>top.postMessage("+v.message("confirmed")+`, "*"); parent.postMessage("done", "*");</script>`
		switch r.URL.Path {
		case "/sdk.js":
			kind, body = "text/javascript", "class "+scan.Class+` { constructor() { const f = document.createElement("iframe"); f.src = "http://`+r.Host+`/outer"; document.getElementById("code").append(f); } }`
		case "/outer":
			body = `<!doctype html><iframe src="/inner"></iframe><script>onmessage = () => parent.postMessage(` + v.message("cancelled") + `, "*")</script>`
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(body))
	}))
	defer files.Close()
	p, _ := v.scanByPage(b, "--set", v.input("sdk")+"="+files.URL+"/sdk.js", "--set", v.input("origin")+"="+files.URL)
	p.tells(`^A scan message came from a nested frame`)
	b.Until(stateIs("cancelled"))
	b.Look("page-unheard")
	b.Readable("unheard")
	if text := b.JS("document.body.innerText"); !strings.Contains(text, "Ignored a message about the scan, because it came from a nested frame or another window") {
		t.Errorf("want the warning about a nested frame in\n%s", text)
	}
	b.JS(`(document.getElementById("again").click(), '')`)
	p.tells(`(?s)Cancelled.*Waiting.*Cancelled`)
	if text := p.err.String(); strings.Count(text, "nested frame") != 1 || strings.Contains(text, "Confirmed") {
		t.Errorf("want one warning about a nested frame and no confirmation in\n%s", text)
	}
}

// input returns the name of the input that sets scan.sdk or scan.origin.
func (v *vendor) input(key string) string {
	v.t.Helper()
	p := v.load()
	t := map[string]recipe.Template{"sdk": p.Scan.SDK, "origin": p.Scan.Origin}[key]
	ph, only := t.Only()
	if !only {
		v.t.Fatalf("scan.%s is not a single input", key)
	}
	return ph.Name
}

func (v *vendor) load() *profile.Profile {
	v.t.Helper()
	p, err := profile.Load(v.profile, profile.Sources{Builtin: profiles.FS})
	if err != nil {
		v.t.Fatal(err)
	}
	return p
}

// message returns the vendor's message for an event, as JSON, with a forged code.
func (v *vendor) message(event string) string {
	v.t.Helper()
	p := v.load()
	message := map[string]any{p.Scan.Event: p.Scan.Events[event], p.Scan.Code: "forged"}
	maps.Copy(message, p.Scan.Message)
	text, err := json.Marshal(message)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(text)
}

// TestPageSaysWhyThereIsNothingToScan: if the vendor's script fails, the page and the
// terminal say why.
func TestPageSaysWhyThereIsNothingToScan(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, there := map[string]string{
			"/empty.js":  `"use strict";`,
			"/throws.js": `window.` + v.load().Scan.Class + ` = function () { throw new Error("no such option"); };`,
			"/other.js":  `window.` + v.load().Scan.Class + ` = function () { const f = document.createElement("iframe"); f.src = "` + v.base + `/_/"; document.body.append(f); };`,
			"/loads.js":  `window.` + v.load().Scan.Class + ` = function () { const s = document.createElement("script"); s.src = "` + v.base + `/more.js"; document.head.append(s); };`,
		}[r.URL.Path]
		if !there {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte(body))
	}))
	defer files.Close()
	for path, want := range map[string]struct{ terminal, page string }{
		"/none.js":   {`^The vendor's script does not load \(` + files.URL + `/none.js\): the page has`, "Check its address (input " + v.input("sdk") + ")"},
		"/empty.js":  {`^The vendor's script does not define the class named in scan.class \(` + v.load().Scan.Class + `\)`, "does not define the class named in scan.class"},
		"/throws.js": {`^The vendor's script fails with scan.options \(Error: no such option\)`, "Error: no such option"},
		"/other.js":  {`^The vendor's script tried to load an address outside scan.origin \(` + v.base, "the page allows only http://vendor.example"},
		"/loads.js":  {`^The vendor's script tried to load an address outside scan.origin \(` + v.base + `/more.js\)`, v.base + "/more.js"},
	} {
		t.Run(path, func(t *testing.T) {
			v := v.within(t)
			p, _ := v.scanByPage(b, "--set", v.input("sdk")+"="+files.URL+path, "--set", v.input("origin")+"=http://vendor.example", "--wait", "1h")
			b.Until(stateIs("failed"))
			p.tells(want.terminal)
			if text := b.JS("document.body.innerText"); !strings.Contains(text, want.page) {
				t.Errorf("no %q in %s", want.page, text)
			}
			b.Look("page-failed" + strings.ReplaceAll(path, "/", "-"))
			b.Readable(path)
			if err := p.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			p.ends(130)
			b.Until(`document.body.innerText.includes('The login was stopped')`)
		})
	}
}

// TestPageRenewsByItself: --refresh replaces an expired QR code, and the page says how
// the login ended. Here the vendor refuses the client_secret.
func TestPageRenewsByItself(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	v.env = append(v.env, "LC_ALL=zh_CN.UTF-8", "SSOCTL_CLIENT_SECRET=another")
	b := browsertest.Start(t)
	p, _ := v.scanByPage(b, "--refresh")
	p.tells(`^请用手机扫码，并在手机上确认。等待中：二维码剩余 5:00`)
	v.phone("expire")
	p.tells(`(?s)^二维码已过期.*等待中：二维码剩余`)
	b.Until(stateIs("shown"))
	b.Look("page-zh")
	v.phone("scan")
	p.tells(`^已扫码：请在手机上确认$`)
	v.phone("confirm")
	p.ends(4)
	b.Until(`document.body.innerText.includes('登录没有成功')`)
	b.Look("page-refused")
	if text := b.JS("document.body.innerText"); !strings.Contains(text, "client_secret") {
		t.Errorf("the page does not name the refused client_secret:\n%s", text)
	}
}

// TestPageRenewsByKey: the key r in the terminal makes the page show a new QR code.
func TestPageRenewsByKey(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	term := openTerminal(t, 80, 24, v.env, "qrlogin --via page --no-browser --code-only")
	b.Open(strings.TrimSpace(term.await(`(?m)^http://127\.0\.0\.1:\d+/\w+/$`)))
	b.Until(stateIs("shown"))
	term.await(`Scan with the phone and confirm there`)
	v.phone("cancel")
	term.await(`Cancelled: press r for a new one`)
	b.JS(`(document.querySelector('#code iframe').old = true, '')`)
	term.tmux("send-keys", "r")
	b.Until(stateIs("shown") + ` && !document.querySelector('#code iframe').old`)
	term.await(`Scan with the phone and confirm there`)
	v.phone("confirm")
	term.await(`exit 0`)
}

// TestPageIsToldOfTheEnd: the page says that the login timed out.
func TestPageIsToldOfTheEnd(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	p, _ := v.scanByPage(b, "--wait", "2s")
	p.ends(9)
	b.Until(`document.body.innerText.includes('nobody came back within 2s')`)
	// Without scripts the page says what to do.
	_, page := v.scanByPage(b)
	b.Scripts(false)
	b.Open(page)
	if text := b.JS("document.body.innerText"); !strings.Contains(text, "needs JavaScript") || !strings.Contains(text, "需要启用 JavaScript") {
		t.Errorf("want in English and Chinese that the page needs JavaScript, got\n%s", text)
	}
}
