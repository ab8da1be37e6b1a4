package emulator_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"ssoctl/pkg/emulator"
)

// shop is the profile of an invented vendor. Tests write its requests by hand.
const shop = `
title = "a shop's server"
[inputs]
base_url      = { default = "https://shop.example.com" }
client_id     = { required = true, example = "shop-client" }
client_secret = { required = true, secret = true }
redirect_uri  = { required = true }
note          = {}
[reply]
ok              = ".ok"
code            = ".error"
message         = ".text"
refusal_example = '{"ok":false,"error":"{code}","text":"{message}"}'
[authorize]
method   = "GET"
url      = "{base_url}/login"
query    = { client = "{client_id}", back = "{redirect_uri}", state = "{state}" }
callback = { lifetime = "10m" }
[exchange]
method  = "POST"
url     = "{base_url}/trade"
json    = { client = "{client_id}", secret = "{client_secret}", code = "{code}", back = "{redirect_uri}" }
read    = { access_token = ".token", expires_in = ".life" }
example = '{"ok":true,"token":"{access_token}","life":{expires_in}}'
[token]
method  = "GET"
url     = "{base_url}/app"
query   = { client = "{client_id}", at = "{timestamp_ms}", note = "{note?}", sign = "{sign}" }
read    = { access_token = ".token" }
example = '{"ok":true,"token":"{access_token}"}'
[token.sign]
text     = "{method}{path_compact}{params}{timestamp_ms}{client_secret}"
hash     = "sha256"
encoding = "hex"
[userinfo]
method  = "GET"
url     = "{base_url}/me"
headers = { Authorization = "Bearer {access_token}" }
read    = { subject = ".id", name = ".name" }
example = '{"ok":true,"id":{subject},"name":"{name}"}'
[[refusals]]
code   = "bad_code"
kind   = "invalid_code"
status = 400
en     = "Log in again."
[[refusals]]
code   = "old_code"
kind   = "expired_code"
status = 400
en     = "Log in again."
[[refusals]]
code   = "who"
kind   = "invalid_client"
status = 401
en     = "Unknown client."
[[refusals]]
code   = "form"
kind   = "bad_request"
en     = "Malformed."
[[refusals]]
code   = "bad_token"
kind   = "invalid_token"
status = 401
en     = "Log in again."
`

const (
	shopSecret = "emulated-client-secret-not-real"
	shopBack   = "http://127.0.0.1:0/callback"
)

// reply is a response as it was received.
type reply struct {
	status int
	header http.Header
	body   string
	err    error // error of reading the body, or of the whole request
}

func (r reply) diagnosis() string {
	text, err := url.PathUnescape(r.header.Get(emulator.DiagnosisHeader))
	if err != nil {
		return "no percent-encoding: " + err.Error()
	}
	return text
}

// call sends a request. headers alternates names and values.
func (w *world) call(t testing.TB, method, path, body string, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.http.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	_, err = io.Copy(&b, resp.Body)
	return reply{resp.StatusCode, resp.Header, b.String(), err}
}

// shopping starts an emulator of the shop and logs in; code is the result.
func shopping(t testing.TB) (w *world, code string) {
	t.Helper()
	w = start(t, described(t, shop))
	return w, w.loginAtShop(t)
}

func (w *world) loginAtShop(t testing.TB) string {
	t.Helper()
	got := w.call(t, "GET", "/own/login?client=shop-client&back="+url.QueryEscape(shopBack)+"&state=State0123456789", "")
	back, err := url.Parse(got.header.Get("Location"))
	if err != nil || back.Query().Get("code") == "" {
		t.Fatalf("no code: %d %s %v", got.status, got.body, got.err)
	}
	return back.Query().Get("code")
}

// trade sends the exchange request. changes alternates members and values.
func (w *world) trade(t testing.TB, code string, changes ...string) reply {
	t.Helper()
	members := map[string]string{"client": "shop-client", "secret": shopSecret, "code": code, "back": shopBack}
	for i := 0; i+1 < len(changes); i += 2 {
		members[changes[i]] = changes[i+1]
	}
	body, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return w.call(t, "POST", "/own/trade", string(body), "Content-Type", "application/json")
}

func (r reply) token(t testing.TB) string {
	t.Helper()
	var in struct {
		OK    bool   `json:"ok"`
		Token string `json:"token"`
	}
	if err := json.Unmarshal([]byte(r.body), &in); err != nil || !in.OK || in.Token == "" || r.err != nil {
		t.Fatalf("no token: %d %s %v\n%s", r.status, r.body, r.err, r.diagnosis())
	}
	return in.Token
}

// signed requests the application's token, signed by sign.
func (w *world) signed(t testing.TB, sign func(params, at string) string, more ...string) reply {
	t.Helper()
	at := strconv.FormatInt(w.Now().UnixMilli(), 10)
	params := "client=shop-client&at=" + at
	if len(more) > 0 {
		params += "&" + more[0]
	}
	return w.call(t, "GET", "/own/app?"+params+"&sign="+url.QueryEscape(sign(params, at)), "")
}

func sha256hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// rightly returns the right signature.
func rightly(params, at string) string { return sha256hex("GETapp" + params + at + shopSecret) }

// admin calls the administration API and decodes the response.
func (w *world) admin(t testing.TB, method, path, body string, into any) int {
	t.Helper()
	got := w.call(t, method, path, body)
	if got.err != nil {
		t.Fatal(got.err)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(got.body), into); err != nil {
			t.Fatalf("%s %s: %v: %s", method, path, err, got.body)
		}
	}
	return got.status
}
