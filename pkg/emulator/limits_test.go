package emulator_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
)

// many is more values than the emulator remembers of any kind.
const many = 10_001

// direct sends a request to the handler without a network, and does not read the
// response.
func (c *party) direct(w *wire) *httptest.ResponseRecorder {
	r := httptest.NewRequest(w.Method, w.URL.String(), strings.NewReader(string(w.body)))
	r.Header = w.Header
	rec := httptest.NewRecorder()
	c.ServeHTTP(rec, r)
	return rec
}

// TestBounds checks that one code too many drops only the oldest code.
func TestBounds(t *testing.T) {
	t.Parallel()
	eachOf(t, profiletest.Covering(builtins(t), waysOfCodes), func(t *testing.T, c *party) {
		s := redeems(c.p)
		c.ready(s)
		challenge, _ := c.values.Text("code_challenge")
		var codes []string
		for range many {
			code, err := c.IssueCode(c.p.Name, emulator.Grant{CodeChallenge: challenge})
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, code)
		}
		for i, forgotten := range map[int]bool{0: true, 1: false, many - 1: false} {
			c.values["code"] = codes[i]
			if got := c.send(s, c.build(s)); got.verdict.OK == forgotten {
				t.Errorf("code %d of %d: accepted %v", i+1, many, got.verdict.OK)
			}
		}
	})
}

// waysOfCodes returns the mechanisms of a profile's codes, as features for
// profiletest.Covering.
func waysOfCodes(p *profile.Profile) []string {
	s, once := redeems(p), p.Authorize != nil && p.Authorize.Callback.Once
	return []string{string(s.Name), fmt.Sprint("challenge ", s.Uses("code_verifier")), fmt.Sprint("once ", once)}
}

// redeems returns the step that sends the code.
func redeems(p *profile.Profile) *profile.Step {
	if p.Exchange != nil {
		return p.Exchange
	}
	return teller(p)
}

// TestUUIDBound checks that the oldest {uuid} is accepted again after too many others.
func TestUUIDBound(t *testing.T) {
	t.Parallel()
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		if _, ok := holding(s, "uuid"); !ok || s.Name != "token" {
			return // one step without other values is enough
		}
		first, second := c.build(s), c.build(s)
		c.direct(first)
		c.direct(second)
		for range many - 2 {
			c.direct(c.build(s))
		}
		if got := c.send(s, second); got.verdict.OK {
			t.Error("the second uuid was dropped too")
		}
		if got := c.send(s, first); !got.verdict.OK {
			t.Errorf("the first uuid was not dropped: %s", got.event.Diagnosis)
		}
	})
}

// TestTokenBound checks that one token too many drops only the oldest token.
func TestTokenBound(t *testing.T) {
	t.Parallel()
	users := slices.DeleteFunc(steps(t), func(s profiletest.Step) bool {
		if !s.Uses(profile.AppToken) {
			return true
		}
		same, _, _ := profile.Reissue(s.Of.Token.Again)
		return same // there is only one token at a time
	})
	one := profiletest.Covering(users, func(s profiletest.Step) []string { return []string{s.Of.Token.Again + " again"} })
	runSteps(t, one, func(t *testing.T, c *party, s *profile.Step) {
		c.pass(c.p.Token)
		first := c.values[profile.AppToken]
		c.pass(c.p.Token)
		second := c.values[profile.AppToken]
		for range many - 2 {
			c.direct(c.build(c.p.Token))
		}
		c.login()
		c.values[profile.AppToken] = first
		c.refused(c.send(s, c.build(s)), "invalid_token", "expired_token")
		c.values[profile.AppToken] = second
		c.pass(s)
	})
}

// issuing is a vendor whose exchange returns a refresh token, and a ticket that userinfo
// sends.
const issuing = `
title = "a server with tickets"
[inputs]
base_url     = { default = "https://tickets.example.com" }
client_id    = { required = true, example = "ticket-client" }
redirect_uri = { required = true }
[reply]
ok              = ".ok"
code            = ".error"
message         = ".text"
refusal_example = '{"ok":false,"error":"{code}","text":"{message}"}'
[exchange]
method  = "POST"
url     = "{base_url}/token"
form    = { client_id = "{client_id}", code = "{code}", redirect_uri = "{redirect_uri}" }
read    = { access_token = ".token", refresh_token = ".refresh", ticket = ".ticket" }
example = '{"ok":true,"token":"{access_token}","refresh":"{refresh_token}","ticket":"{uuid}"}'
[refresh]
method  = "POST"
url     = "{base_url}/refresh"
form    = { client_id = "{client_id}", refresh_token = "{refresh_token}" }
read    = { access_token = ".token" }
example = '{"ok":true,"token":"{access_token}"}'
[userinfo]
method  = "GET"
url     = "{base_url}/me"
query   = { ticket = "{ticket}" }
read    = { subject = ".id" }
example = '{"ok":true,"id":{subject}}'
`

// TestRefreshTokenAndResponseValueBounds checks that one refresh token too many, or one other
// value from a response too many, drops only the oldest.
func TestRefreshTokenAndResponseValueBounds(t *testing.T) {
	t.Parallel()
	w := start(t, described(t, issuing))
	c := w.party(t, w.profiles[0])
	steps := map[string]*profile.Step{"refresh_token": c.p.Refresh, "ticket": teller(c.p)}
	issued := map[string][]string{}
	for range many {
		code, err := c.IssueCode(c.p.Name, emulator.Grant{})
		if err != nil {
			t.Fatal(err)
		}
		c.values["code"] = code
		got := c.judge(c.p.Exchange, c.direct(c.build(c.p.Exchange)).Body.Bytes())
		for name := range steps {
			issued[name] = append(issued[name], profile.Text(got.read[name]))
		}
	}
	for name, s := range steps {
		for i, forgotten := range map[int]bool{0: true, 1: false, many - 1: false} {
			c.values[name] = issued[name][i]
			if got := c.send(s, c.build(s)); got.verdict.OK == forgotten {
				t.Errorf("%s %d of %d: accepted %v: %s", name, i+1, many, got.verdict.OK, got.event.Diagnosis)
			}
		}
	}
}

