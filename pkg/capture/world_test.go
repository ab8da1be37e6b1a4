package capture_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/capture"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
	"ssoctl/profiles"
)

// description is a profile with everything that is hard to redact.
const description = `
[profiles.acme]
title = "Acme: for tests"

[profiles.acme.inputs]
base_url      = { default = "https://nobody.invalid" }
client_id     = { required = true }
client_secret = { required = true, secret = true }
redirect_uri  = { required = true }
token_endpoint_auth_method = { default = "client_secret_basic" }

[profiles.acme.reply]
ok      = ".errcode == 0"
code    = ".errcode"
message = ".errmsg"
trace   = ".trace"

[profiles.acme.authorize]
method = "GET"
url    = "{base_url}/authorize"
query  = { client_id = "{client_id}", redirect_uri = "{redirect_uri}", state = "{state}" }

[profiles.acme.exchange]
method  = "POST"
url     = "{base_url}/token"
headers = { Authorization = "{basic_auth?}" }
form    = { grant_type = "authorization_code", code = "{code}", client_secret = "{post_secret?}" }
read    = { access_token = ".access_token", refresh_token = ".refresh_token", expires_in = ".expires_in", subject = ".user.id" }
example = '{"errcode":0,"access_token":"{access_token}","refresh_token":"{refresh_token}","expires_in":7200,"user":{"id":{subject}}}'

[profiles.acme.token]
method = "POST"
url    = "{base_url}/app/{client_id}"
query  = { trace = "{uuid}" }
json   = { id = "{client_id}", secret = "{client_secret}" }
read   = { access_token = ".token" }
example = '{"errcode":0,"token":"{access_token}"}'

[profiles.acme.userinfo]
method  = "GET"
url     = "{base_url}/user/{subject}"
query   = { ts = "{timestamp}" }
headers = { X-Token = "{app_token}", X-Sign = "{sign}" }
read    = { subject = ".id", name = ".name", email = ".mail" }
example = '{"errcode":0,"id":{subject},"name":"{name}","mail":"{email}"}'

[profiles.acme.userinfo.sign]
text = "{method}{path}{timestamp}{client_secret}"
hash = "sha256"

[[profiles.acme.refusals]]
code = 7
kind = "expired_code"
en   = "Log in again."
`

// The secrets and private values. Some contain characters that encodings change.
const (
	clientSecret = `s3cr&t/"+é=="<x>`
	code         = "C0DE/with+plus=="
	access       = "AT-0123456789abcdefXYZ/+=="
	refreshToken = "RT-0123456789abcdefXYZ"
	appToken     = "APP-TOKEN-0123456789"
	session      = "sess-99887766554433221100"
	subject      = "9007199254740993"
	person       = "李夏"
	mail         = "lixia@corp.example"
	phone        = "13912345678"
	stray        = "stray-secret-0001-abc"
)

// world is a recorder in front of a vendor.
type world struct {
	t      testing.TB
	url    string // of the recorder, with Prefix
	dir    string
	vendor *httptest.Server

	mu     sync.Mutex
	log    []string
	sent   []*http.Request // what the vendor received
	bodies []string
	answer func(w http.ResponseWriter, r *http.Request, body string)
}

// Write implements [io.Writer]. The text is a line.
func (w *world) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}

