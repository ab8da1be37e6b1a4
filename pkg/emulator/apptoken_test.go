package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
)

// bureau is an invented vendor. The application's token ends 5 minutes after another was
// fetched. The step's other request returns the same token while it is valid.
const bureau = `
[inputs]
base_url      = { default = "https://bureau.example.com" }
client_id     = { required = true }
client_secret = { required = true, secret = true }
redirect_uri  = { required = true }
[reply]
ok              = ".error == null"
code            = ".error"
message         = ".text"
refusal_example = '{"error":"{code}","text":"{message}"}'
[authorize]
method = "GET"
url    = "{base_url}/login"
query  = { client = "{client_id}", back = "{redirect_uri}", state = "{state}" }
[token]
method  = "GET"
url     = "{base_url}/token"
query   = { client = "{client_id}", secret = "{client_secret}" }
read    = { access_token = ".token" }
example = '{"token":"{access_token}","life":{expires_in}}'
again   = "5m"
[[token.also]]
url   = "{base_url}/stable"
again = "same"
[userinfo]
method  = "GET"
url     = "{base_url}/me"
query   = { token = "{app_token}", code = "{code}" }
read    = { subject = ".id // .ID" }
example = '{"id":"{subject}"}'
[[userinfo.also]]
url     = "{base_url}/who"
example = '{"ID":"{subject}"}'
[[refusals]]
code = "used"
kind = "used_code"
en   = "Log in again."
[[refusals]]
code = "other"
kind = "invalid_code"
en   = "Log in again."
[[refusals]]
code = "replaced"
kind = "invalid_token"
en   = "Somebody else fetched a token."
[[refusals]]
code = "old"
kind = "expired_token"
en   = "Fetch a new one."
`

// visitor is a client of the bureau.
type visitor struct {
	*world
	t *testing.T
}

func atBureau(t *testing.T) visitor { return visitor{start(t, described(t, bureau)), t} }

// fetch gets a token and its lifetime in seconds.
func (v visitor) fetch(path string) (token string, life int) {
	v.t.Helper()
	got := v.call(v.t, "GET", "/own/"+path+"?client=emulated-client-id&secret=emulated-client-secret-not-real", "")
	var in struct {
		Token string
		Life  int
	}
	if err := json.Unmarshal([]byte(got.body), &in); err != nil || in.Token == "" {
		v.t.Fatal(got.body, err)
	}
	return in.Token, in.Life
}

// uses sends the token. It returns the code of the refusal, "" if there is none, and the
// diagnosis.
func (v visitor) uses(token string) (code, diagnosis string) {
	v.t.Helper()
	login, err := v.IssueCode("own", emulator.Grant{})
	if err != nil {
		v.t.Fatal(err)
	}
	return v.who(token, login)
}

func (v visitor) who(token, login string) (code, diagnosis string) {
	v.t.Helper()
	got := v.call(v.t, "GET", "/own/me?token="+token+"&code="+url.QueryEscape(login), "")
	var in struct{ Error string }
	if err := json.Unmarshal([]byte(got.body), &in); err != nil {
		v.t.Fatal(got.body, err)
	}
	return in.Error, got.diagnosis()
}

// TestTokenFetchedAgain: the old token of the application works for 5 more minutes.
func TestTokenFetchedAgain(t *testing.T) {
	v := atBureau(t)
	stable, _ := v.fetch("stable")
	mine, _ := v.fetch("token")
	v.advance(time.Hour)
	colleagues, _ := v.fetch("token")
	v.advance(5*time.Minute - time.Second)
	for _, token := range []string{stable, mine, colleagues} {
		if code, diagnosis := v.uses(token); code != "" {
			t.Errorf("within 5 minutes: %s %s", code, diagnosis)
		}
	}
	v.advance(3 * time.Second)
	code, diagnosis := v.uses(mine)
	if code != "replaced" || diagnosis != "query.token: ended 2.0 s ago: request 3 fetched a new one" {
		t.Errorf("after 5 minutes: %s %s", code, diagnosis)
	}
	for _, token := range []string{stable, colleagues} {
		if code, diagnosis := v.uses(token); code != "" {
			t.Errorf("the others: %s %s", code, diagnosis)
		}
	}
	// An old token that would expire within 5 minutes is not extended.
	v.advance(2*time.Hour - 5*time.Minute)
	v.fetch("token")
	v.advance(4 * time.Minute)
	if code, diagnosis := v.uses(colleagues); code != "old" {
		t.Errorf("after 2 hours: %s %s", code, diagnosis)
	}
}

