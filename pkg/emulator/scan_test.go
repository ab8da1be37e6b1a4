package emulator_test

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func readAll(t testing.TB, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	phoneLink = regexp.MustCompile(`class="byhand" href="([^"]+)"`)
	statusAt  = regexp.MustCompile(`data-status="([^"]+)"`)
	againAt   = regexp.MustCompile(`class="button again" href="([^"]+)"`)
	watchAt   = regexp.MustCompile(`content="3; url=([^"]+)"`)
)

func found(t testing.TB, re *regexp.Regexp, page string) string {
	t.Helper()
	m := re.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("%s is not in %s", re, page)
	}
	return html.UnescapeString(m[1])
}

func phoneOf(t testing.TB, page string) string { t.Helper(); return found(t, phoneLink, page) }

// desk is the page with a QR code on the computer.
type desk struct {
	*party
	page, phone string
}

type scanState struct {
	State    string
	Events   []string
	Left     int
	Go       string
	Messages []any
}

// message returns a message that is an object.
func (s scanState) message(i int) map[string]any {
	m, _ := s.Messages[i].(map[string]any)
	return m
}

func (c *party) desk(t testing.TB, address string) *desk {
	t.Helper()
	got := c.visits(t, address, nil, nil)
	if got.status != 200 {
		t.Fatalf("%s: %d %s", address, got.status, got.body)
	}
	return &desk{c, got.body, phoneOf(t, got.body)}
}

func (d *desk) state(t testing.TB) scanState {
	t.Helper()
	got := d.visits(t, d.address+found(t, statusAt, d.page), nil, nil)
	var s scanState
	if err := json.Unmarshal([]byte(got.body), &s); err != nil || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	return s
}

// is checks the state and the events of the QR code.
func (d *desk) is(t testing.TB, state string, left int, events ...string) scanState {
	t.Helper()
	s := d.state(t)
	if s.State != state || s.Left != left || !cmp.Equal(append([]string{}, events...), s.Events) || (s.Go != "") != (state == "confirmed") {
		t.Errorf("want %s, %d s, %v; got %+v", state, left, events, s)
	}
	return s
}

// eachScan runs f for every profile with a scan page.
func eachScan(t *testing.T, f func(t *testing.T, c *party, address string)) {
	codes, _ := scanning(t)
	w := startWith(t, asks, codes...)
	for _, p := range codes {
		t.Run(p.Name, func(t *testing.T) {
			c := w.party(t, p)
			f(t, c, c.build(p.Authorize).URL.String())
		})
	}
}