func load(t testing.TB, set map[string]string) *profile.Profile {
	t.Helper()
	f, err := profile.ParseFile("test.toml", []byte(description))
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Load("acme", profile.Sources{Builtin: profiles.FS, User: f})
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range set {
		if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func start(t testing.TB, path string, set map[string]string) *world {
	t.Helper()
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "recorded")}
	w.vendor = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.mu.Lock()
		w.sent, w.bodies = append(w.sent, r), append(w.bodies, string(body))
		answer := w.answer
		w.mu.Unlock()
		answer(rw, r, string(body))
	}))
	t.Cleanup(w.vendor.Close)
	folder, err := fixture.OpenFolder(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	p := load(t, set)
	if err := p.Set("base_url", w.vendor.URL+path, profile.Origin{From: "flag"}); err != nil {
		t.Fatal(err)
	}
	r, err := capture.New(capture.Options{
		Profile: p, Prefix: "/acme", HTTP: &http.Client{Transport: &http.Transport{}}, Timeout: 5 * time.Second,
		Now: func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }, Folder: folder, Log: w,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	w.url = server.URL + "/acme"
	w.answer = acme
	return w
}

// acme responds as description says, and repeats secrets where it can.
func acme(w http.ResponseWriter, r *http.Request, body string) {
	write := func(v map[string]any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	switch path := r.URL.Path[strings.LastIndex(strings.TrimSuffix(r.URL.Path, "/"), "/")+1:]; {
	case path == "token":
		write(map[string]any{
			"errcode": 0, "access_token": access, "refresh_token": refreshToken, "expires_in": 7200, "user": map[string]any{"id": json.Number(subject)},
			"sessionKey": session, "mobile": phone, "kind": "erp", "level": 3, "client_key": "client-1", "echo": base64.StdEncoding.EncodeToString([]byte("code " + code)),
		})
	case strings.Contains(r.URL.Path, "/app/"):
		write(map[string]any{"errcode": 0, "token": appToken, "hex": hex.EncodeToString([]byte(clientSecret)), "trace": "E-O.fs1234567890"})
	case strings.Contains(r.URL.Path, "/user/"):
		write(map[string]any{"errcode": 0, "id": json.Number(subject), "name": person, "mail": mail, "phones": []string{phone}})
	case path == "refuse":
		write(map[string]any{"errcode": 99, "errmsg": "no " + stray + " for " + url.QueryEscape(clientSecret)})
	default:
		http.Error(w, "<html>csrf=0123456789abcdef0123456789</html>", http.StatusNotFound)
	}
}

func (w *world) answers(f func(w http.ResponseWriter, r *http.Request, body string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = f
}

func (w *world) do(method, path, body string, header ...string) *http.Response {
	w.t.Helper()
	req, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	resp.Body.Close()
	resp.Body = io.NopCloser(strings.NewReader(string(text)))
	return resp
}

const form = "application/x-www-form-urlencoded"

func basic() string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("client-1:"+url.QueryEscape(clientSecret)))
}

// talk is a complete, correct login.
func (w *world) talk() {
	w.do("GET", "/authorize?client_id=client-1&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&state=S123456789012345", "")
	w.do("POST", "/token", "grant_type=authorization_code&code="+url.QueryEscape(code), "Content-Type", form, "Authorization", basic())
	secretJSON, _ := json.Marshal(clientSecret)
	w.do("POST", "/app/client-1?trace=0e7bf0bd-5a5e-4ea9-9b39-0f5f4a0f6a11", `{ "secret": `+string(secretJSON)+`, "id": "client-1" }`, "Content-Type", "application/json", "User-Agent", "theirs/1")
	w.do("GET", "/user/"+subject+"?ts=1795338000", "", "X-Token", appToken, "X-Sign", sign("/user/"+subject, "1795338000"))
}

func sign(path, ts string) string { return sha256Hex("GET" + path + ts + clientSecret) }

func (w *world) files() []fixture.File {
	w.t.Helper()
	files, err := fixture.ReadFolder(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

// unchanged checks that the vendor received what the client sent.
func (w *world) unchanged(path string) {
	w.t.Helper()
	if len(w.sent) != 3 {
		w.t.Fatalf("the vendor got %d requests, want 3: authorize is redirected, not forwarded", len(w.sent))
	}
	if got := w.sent[0].Header.Get("Authorization"); got != basic() || w.bodies[0] != "grant_type=authorization_code&code="+url.QueryEscape(code) {
		w.t.Errorf("the vendor got %q %q", got, w.bodies[0])
	}
	if got := w.sent[1]; got.RequestURI != path+"/app/client-1?trace=0e7bf0bd-5a5e-4ea9-9b39-0f5f4a0f6a11" || got.Header.Get("User-Agent") != "theirs/1" || !strings.HasPrefix(w.bodies[1], `{ "secret": `) {
		w.t.Errorf("the vendor got %s %v %s", got.RequestURI, got.Header, w.bodies[1])
	}
}

// nothingSecret searches all files for every secret in all encodings.
func (w *world) nothingSecret() {
	w.t.Helper()
	scrubber := &scrub.Scrubber{}
	for _, s := range []string{clientSecret, code, access, refreshToken, appToken, session, subject, person, mail, phone, stray} {
		scrubber.Add(secret.New(s))
	}
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(w.dir, e.Name()))
		if err != nil {
			w.t.Fatal(err)
		}
		if found := scrubber.Scrub(string(data)); found != string(data) {
			w.t.Errorf("%s shows a secret:\n%s\n%s", e.Name(), data, cmp.Diff(string(data), found))
		}
		if info, _ := e.Info(); info.Mode().Perm() != 0o600 {
			w.t.Errorf("%s has mode %o", e.Name(), info.Mode().Perm())
		}
	}
	for _, line := range w.log {
		if scrubber.Scrub(line) != line {
			w.t.Errorf("the log shows a secret: %s", line)
		}
	}
}
