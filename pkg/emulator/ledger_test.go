package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

type requestsResponse struct {
	Requests []emulator.Record
	Dropped  int64
	Error    string
}

func (w *world) requests(t testing.TB, query string) []emulator.Record {
	t.Helper()
	var out requestsResponse
	if status := w.admin(t, "GET", "/_/requests"+query, "", &out); status != 200 {
		t.Fatalf("%s: %d %s", query, status, out.Error)
	}
	return out.Requests
}

func TestLedgerKeepsWholeExchanges(t *testing.T) {
	w, code := shopping(t)
	token := w.trade(t, code, "secret", shopSecret).token(t)
	w.trade(t, "other", "secret", strings.ToUpper(shopSecret), "unheard", "0123456789abcdef0123")
	got := w.requests(t, "?since=1")
	jsonType := []string{"application/json;charset=utf-8"}
	header := map[string][]string{"Content-Type": jsonType, "Cache-Control": {"no-store"}, "Pragma": {"no-cache"}, "X-Content-Type-Options": {"nosniff"}, "Date": {w.clock.Format(http.TimeFormat)}}
	masked := secret.Mask(shopSecret)
	want := []emulator.Record{
		{
			Event: emulator.Event{
				ID: 2, Time: w.Now(), Profile: "own", Step: "exchange", User: "王小明", Method: "POST", Path: "/own/trade", Status: 200,
			},
			Target: "/own/trade",
			Request: emulator.Message{
				Headers: map[string][]string{
					"Host": {strings.TrimPrefix(w.address, "http://")}, "Content-Type": {"application/json"}, "Accept-Encoding": {"gzip"},
					"User-Agent": {"Go-http-client/1.1"}, "Content-Length": {"154"},
				},
				Body: `{"back":"` + shopBack + `","client":"shop-client","code":"` + secret.Mask(code) + `","secret":"` + masked + `"}`,
				Size: 154,
			},
			Response: emulator.Message{
				Headers: header, Body: `{"ok":true,"token":"` + secret.Mask(token) + `","life":7200}`, Size: 74,
			},
		},
		{
			Event: emulator.Event{
				ID: 3, Time: w.Now(), Profile: "own", Step: "exchange", Method: "POST", Path: "/own/trade", Status: 401, Refusal: "invalid_client", VendorCode: "who",
				Problems: []emulator.Problem{
					{Member: "json.secret", Kind: "differs", Expected: masked, Received: "EMUL…REAL (31)"},
					{Member: "json.unheard", Kind: "unread", Received: "0123…0123 (20)"},
				},
				Diagnosis: "json.secret: is not the registered value: expected " + masked + ", got EMUL…REAL (31); " +
					"the first difference is at character 1 (got 31 characters, expected 31); only the case differs; json.unheard: was sent, but this step ignores it",
			},
			Target: "/own/trade",
			Request: emulator.Message{
				Headers: map[string][]string{
					"Host": {strings.TrimPrefix(w.address, "http://")}, "Content-Type": {"application/json"}, "Accept-Encoding": {"gzip"},
					"User-Agent": {"Go-http-client/1.1"}, "Content-Length": {"152"},
				},
				Body: `{"back":"` + shopBack + `","client":"shop-client","code":"` + secret.Redacted + `","secret":"EMUL…REAL (31)","unheard":"0123…0123 (20)"}`,
				Size: 152,
			},
			Response: emulator.Message{
				Headers: header, Body: `{"ok":false,"error":"who","text":"invalid client (emulated)"}`, Size: 61,
			},
		},
	}
	ignore := cmpopts.IgnoreFields(emulator.Event{}, "TookMS")
	for i := range got {
		if got[i].TookMS < 0 || got[i].TookMS > 10_000 {
			t.Errorf("it took %v ms", got[i].TookMS)
		}
		delete(got[i].Response.Headers, emulator.DiagnosisHeader)
	}
	if diff := cmp.Diff(want, got, ignore, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(got, w.Requests(emulator.Filter{Since: 1}), ignore, cmpopts.EquateEmpty(), cmpopts.IgnoreMapEntries(func(name string, _ []string) bool { return name == emulator.DiagnosisHeader })); diff != "" {
		t.Error("Requests differs from GET /_/requests:", diff)
	}
}

func TestLedgerFilters(t *testing.T) {
	w, code := shopping(t)    // 1
	w.trade(t, code)          // 2
	w.trade(t, code)          // 3, refused
	w.signed(t, rightly)      // 4
	w.call(t, "GET", "/", "") // 5, of no profile
	w.call(t, "GET", "/_/health", "")
	w.call(t, "GET", "/own/nowhere", "") // 6
	for query, want := range map[string]string{
		"": "1 2 3 4 5 6", "?profile=own": "1 2 3 4 6", "?step=exchange": "2 3", "?step=token": "4", "?user=王小明": "1 2", "?user=10086": "1 2",
		"?user=EMULATED": "1 2", "?user=42": "", "?refusal=invalid_code": "3", "?refusal=none": "1 2 4", "?since=3": "4 5 6", "?since=6": "", "?since=99": "",
		"?limit=2": "5 6", "?limit=2&step=exchange": "2 3", "?profile=own&step=exchange&refusal=none": "2", "?refusal=bad_request": "6", "?limit=99999999": "1 2 3 4 5 6",
	} {
		var ids []string
		for _, r := range w.requests(t, query) {
			ids = append(ids, fmt.Sprint(r.ID))
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{
		"?profiles=own", "?profile=owm", "?step=exchnage", "?user=nobody", "?step=refresh", "?refusal=denid", "?since=x", "?since=-1", "?limit=0", "?limit=all", "?step=token&step=token", "?count=1", "?step=%zz",
	} {
		var out requestsResponse
		if status := w.admin(t, "GET", "/_/requests"+query, "", &out); status != 400 || out.Error == "" {
			t.Errorf("%s: %d %q", query, status, out.Error)
		}
		if status := w.admin(t, "GET", "/_/requests.har"+query, "", &out); status != 400 {
			t.Errorf("har %s: %d", query, status)
		}
	}
	var removed struct{ Removed int }
	if status := w.admin(t, "DELETE", "/_/requests", "", &removed); status != 200 || removed.Removed != 6 {
		t.Errorf("%d %+v", status, removed)
	}
	w.trade(t, code)
	if got := w.requests(t, ""); len(got) != 1 || got[0].ID != 7 {
		t.Errorf("after the ledger was emptied: %+v", got)
	}
}

// TestLedgerFindsDecisions checks that a decision on a page belongs to the chosen user.
func TestLedgerFindsDecisions(t *testing.T) {
	decided := func(t *testing.T, c *party) {
		t.Helper()
		if got := c.requests(t, "?profile="+c.p.Name+"&user=42"); len(got) != 1 || got[0].Method != "POST" || got[0].User != "Grace O'Malley" {
			t.Errorf("%+v", got)
		}
	}
	asking(t, func(t *testing.T, c *party) {
		to, fields := c.form(t, c.visits(t, c.build(c.p.Authorize).URL.String(), nil, nil))
		c.visits(t, to, with(fields, "decision", "approve", "user", "42"), nil)
		decided(t, c)
	})
	eachScan(t, func(t *testing.T, c *party, address string) {
		to, fields := c.form(t, c.visits(t, c.desk(t, address).phone, nil, nil))
		c.visits(t, to, with(fields, "decision", "cancel"), nil)
		to, fields = c.form(t, c.visits(t, c.desk(t, address).phone, nil, nil))
		c.visits(t, to, with(fields, "decision", "confirm", "user", "42"), nil)
		decided(t, c)
	})
}

// TestLedgerTellsNoSecret sends secrets in right and wrong places. The ledger must not
// contain them.
func TestLedgerTellsNoSecret(t *testing.T) {
	t.Parallel()
	const real = "prod-9f8e7d6c5b4a39281706" // sent by a user who mistakes the emulator for the vendor
	const cookie, proxy = "cookie-1f2e3d4c5b6a", "proxy-a1b2c3d4e5f6"
	eachFew(t, func(t *testing.T, c *party) {
		c.call(t, "DELETE", "/_/requests", "") // those of other profiles
		var codes []string
		for _, s := range c.p.Requests() {
			c.ready(s)
			for _, kept := range []string{"code", "access_token", "refresh_token", profile.AppToken} {
				if text, ok := c.values.Text(kept); ok {
					codes = append(codes, text)
				}
			}
			c.send(s, c.build(s))
			w := c.build(s)
			w.URL.RawQuery += "&wrong_secret=" + real
			w.Header.Set("Cookie", "session="+cookie)
			w.Header.Set("Proxy-Authorization", "Basic "+proxy)
			c.send(s, w)
			if len(w.body) > 0 {
				w = c.build(s)
				w.body = append([]byte(`{"client_secret": "`+real+`", `), w.body...)
				c.send(s, w)
				w.Header.Set("Content-Type", "text/plain")
				w.body = []byte("app_secret=" + real + "&x=1")
				c.send(s, w)
			}
			for name, in := range c.p.Inputs {
				if right := c.values[name]; in.Secret && !c.p.IsKey(name) {
					c.values[name] = secret.New(real)
					c.send(s, c.build(s))
					c.values[name] = right
				}
			}
		}
		c.call(t, "POST", "/"+c.p.Name+"/nowhere?access_token="+real, `{"secret":"`+real+`"}`, "Authorization", "Bearer "+real)
		for _, in := range c.inputSecrets() { // in a path that is not served
			for _, path := range []string{"/" + c.p.Name + "/" + in, "/nowhere/" + in, "/_/" + in} {
				c.call(t, "GET", path, "")
				if ev, _ := json.Marshal(c.last()); strings.Contains(string(ev), in) {
					t.Errorf("%s is reported: %s", path, ev)
				}
			}
			codes = append(codes, in)
		}
		for _, path := range []string{"/_/requests", "/_/requests.har", "/_/assert?count=9999"} {
			text := c.call(t, "GET", path, "").body
			c.silent(text)
			for _, told := range append(codes, real, cookie, proxy) {
				if i := strings.Index(text, told); i >= 0 {
					t.Errorf("%s contains %s: …%s", path, told, text[max(0, i-300):i+len(told)])
				}
			}
		}
	})
}

// inputSecrets returns the secrets that the emulator expects. Private keys are left out,
// because they are not sent.
func (c *party) inputSecrets() (out []string) {
	for name, value := range c.Inputs(c.p.Name) {
		if value, ok := value.(secret.String); ok && !c.p.IsKey(name) {
			out = append(out, value.Reveal())
		}
	}
	return out
}

// TestLedgerCuts checks that large parts are cut, without half a secret at the cut.
func TestLedgerCuts(t *testing.T) {
	w, _ := shopping(t)
	const limit = 4 << 10
	for i, at := range []int{limit - len(shopSecret) - 20, limit - 40, limit - 10, limit - 1, limit - 40, limit - 30} {
		name := []string{"secret", "client"}[i/4] // a member for a secret and one for another value
		body := `{"pad":"` + strings.Repeat("p", at) + `","` + name + `":"` + shopSecret + `","more":"` + strings.Repeat("m", 20_000) + `"}`
		w.call(t, "POST", "/own/trade", body, "Content-Type", "application/json", "X-Long", strings.Repeat("h", 5000))
		all := w.requests(t, "")
		r := all[len(all)-1]
		if len(r.Request.Body) > limit || r.Request.Size != len(body) || strings.Contains(r.Request.Body, shopSecret[:6]) {
			t.Errorf("%d of %d bytes: …%s", len(r.Request.Body), r.Request.Size, r.Request.Body[len(r.Request.Body)-60:])
		}
		if diff := cmp.Diff([]string{"headers", "body"}, r.Request.Cut); diff != "" {
			t.Error(diff)
		}
	}
	long := strings.Repeat("x", 3000)
	w.trade(t, long)
	w.call(t, "GET", "/own/me?"+strings.Repeat("q", 6000), "", "Authorization", "Bearer "+long)
	for _, r := range w.Requests(emulator.Filter{Since: 7}) {
		if data, _ := json.Marshal(r); strings.Contains(string(data), long[:500]) || len(r.Request.Cut) != 3 {
			t.Errorf("a secret of 3000 characters was kept: %.2000s", data)
		}
	}
	w.call(t, "GET", "/own/nowhere?"+strings.Repeat("q", 6000), "")
	if r := w.Requests(emulator.Filter{Limit: 1})[0]; len(r.Target) != limit || r.Request.Cut[0] != "target" {
		t.Errorf("%d %v", len(r.Target), r.Request.Cut)
	}
}

// TestLedgerMasksBasic checks that a short password is not visible at the end of Basic's
// base64.
func TestLedgerMasksBasic(t *testing.T) {
	w, _ := shopping(t)
	for sent, want := range map[string]string{
		"Basic YXBwbGljYXRpb24tMDAwMTpzaG9ydA==":         "[redacted]", // application-0001:short
		"Basic YXBwOmdob18wMTIzNDU2Nzg5MDEyMzQ1Njc4OQ==": "Basi…OQ== (46)",
	} {
		w.call(t, "POST", "/own/trade", "{}", "Authorization", sent)
		all := w.requests(t, "")
		if got := all[len(all)-1].Request.Headers["Authorization"]; len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %s", sent, got, want)
		}
	}
}