func TestAScanFromBeginningToEnd(t *testing.T) {
	eachScan(t, func(t *testing.T, c *party, address string) {
		d := c.desk(t, address)
		d.is(t, "pending", 300)
		c.advance(90*time.Second + time.Millisecond)
		d.is(t, "pending", 210)
		to, fields := c.form(t, c.visits(t, d.phone, nil, nil))
		d.is(t, "scanned", 210, "scanned")
		c.visits(t, d.phone, nil, nil) // opening the page again is not a second scan
		d.is(t, "scanned", 210, "scanned")
		got := c.visits(t, to, with(fields, "decision", "confirm", "user", "42"), nil)
		if got.status != 200 || !strings.Contains(got.body, "Login confirmed") || got.event.User != "Grace O'Malley" {
			t.Fatalf("%d %s %+v", got.status, got.body, got.event)
		}
		if issued.MatchString(got.body) {
			t.Errorf("the phone sees the code: %s", got.body)
		}
		s := d.is(t, "confirmed", 0, "scanned", "confirmed")
		back, err := url.Parse(s.Go)
		if err != nil {
			t.Fatal(err)
		}
		// Without scripts, the page redirects the browser.
		if got := c.visits(t, c.address+found(t, watchAt, d.page), nil, nil); got.status != 302 || got.header.Get("Location") != s.Go {
			t.Errorf("%d %s", got.status, got.location)
		}
		c.values["code"] = back.Query().Get(c.p.Authorize.CodeParams()[0])
		redeems := c.p.Exchange
		if redeems == nil {
			redeems = teller(c.p)
		}
		if redeems.Uses("app_token") {
			c.pass(c.p.Token)
		}
		who := c.pass(redeems)
		if redeems != teller(c.p) {
			who = c.pass(teller(c.p))
		}
		if who.event.User != "Grace O'Malley" {
			t.Errorf("%q logged in", got.event.User)
		}
		// The code's lifetime begins with the confirmation, and the code works once.
		c.refusedAsUsed(c.send(redeems, c.build(redeems)))
		// A confirmed QR code may be confirmed again, but not changed.
		if got := c.visits(t, to, with(fields, "decision", "confirm", "user", "42"), nil); got.status != 200 {
			t.Errorf("again: %d", got.status)
		}
		for _, other := range []url.Values{with(fields, "decision", "cancel"), with(fields, "decision", "confirm", "user", "9007199254740993")} {
			if got := c.visits(t, to, other, nil); got.status != 409 {
				t.Errorf("%v: %d", other, got.status)
			}
		}
		d.is(t, "confirmed", 0, "scanned", "confirmed")
		if got := c.visits(t, d.phone, nil, nil); got.status != 200 || !strings.Contains(got.body, "Login confirmed") {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}

func TestAScanThatIsCancelled(t *testing.T) {
	eachScan(t, func(t *testing.T, c *party, address string) {
		d := c.desk(t, address)
		to, fields := c.form(t, c.visits(t, d.phone, nil, nil))
		if got := c.visits(t, to, with(fields, "decision", "cancel"), nil); got.status != 200 || !strings.Contains(got.body, "Login cancelled") {
			t.Fatalf("%d %s", got.status, got.body)
		}
		d.is(t, "cancelled", 0, "scanned", "cancelled")
		if got := c.visits(t, to, with(fields, "decision", "confirm", "user", "42"), nil); got.status != 409 {
			t.Errorf("confirmed after all: %d", got.status)
		}
		d.is(t, "cancelled", 0, "scanned", "cancelled")
		// Without scripts, the page says so and offers a new code.
		got := c.visits(t, c.address+found(t, watchAt, d.page), nil, nil)
		contains(t, got.body, `data-state="cancelled"`, "Cancelled on the phone.")
		next := c.desk(t, c.address+found(t, againAt, got.body))
		if next.phone == d.phone {
			t.Error("the new code is the old one")
		}
		next.is(t, "pending", 300)
	})
}

func TestAScanThatExpires(t *testing.T) {
	eachScan(t, func(t *testing.T, c *party, address string) {
		unseen, scanned := c.desk(t, address), c.desk(t, address)
		to, fields := c.form(t, c.visits(t, scanned.phone, nil, nil))
		c.advance(5*time.Minute - time.Millisecond)
		unseen.is(t, "pending", 1)
		c.advance(time.Millisecond)
		unseen.is(t, "expired", 0, "expired")
		scanned.is(t, "expired", 0, "scanned", "expired")
		if got := c.visits(t, unseen.phone, nil, nil); got.status != 410 || !strings.Contains(got.body, "expired") {
			t.Errorf("%d %s", got.status, got.body)
		}
		if got := c.visits(t, to, with(fields, "decision", "confirm", "user", "42"), nil); got.status != 410 {
			t.Errorf("%d %s", got.status, got.body)
		}
		unseen.is(t, "expired", 0, "expired")
		c.advance(3 * time.Hour) // later codes replace it
		c.desk(t, address)
		if s := unseen.state(t); s.State != "expired" {
			t.Errorf("%+v", s)
		}
	})
}

func TestInvalidPhoneDecisions(t *testing.T) {
	eachScan(t, func(t *testing.T, c *party, address string) {
		d, other := c.desk(t, address), c.desk(t, address)
		to, fields := c.form(t, c.visits(t, d.phone, nil, nil))
		_, foreign := c.form(t, c.visits(t, other.phone, nil, nil))
		good := with(fields, "decision", "confirm", "user", "42")
		for what, bad := range map[string]struct {
			fields url.Values
			edit   func(*http.Request)
			status int
		}{
			"another code's token": {with(good, "form", foreign.Get("form")), nil, 403},
			"no token":             {with(good, "form", ""), nil, 403},
			"no such user":         {with(good, "user", "wang"), nil, 400},
			"no decision":          {with(good, "decision", "scan"), nil, 400},
			"another site":         {good, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
		} {
			if got := c.visits(t, to, bad.fields, bad.edit); got.status != bad.status || got.event.Diagnosis == "" {
				t.Errorf("%s: %d %+v", what, got.status, got.event)
			}
		}
		d.is(t, "scanned", 300, "scanned")
		other.is(t, "scanned", 300, "scanned")
		// The id that the phone knows does not reveal the code.
		id := d.phone[strings.LastIndex(d.phone, "/")+1:]
		for _, path := range []string{"/_qr/" + id, "/_qr/status/" + id} {
			if got := c.visits(t, c.address+"/"+c.p.Name+path, nil, nil); got.status != 404 {
				t.Errorf("%s: %d %s", path, got.status, got.body)
			}
		}
	})
}
