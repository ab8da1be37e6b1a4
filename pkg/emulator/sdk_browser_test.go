package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/emulator"
)

// TestTheVendorsSample serves the page of testdata/scan, which follows the vendor's
// document, from another origin than the emulator's, with the URL of the script replaced
// by the emulator's.
func TestTheVendorsSample(t *testing.T) {
	t.Parallel()
	codes, _ := scanning(t)
	b := browsertest.Start(t)
	for _, p := range codes {
		if p.Scan == nil {
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
