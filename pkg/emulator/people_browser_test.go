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

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

func asks(o *emulator.Options) { o.Approve = emulator.ApproveAsk }

// scanning are the profiles that have a scan page, and others those that have
// another authorize page.
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

// application is where the browser returns to: it shows what came.
func application(t testing.TB) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>back</title><p>the application")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/callback"
}

// authorizeURL is the authorize address of the party, back to returns.
func (c *party) authorizeURL(returns string) string {
	c.values["redirect_uri"] = returns
	return c.build(c.p.Authorize).URL.String()
}

func TestSomebodyIsChosenByKeyboard(t *testing.T) {
	_, others := scanning(t)
	returns := application(t)
	b := browse(t)
	for _, p := range others {
		w := startWith(t, asks, p)
		c := w.party(t, p)
		c.t = t
		b.speak("en")
		b.open(c.authorizeURL(returns))
		b.clean(p.Name)
		b.readable(p.Name)
		b.look("authorize-" + p.Name)
		b.keys(kb.Tab, kb.ArrowDown, kb.ArrowDown)
		b.until(`document.querySelector(':checked').closest('label').innerText.includes("Grace O'Malley")`)
		b.keys(kb.Tab)
		b.until(`document.activeElement.value === 'approve' && getComputedStyle(document.activeElement).outlineStyle !== 'none'`)
		b.keys(kb.Enter)
		b.until(`location.pathname === '/callback'`)
		back, err := url.Parse(b.js("location.href"))
		if err != nil {
			t.Fatal(err)
		}
		c.values["code"] = back.Query().Get(c.p.Authorize.CodeParams()[0])
		c.values["redirect_uri"] = returns
		if state := back.Query().Get("state"); p.Authorize.Uses("state") && state != "State0123456789" {
			t.Errorf("%s: state %q came back", p.Name, state)
		}
		if !p.UserInfo.Uses("code") {
			c.pass(p.Exchange)
		}
		if got := c.send(c.p.UserInfo, c.build(c.p.UserInfo)); got.event.User != "Grace O'Malley" {
			t.Errorf("%s: the user is %q: %s", p.Name, got.event.User, got.body)
		}
	}
}

func TestTheAuthorizePageInChinese(t *testing.T) {
	_, others := scanning(t)
	w := startWith(t, asks, others[0])
	c := w.party(t, others[0])
	b := browse(t)
	b.speak("zh-CN,zh;q=0.9,en;q=0.8")
	b.open(c.authorizeURL(application(t)))
	b.clean("Chinese")
	b.look("authorize-zh")
	contains(t, b.js("document.documentElement.lang+document.body.innerText"), "zh-CN", "选择登录用户", "王小明", "拒绝", "模拟器")
	b.keys(kb.Tab, kb.Tab, kb.Tab, kb.Enter)
	b.until(`location.pathname === '/callback'`)
	contains(t, b.js("location.search"), "error=", "state=State0123456789")
	b.open(w.address + "/" + others[0].Name + "/" + "_scan/nothing")
	b.look("note-zh")
	b.clean("note")
	b.readable("note")
}