// TestExpiredCodesAreDropped checks that a code and a token that expired long ago are
// reported as expired until new ones displace them.
func TestExpiredCodesAreDropped(t *testing.T) {
	w, code := shopping(t)
	token := w.trade(t, w.loginAtShop(t)).token(t)
	if err := w.Advance(4 * time.Hour); err != nil {
		t.Fatal(err)
	}
	both := func(want string) {
		t.Helper()
		for _, got := range []reply{w.trade(t, code), w.call(t, "GET", "/own/me", "", "Authorization", "Bearer "+token)} {
			if !strings.Contains(got.diagnosis(), want) {
				t.Errorf("want %s: %s", want, got.diagnosis())
			}
		}
	}
	both(": expired ")
	w.trade(t, w.loginAtShop(t)).token(t)
	both("was not issued here")
}

// TestLedgerIsBounded checks that the ledger keeps the last 10,000 requests, or fewer if they
// are large.
func TestLedgerIsBounded(t *testing.T) {
	w, code := shopping(t)             // 1
	token := w.trade(t, code).token(t) // 2
	fill := func(n int, method, path, body string) uint64 {
		for range n {
			r := httptest.NewRequest(method, w.address+path, strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer "+token)
			w.ServeHTTP(httptest.NewRecorder(), r)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := fill(1, "GET", "/own/me", "")
	const kept = 10_000
	used := fill(kept+50, "GET", "/own/me", "")
	var out requestsResponse
	w.admin(t, "GET", "/_/requests?limit=1", "", &out)
	if out.Dropped != 53 || len(out.Requests) != 1 || out.Requests[0].ID != kept+53 {
		t.Errorf("dropped %d, the latest is %+v", out.Dropped, out.Requests)
	}
	entries := w.Requests(emulator.Filter{Step: "exchange"})
	if len(entries) > 0 {
		t.Errorf("the first request is still in the ledger: %v", entries[0].ID)
	}
	if mib := float64(used-min(before, used)) / (1 << 20); mib > 40 {
		t.Errorf("10,000 small requests take %.1f MiB", mib)
	}
	const large = 4500
	used = fill(large, "POST", "/own/nowhere", strings.Repeat("p", 30_000))
	if mib := float64(used-min(before, used)) / (1 << 20); mib > 60 {
		t.Errorf("large requests take %.1f MiB", mib)
	}
	w.admin(t, "GET", "/_/requests?limit=1", "", &out)
	if out.Dropped <= large+53 || out.Requests[0].ID != kept+large+53 {
		t.Errorf("dropped %d, the latest is %d", out.Dropped, out.Requests[0].ID)
	}
}

// TestLedgerIsStreamed checks that memory never contains the JSON of the whole ledger.
func TestLedgerIsStreamed(t *testing.T) {
	w, _ := shopping(t)
	for range 500 {
		w.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", w.address+"/own/nowhere", strings.NewReader(strings.Repeat("p", 4000))))
	}
	for _, path := range []string{"/_/requests", "/_/requests.har"} {
		all := &count{header: http.Header{}}
		w.ServeHTTP(all, httptest.NewRequest("GET", w.address+path, nil))
		if all.bytes < 500*4000 || all.longest > 10_000 {
			t.Errorf("%s: %d bytes, in pieces of up to %d", path, all.bytes, all.longest)
		}
	}
}

// TestSlowBodies checks that a client that does not send the body it announced gets a
// response when the server's ReadTimeout ends, and holds no resources after that. The
// time-out does not affect responses that are slow on purpose.
func TestSlowBodies(t *testing.T) {
	w, _ := shopping(t)
	server := httptest.NewUnstartedServer(w.Emulator)
	server.Config.ReadTimeout = 100 * time.Millisecond
	server.Start()
	defer server.Close()
	ask := func(request string) (*bufio.Reader, net.Conn) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, strings.Replace(request, "\n", " HTTP/1.1\r\nHost: 127.0.0.1\r\n", 1))
		return bufio.NewReader(conn), conn
	}
	const path = "own/trade"
	for _, path := range []string{path, "_/codes"} {
		for _, rest := range []string{"Content-Length: 9\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"} {
			got, conn := ask("POST /" + path + "\n" + rest)
			text, err := io.ReadAll(got) // until the emulator closes it
			conn.Close()
			if err != nil || !strings.Contains(string(text), "body: it did not arrive in time") {
				t.Errorf("%s %s: %v %s", path, rest, err, text)
			}
		}
	}
	events, watching := ask("GET /_/events\n\r\n")
	defer watching.Close()
	if err := w.AddFault(emulator.Fault{Kind: "latency", Delay: 300 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	got, conn := ask("POST /" + path + "\nContent-Length: 2\r\n\r\n{}")
	defer conn.Close()
	if line, err := got.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 ") {
		t.Errorf("a latency longer than the time-out: %v %s", err, line)
	}
	for line := ""; !strings.Contains(line, "latency=300ms"); {
		var err error
		if line, err = events.ReadString('\n'); err != nil {
			t.Fatal("the event stream ended at the time-out:", err)
		}
	}
}
