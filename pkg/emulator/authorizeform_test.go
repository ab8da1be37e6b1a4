package emulator_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// seen is the response to a browser's request.
type seen struct {
	status   int
	body     string
	location *url.URL
	header   http.Header
	event    emulator.Event
}

// visits requests a page as a browser does: with POST if it has fields, otherwise with GET.
func (w *world) visits(t testing.TB, address string, fields url.Values, edit func(*http.Request)) seen {
	t.Helper()
	method, body := "GET", ""
	if fields != nil {
		method, body = "POST", fields.Encode()
	}
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if fields != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", w.address)
	}
	if edit != nil {
		edit(r)
	}
	resp, err := w.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text := readAll(t, resp)
	location, _ := resp.Location()
	return seen{resp.StatusCode, text, location, resp.Header, w.last()}
}

var (
	action = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
	token  = regexp.MustCompile(`name="form" value="([^"]+)"`)
)

// form returns the address of a page's form, and its fields before anything is chosen.
func (w *world) form(t testing.TB, page seen) (string, url.Values) {
	t.Helper()
	to, has := action.FindStringSubmatch(page.body), token.FindStringSubmatch(page.body)
	if page.status != 200 || to == nil || has == nil {
		t.Fatalf("no form: %d %s", page.status, page.body)
	}
	return w.address + to[1], url.Values{"form": {has[1]}}
}

