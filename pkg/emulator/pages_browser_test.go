package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
)

func asks(o *emulator.Options) { o.Approve = emulator.ApproveAsk }

// scanning returns the profiles whose authorize page is a QR code, and those with another
// authorize page.
func scanning(t testing.TB) (scanning, others []*profile.Profile) {
	for _, p := range builtins(t) {
		switch {
		case p.Authorize == nil:
		case p.Authorize.Scan:
			scanning = append(scanning, p)
		default:
			others = append(others, p)
		}
	}
	if len(scanning) == 0 || len(others) == 0 {
		t.Fatal("no such profile is built in")
	}
	return scanning, others
}

// application starts the server to which the browser returns. Its page shows the request.
func application(t testing.TB) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>back</title><p>the application")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/callback"
}

// authorizeURL returns the authorize URL with returns as its redirect_uri.
func (c *party) authorizeURL(returns string) string {
	c.values["redirect_uri"] = returns
	return c.build(c.p.Authorize).URL.String()
}

// TestSomebodyIsChosenByKeyboard tries a few profiles, because their pages differ only in the
// application and address shown. TestFormDecisions posts the form of every profile.
func TestSomebodyIsChosenByKeyboard(t *testing.T) {
	t.Parallel()
	_, others := scanning(t)
	others = profiletest.Covering(others, func(p *profile.Profile) []string {
		var features []string
		for _, name := range []string{"client_id", "redirect_uri", "state"} {
			features = append(features, fmt.Sprint(name, p.Authorize.Uses(name)))
		}
		return append(features, fmt.Sprint("exchange", teller(p).Uses("code")))
	})
	returns := application(t)
	b := browsertest.Start(t)
	for _, p := range others {
		w := startWith(t, asks, p)
		c := w.party(t, p)
		c.t = t
		b.Speak("en")
		b.Open(c.authorizeURL(returns))
		b.Clean(p.Name)
		b.Readable(p.Name)
		b.Look("authorize-" + p.Name)
		b.Keys(kb.Tab, kb.ArrowDown, kb.ArrowDown)
		b.Until(`document.querySelector(':checked').closest('label').innerText.includes("Grace O'Malley")`)
		b.Keys(kb.Tab)
		b.Until(`document.activeElement.value === 'approve' && getComputedStyle(document.activeElement).outlineStyle !== 'none'`)
		b.Keys(kb.Enter)
		b.Until(`location.pathname === '/callback'`)
		back, err := url.Parse(b.JS("location.href"))
		if err != nil {
			t.Fatal(err)
		}
		c.values["code"] = back.Query().Get(c.p.Authorize.CodeParams()[0])
		c.values["redirect_uri"] = returns
		if state := back.Query().Get("state"); p.Authorize.Uses("state") && state != "State0123456789" {
			t.Errorf("%s: state %q came back", p.Name, state)
		}
		if !teller(p).Uses("code") {
			c.pass(p.Exchange)
		}
		if got := c.send(teller(c.p), c.build(teller(c.p))); got.event.User != "Grace O'Malley" {
			t.Errorf("%s: the user is %q: %s", p.Name, got.event.User, got.body)
		}
	}
}

func TestTheAuthorizePageInChinese(t *testing.T) {
	t.Parallel()
	_, others := scanning(t)
	w := startWith(t, asks, others[0])
	c := w.party(t, others[0])
	b := browsertest.Start(t)
	b.Speak("zh-CN,zh;q=0.9,en;q=0.8")
	b.Open(c.authorizeURL(application(t)))
	b.Clean("Chinese")
	b.Look("authorize-zh")
	contains(t, b.JS("document.documentElement.lang+document.body.innerText"), "zh-CN", "选择登录用户", "王小明", "拒绝", "模拟器")
	b.Keys(kb.Tab, kb.Tab, kb.Tab, kb.Enter)
	b.Until(`location.pathname === '/callback'`)
	contains(t, b.JS("location.search"), "error=", "state=State0123456789")
	b.Open(w.address + "/" + others[0].Name + "/" + "_scan/nothing")
	b.Look("note-zh")
	b.Clean("note")
	b.Readable("note")
}

