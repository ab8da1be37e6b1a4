package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// TestTheVendorsSample serves a page of testdata/scan, which follows the vendor's document,
// from another origin than the emulator's. The URL of its script is replaced by the
// emulator's.
func TestTheVendorsSample(t *testing.T) {
	t.Parallel()
	codes, _ := scanning(t)
	b := browsertest.Start(t)
	for _, p := range codes {
		if p.Scan == nil || !p.Scan.BringsCode() { // for the others, see TestThePageIsLed
			continue
		}
		sample, err := os.ReadFile(filepath.Join("..", "..", "testdata", "scan", p.Name+".html"))
		if err != nil {
			t.Fatal(err)
		}
		sdk, _ := p.Scan.SDK.Only()
		script := string(p.Inputs[sdk.Name].Default)
		if strings.Count(string(sample), script) != 1 {
			t.Fatalf("the sample does not load %s", script)
		}
		for _, approve := range []string{emulator.ApproveAsk, emulator.ApproveAuto, emulator.ApproveDeny} {
			w := startWith(t, func(o *emulator.Options) { o.Approve = approve }, p)
			address, _ := w.Inputs(p.Name).Text(sdk.Name)
			page := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				rw.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline' "+w.address+"; frame-src "+w.address)
				fmt.Fprint(rw, strings.Replace(string(sample), script, address, 1))
			}))
			b.Open(page.URL)
			embedded(t, w, b, approve)
			page.Close()
		}
	}
}

// embedded plays every event of the QR code in a frame, and checks the messages that the
// embedding page receives.
func embedded(t *testing.T, w *world, b *browsertest.Browser, approve string) {
	t.Helper()
	hears := func(want ...string) {
		t.Helper()
		b.Until(fmt.Sprintf("window.heard && window.heard.length >= %d", len(want)))
		if got := b.JS("window.heard.map(m => m.what)"); got != strings.Join(want, ",") {
			t.Errorf("%s: the page heard %s, want %s", approve, got, want)
		}
		if b.JS("window.heard.every(m => m.origin === '"+w.address+"' && (m.what === 'confirmed') === /^emulated[a-z2-7]{32}$/.test(m.code))") != "true" {
			t.Errorf("%s: the page heard %s", approve, b.JS("JSON.stringify(window.heard)"))
		}
	}
	act := func(action string) {
		t.Helper()
		for status := 404; status != 200; { // until the frame has loaded
			var body string
			if status, body = w.ask(t, "POST", "/_/scan", `{"action":"`+action+`"}`, nil); status != 404 && status != 200 || t.Context().Err() != nil {
				t.Fatalf("%s: %d %s", action, status, body)
			}
		}
	}
	again := func() { // the link to a new code is the only one in the frame
		t.Helper()
		b.Keys(kb.Tab)
		b.Look("embedded-focus")
		b.Keys(kb.Enter)
	}
	switch approve {
	case emulator.ApproveDeny:
		hears("scanned", "cancelled")
	case emulator.ApproveAuto:
		hears("scanned", "confirmed")
	case emulator.ApproveAsk:
		act("scan")
		hears("scanned")
		b.Look("embedded-scanned")
		act("cancel")
		hears("scanned", "cancelled")
		b.Look("embedded-cancelled")
		again()
		act("expire")
		hears("scanned", "cancelled", "expired")
		again()
		act("scan")
		hears("scanned", "cancelled", "expired", "scanned")
		act("confirm")
		hears("scanned", "cancelled", "expired", "scanned", "confirmed")
		b.Open(b.JS("location.href"))
		b.Until("document.querySelector('iframe')")
		time.Sleep(300 * time.Millisecond) // the frame has another origin, so its state cannot be polled
		b.Look("embedded")
	}
}

// TestThePageIsLed tries the scripts whose messages do not contain the code. Their page uses
// them as the vendors describe, with the element in one object and the login in another, and
// with a function to call. The page ends at its redirect_uri with a code.
func TestThePageIsLed(t *testing.T) {
	t.Parallel()
	codes, _ := scanning(t)
	b := browsertest.Start(t)
	tried := map[bool]bool{} // by whether the script is silent
	for _, p := range codes {
		if p.Scan == nil || p.Scan.BringsCode() || tried[p.Scan.IsSilent()] {
			continue
		}
		tried[p.Scan.IsSilent()] = true
		w := startWith(t, func(o *emulator.Options) { o.Approve = emulator.ApproveAuto }, p)
		page := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			if r.URL.Path == "/" {
				fmt.Fprint(rw, led(w, p, "http://"+r.Host))
			}
		}))
		b.Open(page.URL)
		b.Until("location.pathname === '/back'")
		got := b.JS("[...new URLSearchParams(location.search).entries()].map(([n, v]) => n + '=' + (v.startsWith('emulated') ? '…' : v)).join(' ')")
		if want := p.Authorize.CodeParams()[0] + "=… state=State0123456789"; got != want {
			t.Errorf("%s: the page came back with %s, want %s", p.Name, got, want)
		}
		page.Close()
	}
}

// led returns a page that uses the vendor's script at this origin.
func led(w *world, p *profile.Profile, origin string) string {
	login := map[string]string{}
	values := w.Inputs(p.Name)
	for name, t := range p.Scan.Options {
		login[name], _ = t.Expand(func(ph string) (string, bool) {
			switch ph {
			case profile.EscapedRedirectURI:
				return url.QueryEscape(origin + "/back"), true
			case "state":
				return "State0123456789", true
			}
			return values.Text(ph)
		})
		if t.Is("element") {
			delete(login, name)
		}
	}
	options, err := json.Marshal(login)
	if err != nil {
		panic(err) // unreachable: strings always encode
	}
	sdk, _ := p.Scan.SDK.Only()
	address, _ := values.Text(sdk.Name)
	script := "new " + p.Scan.Class + "({id: 'qr'}, " + string(options) + ", done => { location.href = done['" + strings.Join(p.FromMessage(), "") + "'] })"
	return "<!doctype html><div id=qr></div><script src=\"" + address + "\"></script><script>" + script + "</script>"
}