// TestTokenThatStays: a repeated request gets the same token, with its remaining lifetime.
func TestTokenThatStays(t *testing.T) {
	v := atBureau(t)
	first, life := v.fetch("stable")
	v.advance(30 * time.Minute)
	v.fetch("token")
	again, left := v.fetch("stable")
	if again != first || life != 7200 || left != 5400 {
		t.Errorf("%s for %d s, then %s for %d s", first, life, again, left)
	}
	v.advance(90 * time.Minute)
	if next, life := v.fetch("stable"); next == first || life != 7200 {
		t.Errorf("after its end: %s for %d s", next, life)
	}
	if code, diagnosis := v.uses(first); code != "old" {
		t.Errorf("its end: %s %s", code, diagnosis)
	}
}

// TestReplacedAtOnce: the fault acts as if somebody else fetched a token at the same moment.
func TestReplacedAtOnce(t *testing.T) {
	v := atBureau(t)
	v.arm(t, "token:replaced:times=1")
	for _, path := range []string{"token", "stable"} {
		if path == "stable" {
			v.arm(t, "*:replaced:times=1")
		}
		mine, _ := v.fetch(path)
		if code, diagnosis := v.uses(mine); code != "replaced" || !strings.HasSuffix(diagnosis, " ago: somebody else fetched a new one (fault injected)") {
			t.Errorf("%s: %s %s", path, code, diagnosis)
		}
		next, _ := v.fetch(path)
		if code, diagnosis := v.uses(next); next == mine || code != "" {
			t.Errorf("%s: the next one: %s %s", path, code, diagnosis)
		}
	}
	const want = `fault 1: kind "replaced" is not possible here: expected a refusal (`
	if err := v.SetFaults([]emulator.Fault{{Step: "userinfo", Kind: "replaced"}}); err == nil || !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("another step: %v", err)
	}
}

// TestOtherRequestOtherResponse: another request for a step may have its own example.
func TestOtherRequestOtherResponse(t *testing.T) {
	v := atBureau(t)
	token, _ := v.fetch("token")
	for path, want := range map[string]string{"me": `{"id":"10086"}`, "who": `{"ID":"10086"}`} {
		login, err := v.IssueCode("own", emulator.Grant{})
		if err != nil {
			t.Fatal(err)
		}
		if got := v.call(t, "GET", "/own/"+path+"?token="+token+"&code="+login, ""); got.body != want {
			t.Errorf("%s: %s", path, got.body)
		}
	}
}

// TestRequestTwice: with the fault, the code is already used when the request is processed.
func TestRequestTwice(t *testing.T) {
	v := atBureau(t)
	token, _ := v.fetch("token")
	login, err := v.IssueCode("own", emulator.Grant{})
	if err != nil {
		t.Fatal(err)
	}
	v.arm(t, "userinfo:repeated:times=1")
	code, diagnosis := v.who(token, login)
	if code != "used" || !strings.Contains(diagnosis, "fault injected: userinfo:repeated:times=1") || !strings.Contains(diagnosis, "was redeemed 0.0 s ago") {
		t.Errorf("%s %s", code, diagnosis)
	}
	if r := v.last().Refusal; r != "used_code" {
		t.Errorf("the ledger has %s", r)
	}
	if code, diagnosis = v.uses(token); code != "" {
		t.Errorf("the next code: %s %s", code, diagnosis)
	}
}

// TestRedirectTwice: with the fault, a page sends the redirect to the application twice. That
// is impossible for a link into a phone's app, which a page cannot request in the background.
func TestRedirectTwice(t *testing.T) {
	v := atBureau(t)
	v.arm(t, "authorize:repeated")
	got := v.call(t, "GET", "/own/login?client=emulated-client-id&state=State0123456789&back="+url.QueryEscape("http://127.0.0.1:9/callback?a=1"), "")
	policy := got.header.Get("Content-Security-Policy")
	if got.status != 200 || !strings.Contains(policy, "connect-src 'self' http://127.0.0.1:9;") ||
		!strings.Contains(got.body, `href="http://127.0.0.1:9/callback?a=1&amp;code=emulated`) || !strings.Contains(got.body, "/twice.js") {
		t.Errorf("%d %s\n%s", got.status, policy, got.body)
	}
	got = v.call(t, "GET", "/own/login?client=emulated-client-id&state=State0123456789&back="+url.QueryEscape("com.example.app:/callback"), "")
	if got.status != 302 {
		t.Errorf("%d %s", got.status, got.body)
	}
}