func TestTheScanPage(t *testing.T) {
	codes, _ := scanning(t)
	returns := application(t)
	b := browse(t)
	for _, p := range codes {
		w := startWith(t, asks, p)
		c := w.party(t, p)
		b.speak("en")
		b.open(c.authorizeURL(returns))
		b.until(`document.getElementById('left').textContent === '5:00 left'`)
		b.clean(p.Name)
		b.readable(p.Name)
		shot := b.look("scan-" + p.Name)
		bitmap, err := gozxing.NewBinaryBitmapFromImage(shot)
		if err != nil {
			t.Fatal(err)
		}
		found, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err != nil {
			t.Fatalf("nothing reads the QR code: %v", err)
		}
		phone := found.GetText()
		if link := b.js("document.querySelector('.byhand').href"); link != phone {
			t.Errorf("the QR code holds %s, the link %s", phone, link)
		}

		// It expires by the emulator's clock, and can be renewed by keyboard.
		w.advance(5 * time.Minute)
		b.until(`document.getElementById('status').textContent === 'This code has expired.'`)
		b.until(`document.querySelector('.again').checkVisibility()`)
		b.readable("expired")
		b.look("scan-expired")
		b.keys(kb.Tab, kb.Enter)
		b.until(`document.getElementById('left').textContent === '5:00 left'`)
		next := b.js("document.querySelector('.byhand').href")
		if next == phone {
			t.Error("the new QR code is the old one")
		}

		// Cancelled on the phone, in another tab.
		if status, body := w.ask(t, "GET", strings.TrimPrefix(next, w.address), "", nil); status != 200 || !strings.Contains(body, "Confirm") {
			t.Fatalf("%d %s", status, body)
		}
		b.until(`document.getElementById('status').textContent === 'Scanned. Confirm on the phone.'`)
		b.readable("scanned")
		b.look("scan-scanned")
		if status, body := w.ask(t, "POST", "/_/scan", `{"action":"cancel"}`, nil); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		b.until(`document.getElementById('status').textContent === 'Cancelled on the phone.'`)
		b.look("scan-cancelled")
		b.keys(kb.Tab, kb.Enter)
		b.until(`document.getElementById('left').textContent === '5:00 left'`)

		// Confirmed on the phone.
		desk := b.js("document.getElementById('scan').dataset.status")
		b.open(b.js("document.querySelector('.byhand').href"))
		b.clean("phone")
		b.readable("phone")
		b.look("phone")
		b.keys(kb.Tab, kb.ArrowDown, kb.Tab, kb.Enter)
		b.until(`document.querySelector('h1').textContent === 'Login confirmed'`)
		b.look("phone-confirmed")
		_, body := w.ask(t, "GET", desk, "", nil)
		contains(t, body, `"confirmed"`, returns+"?"+p.Authorize.CodeParams()[0]+"=emulated_")

		// And the page itself follows.
		b.open(c.authorizeURL(returns))
		b.until(`document.getElementById('left').textContent === '5:00 left'`)
		if status, body := w.ask(t, "POST", "/_/scan", `{"as":"grace"}`, nil); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		b.until(`location.pathname === '/callback'`)
		contains(t, b.js("location.search"), p.Authorize.CodeParams()[0]+"=emulated_")
	}
}

// TestTheScanPageWithoutScripts: it asks again by itself as long as something
// can change, and then lets people read.
func TestTheScanPageWithoutScripts(t *testing.T) {
	codes, _ := scanning(t)
	returns := application(t)
	b := browse(t)
	b.speak("en")
	b.scripts(false)
	for _, p := range codes {
		w := startWith(t, asks, p)
		c := w.party(t, p)
		act := func(action string) {
			t.Helper()
			if status, body := w.ask(t, "POST", "/_/scan", `{"action":"`+action+`"}`, nil); status != 200 {
				t.Fatalf("%s: %d %s", action, status, body)
			}
		}
		b.open(c.authorizeURL(returns))
		b.clean("no scripts")
		b.look("scan-noscript")
		act("scan")
		b.until(`document.getElementById('status').textContent === 'Scanned. Confirm on the phone.'`)
		act("cancel")
		b.until(`document.getElementById('status').textContent === 'Cancelled on the phone.'`)
		if b.js(`document.querySelector('meta[http-equiv]')`) != "null" {
			t.Error("it goes on asking when all is over")
		}
		b.keys(kb.Tab, kb.Enter)
		b.until(`document.getElementById('status').textContent === 'Scan this code with a phone.'`)
		act("confirm")
		b.until(`location.pathname === '/callback'`)
		contains(t, b.js("location.search"), p.Authorize.CodeParams()[0]+"=emulated_")
	}
}

// TestPagesOnAPhone: they fit, in both languages.
func TestPagesOnAPhone(t *testing.T) {
	codes, others := scanning(t)
	returns := application(t)
	b := browse(t)
	b.phone()
	scans, forms := startWith(t, asks, codes[0]), startWith(t, asks, others[0])
	for _, language := range []string{"en", "zh-CN"} {
		b.speak(language)
		shows := func(name, address string) {
			t.Helper()
			b.open(address)
			b.clean(name)
			b.readable(name)
			b.look("narrow-" + name + "-" + language)
		}
		shows("authorize", forms.party(t, others[0]).authorizeURL(returns))
		shows("wrong", forms.party(t, others[0]).authorizeURL("https://elsewhere.example.com/"))
		shows("scan", scans.party(t, codes[0]).authorizeURL(returns))
		shows("phone", b.js("document.querySelector('.byhand').href"))
	}
}
