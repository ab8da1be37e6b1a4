package cmd_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/profile"
)

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
	b.Until(`document.body.innerText.includes('no login came back within 2s')`)
	// Without scripts the page says what to do.
	_, page := v.scanByPage(b)
	b.Scripts(false)
	b.Open(page)
	if text := b.JS("document.body.innerText"); !strings.Contains(text, "needs JavaScript") || !strings.Contains(text, "需要启用 JavaScript") {
		t.Errorf("want in English and Chinese that the page needs JavaScript, got\n%s", text)
	}
}
