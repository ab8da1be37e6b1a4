package emulator_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// arm sets the faults that texts describe.
func (w *world) arm(t testing.TB, texts ...string) {
	t.Helper()
	var faults []emulator.Fault
	for _, text := range texts {
		f, err := emulator.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		faults = append(faults, f)
	}
	if err := w.SetFaults(faults); err != nil {
		t.Fatal(err)
	}
}

func TestFaultsOverHTTP(t *testing.T) {
	w, _ := shopping(t)
	armed := func() (out []map[string]any) {
		w.admin(t, "GET", "/_/faults", "", &out)
		return out
	}
	if got := armed(); got == nil || len(got) != 0 {
		t.Errorf("%v", got)
	}
	const two = `[{"step":"exchange","kind":"expired_code","times":1},{"profile":"own","kind":"latency","latency":"1ms","user":"王小明","nth":2}]`
	if got := w.call(t, "PUT", "/_/faults", two); got.status != 200 {
		t.Fatal(got.body)
	}
	w.trade(t, "any")
	want := []map[string]any{
		{"step": "exchange", "kind": "expired_code", "times": 1.0, "met": 1.0, "done": 1.0},
		{"profile": "own", "kind": "latency", "latency": "1ms", "user": "王小明", "nth": 2.0, "met": 0.0, "done": 0.0},
	}
	if diff := cmp.Diff(want, armed()); diff != "" {
		t.Error(diff)
	}
	for body, want := range map[string]string{
		`{"kind":"denied"}`:                    "it is a JSON object",
		`[{"kind":"expired_cod"}]`:             `kind \"expired_cod\" is not possible here: expected a refusal (bad_request, expired_code, expired_token, invalid_client, invalid_code, invalid_token, missing_parameter, rate_limited, used_code, or a code that the profile lists), a transport fault (bad_chunk, drip, empty, endless, html_502, latency, reset_before, reset_middle, truncated, wrong_content_type), or repeated, replaced; did you mean expired_code?`,
		`[{"kind":"tuncated"}]`:                "did you mean truncated?",
		`[{"kind":"empty","step":"exchagne"}]`: "did you mean exchange?",
		`[{"kind":"empty","user":"nobody"}]`:   "there is no user nobody, only 王小明,",
		`[{"step":"exchange","kind":"empty"},{"step":"refresh","kind":"empty"}]`: `fault 2: step \"refresh\" is not served, only authorize, exchange, token, userinfo`,
		`[{"profile":"owm","kind":"empty"}]`:                                     `{"error":"fault 1: no profile \"owm\" is served here, only own; did you mean own?"}`,
		`[{"kind":"denied"}]`:                                                    "not possible here",
		`[{"kind":"empty","tmes":1}]`:                                            "tmes",
		`[{"kind":"latency","latency":"soon"}]`:                                  "not a duration",
		`[{"kind":"latency"}]`:                                                   "needs a duration",
		`[{"kind":"drip","drip":-1}]`:                                            "must not be negative",
		`[{"kind":""}]`:                                                          "not possible here",
		`[{"kind":"empty","latency":"2s"}]`:                                      "only latency takes a delay",
		`[{"kind":"empty"}] []`:                                                  "nothing after it",
		`[` + strings.Repeat(`{"kind":"empty"},`, 1000) + `{"kind":"empty"}]`:    "at most 1000",
	} {
		if got := w.call(t, "PUT", "/_/faults", body); got.status != 400 || !strings.Contains(got.body, want) {
			t.Errorf("%.80s: %d %s, want %s", body, got.status, got.body, want)
		}
	}
	if diff := cmp.Diff(want, armed()); diff != "" {
		t.Error("a refused request changed the faults:", diff)
	}
	// PUT accepts what GET returns.
	again, _ := json.Marshal(armed())
	if got := w.call(t, "PUT", "/_/faults", string(again)); got.status != 200 || strings.Contains(got.body, `"met":1`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := w.call(t, "DELETE", "/_/faults", ""); got.status != 200 || len(armed()) != 0 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestFaultsMatch(t *testing.T) {
	other := loaded(t, strings.Replace(shop, `title = "a shop's server"`, `title = "another"`, 1))
	other.Name = "other"
	w := start(t, described(t, shop), other)
	w.arm(t, "exchange:invalid_code:nth=2", "own/token:rate_limited:nth=2:times=2", "other/*:bad_request")
	status := func(want ...int) {
		t.Helper()
		var got []int
		for range want {
			got = append(got, w.signed(t, rightly).status)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	status(200, 429, 429, 200)
	for i, want := range []string{"true", "bad_code", "true"} {
		if got := w.trade(t, w.loginAtShop(t)); !strings.Contains(got.body, want) {
			t.Errorf("call %d: %s", i+1, got.body)
		}
	}
	if got := w.call(t, "GET", "/other/me", ""); !strings.Contains(got.body, `"form"`) {
		t.Errorf("%s", got.body)
	}

	// By user, which the code identifies.
	users := emulator.DefaultUsers()
	w.arm(t, "exchange:expired_code:user="+users[1].Name, "userinfo:invalid_token:user="+users[2].Subject)
	for i, user := range users {
		code, err := w.IssueCode("own", emulator.Grant{User: user.Subject})
		if err != nil {
			t.Fatal(err)
		}
		got := w.trade(t, code)
		if strings.Contains(got.body, "old_code") != (i == 1) {
			t.Errorf("%s: %s", user.Name, got.body)
		}
		if i == 1 {
			continue
		}
		got = w.call(t, "GET", "/own/me", "", "Authorization", "Bearer "+got.token(t))
		if strings.Contains(got.body, "bad_token") != (i == 2) {
			t.Errorf("%s: %s", user.Name, got.body)
		}
	}

	// At [authorize], a fault's user is the user who agrees at once.
	w.arm(t, "authorize:invalid_client:user="+users[0].Username, "authorize:bad_request:user="+users[1].Name)
	login := "/own/login?client=shop-client&state=s&back=" + url.QueryEscape(shopBack)
	if got := w.call(t, "GET", login, ""); !strings.Contains(got.header.Get("Location"), "error=who") {
		t.Errorf("%d %v", got.status, got.header)
	}

	// Several at once: each has its own count, and the first one due happens.
	w.arm(t, "token:invalid_client:times=1", "token:bad_request:times=1", "token:latency=1ms:nth=2")
	for i, want := range []string{"who", "form", "true"} {
		if got := w.signed(t, rightly); !strings.Contains(got.body, want) {
			t.Errorf("call %d: %s", i+1, got.body)
		}
	}
	for i, want := range []int{1, 1, 1} {
		if f := w.Faults()[i]; f.Done != want || f.Met != 3 {
			t.Errorf("%+v", f)
		}
	}
	last := w.Requests(emulator.Filter{Limit: 2})
	if last[0].Fault != "token:bad_request:times=1, token:latency=1ms:nth=2" || last[0].Refusal != "bad_request" || last[1].Fault != "" {
		t.Errorf("%q %q", last[0].Fault, last[1].Fault)
	}
}

// TestFaultsThatRefuse checks that each vendor can refuse with every kind for which it has a
// code, at every step and in its own shape, and that the authorization code stays usable.
// Many vendors have one code for invalid and expired codes or tokens, and one for missing and
// bad parameters.
func TestFaultsThatRefuse(t *testing.T) {
	everyStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for _, kind := range profile.Kinds {
			refusal, listed := refusalFor(c.p, s, kind)
			f := emulator.Fault{Profile: c.p.Name, Step: s.Name, Kind: string(kind), Status: 200, Times: 1}
			err := c.SetFaults([]emulator.Fault{f})
			if possible := listed || kind == "rate_limited"; (err == nil) != possible {
				t.Errorf("%s: %v", kind, err)
			} else if err != nil && !strings.Contains(err.Error(), string(c.p.Refusals[0].Kind)) {
				t.Errorf("%s: the error does not list the possible kinds: %v", kind, err)
			}
			if !listed {
				continue
			}
			got := c.send(s, c.build(s))
			if got.status != 200 || got.verdict.OK || got.verdict.Code != refusal.CodeText() || got.event.Fault != f.String() || got.header.Get("WWW-Authenticate") != "" {
				t.Errorf("%s: %d %s %+v", kind, got.status, got.body, got.event)
			}
			if !strings.Contains(got.header.Get(emulator.DiagnosisHeader), "fault injected: ") {
				t.Errorf("%s: %v", kind, got.header)
			}
		}
		if err := c.SetFaults([]emulator.Fault{{Kind: "rate_limited", Times: 1}}); err != nil {
			t.Fatal(err)
		}
		got := c.send(s, c.build(s))
		if _, listed := c.p.RefusalOf("rate_limited"); !listed && (got.status != 429 || got.header.Get("Retry-After") != "1") {
			t.Errorf("%d %v", got.status, got.header)
		}
		c.pass(s)
	})
}