func TestTheScanPage(t *testing.T) {
	t.Parallel()
	codes, _ := scanning(t)
	returns := application(t)
	b := browsertest.Start(t)
	for _, p := range codes[:1] { // the page is the same for all
		w := startWith(t, asks, p)
		c := w.party(t, p)
		b.Speak("en")
		b.Open(c.authorizeURL(returns))
		b.Until(`document.getElementById('left').textContent === '5:00 left'`)
		b.Clean(p.Name)
		b.Readable(p.Name)
		shot := b.Look("scan-" + p.Name)
		bitmap, err := gozxing.NewBinaryBitmapFromImage(shot)
		if err != nil {
			t.Fatal(err)
		}
		found, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err != nil {
			t.Fatalf("the QR code cannot be read: %v", err)
		}
		phone := found.GetText()
		if link := b.JS("document.querySelector('.byhand').href"); link != phone {
			t.Errorf("the QR code holds %s, the link %s", phone, link)
		}

		// The code expires by the emulator's clock, and can be renewed with the keyboard.
		w.advance(5 * time.Minute)
		b.Until(`document.getElementById('status').textContent === 'This code has expired.'`)
		b.Until(`document.querySelector('.again').checkVisibility()`)
		b.Readable("expired")
		b.Look("scan-expired")
		b.Keys(kb.Tab, kb.Enter)
		b.Until(`document.getElementById('left').textContent === '5:00 left'`)
		next := b.JS("document.querySelector('.byhand').href")
		if next == phone {
			t.Error("the new QR code is the old one")
		}

		// Cancelled on the phone, in another tab.
		if status, body := w.ask(t, "GET", strings.TrimPrefix(next, w.address), "", nil); status != 200 || !strings.Contains(body, "Confirm") {
			t.Fatalf("%d %s", status, body)
		}
		b.Until(`document.getElementById('status').textContent === 'Scanned. Confirm on the phone.'`)
		b.Readable("scanned")
		b.Look("scan-scanned")
		if status, body := w.ask(t, "POST", "/_/scan", `{"action":"cancel"}`, nil); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		b.Until(`document.getElementById('status').textContent === 'Cancelled on the phone.'`)
		b.Look("scan-cancelled")
		b.Keys(kb.Tab, kb.Enter)
		b.Until(`document.getElementById('left').textContent === '5:00 left'`)

		// Confirmed on the phone.
		desk := b.JS("document.getElementById('scan').dataset.status")
		b.Open(b.JS("document.querySelector('.byhand').href"))
		b.Clean("phone")
		b.Readable("phone")
		b.Look("phone")
		b.Keys(kb.Tab, kb.ArrowDown, kb.Tab, kb.Enter)
		b.Until(`document.querySelector('h1').textContent === 'Login confirmed'`)
		b.Look("phone-confirmed")
		_, body := w.ask(t, "GET", desk, "", nil)
		contains(t, body, `"confirmed"`, returns+"?"+p.Authorize.CodeParams()[0]+"=emulated")

		// The page returns to the application by itself.
		b.Open(c.authorizeURL(returns))
		b.Until(`document.getElementById('left').textContent === '5:00 left'`)
		if status, body := w.ask(t, "POST", "/_/scan", `{"as":"grace"}`, nil); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		b.Until(`location.pathname === '/callback'`)
		contains(t, b.JS("location.search"), p.Authorize.CodeParams()[0]+"=emulated")
	}
}

// TestTheScanPageWithoutScripts checks that the page reloads itself until its state can no
// longer change.
func TestTheScanPageWithoutScripts(t *testing.T) {
	t.Parallel()
	codes, _ := scanning(t)
	returns := application(t)
	b := browsertest.Start(t)
	b.Speak("en")
	b.Scripts(false)
	for _, p := range codes[:1] {
		w := startWith(t, asks, p)
		c := w.party(t, p)
		act := func(action string) {
			t.Helper()
			if status, body := w.ask(t, "POST", "/_/scan", `{"action":"`+action+`"}`, nil); status != 200 {
				t.Fatalf("%s: %d %s", action, status, body)
			}
		}
		b.Open(c.authorizeURL(returns))
		b.Clean("no scripts")
		b.Look("scan-noscript")
		act("scan")
		b.Until(`document.getElementById('status').textContent === 'Scanned. Confirm on the phone.'`)
		act("cancel")
		b.Until(`document.getElementById('status').textContent === 'Cancelled on the phone.'`)
		if b.JS(`document.querySelector('meta[http-equiv]')`) != "null" {
			t.Error("the page still reloads after the decision")
		}
		b.Keys(kb.Tab, kb.Enter)
		b.Until(`document.getElementById('status').textContent === 'Scan this code with a phone.'`)
		act("confirm")
		b.Until(`location.pathname === '/callback'`)
		contains(t, b.JS("location.search"), p.Authorize.CodeParams()[0]+"=emulated")
	}
}

// TestPagesOnAPhone checks that pages fit a phone's screen, in both languages.
func TestPagesOnAPhone(t *testing.T) {
	t.Parallel()
	codes, others := scanning(t)
	returns := application(t)
	b := browsertest.Start(t)
	b.Phone()
	scans, forms := startWith(t, asks, codes[0]), startWith(t, asks, others[0])
	for _, language := range []string{"en", "zh-CN"} {
		b.Speak(language)
		shows := func(name, address string) {
			t.Helper()
			b.Open(address)
			b.Clean(name)
			b.Readable(name)
			b.Look("narrow-" + name + "-" + language)
		}
		shows("authorize", forms.party(t, others[0]).authorizeURL(returns))
		shows("wrong", forms.party(t, others[0]).authorizeURL("https://elsewhere.example.com/"))
		shows("scan", scans.party(t, codes[0]).authorizeURL(returns))
		shows("phone", b.JS("document.querySelector('.byhand').href"))
	}
}