func with(fields url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for name, values := range fields {
		out[name] = values
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// asking runs f for each profile whose authorize page has a form, with a client of an
// emulator that asks.
func asking(t *testing.T, f func(t *testing.T, c *party)) {
	_, others := scanning(t)
	w := startWith(t, asks, others...)
	for _, p := range others {
		t.Run(p.Name, func(t *testing.T) { f(t, w.party(t, p)) })
	}
}

func TestFormDecisions(t *testing.T) {
	asking(t, func(t *testing.T, c *party) {
		address := c.build(c.p.Authorize).URL.String()
		to, fields := c.form(t, c.visits(t, address, nil, nil))

		approved := c.visits(t, to, with(fields, "decision", "approve", "user", "9007199254740993"), nil)
		if approved.status != 303 || approved.event.User != "欧阳思远" || approved.header.Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("%d %+v", approved.status, approved.event)
		}
		if back, _ := c.values.Text("redirect_uri"); !strings.HasPrefix(approved.header.Get("Location"), back) {
			t.Errorf("back at %s", approved.location)
		}
		if state := approved.location.Query().Get("state"); c.p.Authorize.Uses("state") && state != "State0123456789" {
			t.Errorf("state %q", state)
		}
		c.values["code"] = approved.location.Query().Get(c.p.Authorize.CodeParams()[0])
		if !teller(c.p).Uses("code") {
			c.pass(c.p.Exchange)
		}
		if teller(c.p).Uses(profile.AppToken) {
			c.pass(c.p.Token)
		}
		if got := c.pass(teller(c.p)); got.event.User != "欧阳思远" {
			t.Errorf("%q logged in: %s", got.event.User, got.body)
		}

		// A second click gets the same response; a different decision is too late.
		again := c.visits(t, to, with(fields, "decision", "approve", "user", "9007199254740993"), nil)
		if again.status != 303 || again.location.String() != approved.location.String() {
			t.Errorf("again: %d %s", again.status, again.location)
		}
		for _, other := range []url.Values{with(fields, "decision", "deny"), with(fields, "decision", "approve", "user", "42")} {
			if got := c.visits(t, to, other, nil); got.status != 409 || got.event.Diagnosis == "" {
				t.Errorf("%v: %d", other, got.status)
			}
		}

		to, fields = c.form(t, c.visits(t, address, nil, nil))
		denied := c.visits(t, to, with(fields, "decision", "deny", "user", "42"), nil)
		q := denied.location.Query()
		says := "access_denied"
		if example, own := c.p.Authorize.RedirectRefusal(profile.KindDenied); own && !strings.Contains(string(example), "{code}") {
			says = "" // the vendor says it without an error
		} else if r, listed := c.p.RefusalOf(profile.KindDenied); own && listed {
			says = r.CodeText()
		}
		if denied.status != 303 || q.Get("error") != says || denied.event.VendorCode != says || denied.event.Refusal != "denied" || c.p.Authorize.Uses("state") && q.Get("state") != "State0123456789" {
			t.Errorf("denied: %d %s %+v", denied.status, denied.location, denied.event)
		}
	})
}

func TestInvalidFormDecisions(t *testing.T) {
	asking(t, func(t *testing.T, c *party) {
		address := c.build(c.p.Authorize).URL.String()
		to, fields := c.form(t, c.visits(t, address, nil, nil))
		good := with(fields, "decision", "approve", "user", "42")
		header := func(name, value string) func(*http.Request) {
			return func(r *http.Request) { r.Header.Set(name, value) }
		}
		for what, bad := range map[string]struct {
			fields url.Values
			edit   func(*http.Request)
			status int
		}{
			"another token":     {with(good, "form", "emulatedaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), nil, 403},
			"no token":          {with(good, "form", ""), nil, 403},
			"no such user":      {with(good, "user", "43"), nil, 400},
			"no user":           {with(good, "user", ""), nil, 400},
			"no decision":       {with(good, "decision", ""), nil, 400},
			"a phone's":         {with(good, "decision", "confirm"), nil, 400},
			"another site":      {good, header("Origin", "https://evil.example"), 403},
			"another port":      {good, header("Origin", "http://127.0.0.1:1"), 403},
			"a frame's sandbox": {good, header("Origin", "null"), 403},
			"a site unnamed": {good, func(r *http.Request) {
				r.Header.Del("Origin")
				r.Header.Set("Sec-Fetch-Site", "cross-site")
			}, 403},
		} {
			got := c.visits(t, to, bad.fields, bad.edit)
			if got.status != bad.status || got.location != nil || got.event.Diagnosis == "" || strings.Contains(got.event.Diagnosis, fields.Get("form")) {
				t.Errorf("%s: %d %+v", what, got.status, got.event)
			}
		}
		if got := c.visits(t, to, nil, nil); got.status != 405 || got.header.Get("Allow") != "POST" {
			t.Errorf("GET: %d", got.status)
		}
		// Invalid decisions do not end the form; time does.
		c.advance(time.Hour)
		if got := c.visits(t, to, good, nil); got.status != 410 {
			t.Errorf("an hour later: %d", got.status)
		}
	})
}

// TestFormOfAnotherProfile checks that a form works only at its own profile.
func TestFormOfAnotherProfile(t *testing.T) {
	_, others := scanning(t)
	w := startWith(t, asks, others...)
	first, second := w.party(t, others[0]), w.party(t, others[1])
	_, fields := w.form(t, w.visits(t, first.build(first.p.Authorize).URL.String(), nil, nil))
	to, _ := w.form(t, w.visits(t, second.build(second.p.Authorize).URL.String(), nil, nil))
	if got := w.visits(t, to, with(fields, "decision", "approve", "user", "42"), nil); got.status != 403 {
		t.Errorf("%d %s", got.status, got.location)
	}
}

// TestWrongAuthorizeURLShowsPage checks that a wrong authorize URL shows a page with the
// problem and no form.
func TestWrongAuthorizeURLShowsPage(t *testing.T) {
	asking(t, func(t *testing.T, c *party) {
		r := c.build(c.p.Authorize)
		q := r.URL.Query()
		q.Set("note", `<img src=x>`)
		member, _ := holding(c.p.Authorize, "redirect_uri")
		q.Set(strings.TrimPrefix(member, "query."), "https://stranger.example/<b>")
		r.URL.RawQuery = q.Encode()
		got := c.visits(t, r.URL.String(), nil, func(r *http.Request) {
			r.Header.Set("Accept", "text/html,*/*;q=0.8")
			r.Header.Set("Accept-Language", "zh-CN")
		})
		if got.status != 400 || !strings.Contains(got.body, "授权地址有误") || strings.Contains(got.body, "<img") || strings.Contains(got.body, "<b>") || token.MatchString(got.body) {
			t.Errorf("%d %s", got.status, got.body)
		}
		r.URL.RawQuery += "&note=" + strings.Repeat("x", 9000)
		if got := c.visits(t, r.URL.String(), nil, nil); got.status != 400 || !strings.Contains(got.body, "bytes") {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}
