package client_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
)

// bare has the token alone as the answer.
var bare = []string{
	"[refresh]", "ok = 'type == \"string\" and test(\"^[!-~]+$\")'\n[refresh]",
	"read   = { access_token = \".access_token\", expires_in = \".expires_in\" }\nlifetime", "read = { access_token = \".\" }\nlifetime",
}

const html = "<html>\n<title>502 Bad Gateway</title>"

// TestAnswers is about every kind of answer that is no yes.
func TestAnswers(t *testing.T) {
	chinese := strings.NewReplacer(
		"the answer is no JSON but ", "应答不是 JSON，而是 ", "the answer is neither a yes nor a refusal: ", "应答既不是成功也不是拒绝：",
		"the answer has no access_token (.access_token): ", "应答里没有 access_token（.access_token）：", ", which is no answer", " 不是接口应答",
	)
	protocol := func(status int, problem string) error {
		return &client.ProtocolError{Profile: "acme", Step: "token", Status: status, Problem: lang.Text{EN: problem, ZH: chinese.Replace(problem)}}
	}
	foreign := func(status int, problem string) error {
		e := protocol(status, problem).(*client.ProtocolError)
		e.Foreign = true
		return e
	}
	page := func(status int, kind, page string) error {
		return &client.Refusal{Profile: "acme", Step: "token", Status: status, Kind: kind, Page: page, Foreign: strings.Contains(page, "<html>")}
	}
	refusal := func(status int, kind, code, message string) error {
		r := &client.Refusal{Profile: "acme", Step: "token", Status: status, Kind: kind, Code: code, Message: message}
		if code == "41" {
			r.Meaning = lang.Text{EN: "The code is too old.", ZH: "code 已过期。"}
		}
		return r
	}
	const object = "application/json"
	tests := map[string]struct {
		status            int
		contentType, body string
		bare              bool
		want              error
	}{
		"HTML":                        {200, "text/html", html, false, foreign(200, "the answer is no JSON but text/html: <html> <title>502 Bad Gateway</title>")},
		"HTML that says nothing":      {200, "", "\n<!DOCTYPE html>", false, foreign(200, "the answer is no JSON but <!DOCTYPE html>")},
		"HTML for a bare string":      {200, "text/html; charset=utf-8", html, true, foreign(200, "the answer is no JSON but text/html; charset=utf-8: <html> <title>502 Bad Gateway</title>")},
		"text in HTML for it":         {200, "text/html", "T-1", true, foreign(200, "the answer is no JSON but text/html: T-1")},
		"empty":                       {200, object, "", false, protocol(200, "the answer is no JSON but empty (HTTP 200)")},
		"empty for a bare string":     {200, "", " \n", true, protocol(200, "the answer is no JSON but empty (HTTP 200)")},
		"no content":                  {204, "", "", false, protocol(204, "the answer is no JSON but empty (HTTP 204)")},
		"truncated":                   {200, object, `{"code":0,"access_token":"Abc`, false, protocol(200, `the answer is neither a yes nor a refusal: application/json: {"code":0,"access_token":"…`)},
		"two values":                  {200, object, `{"code":0}{}`, false, protocol(200, `the answer is neither a yes nor a refusal: application/json: {"code":0}{}`)},
		"GBK":                         {200, object, "{\"message\":\"\xb2\xbb\xb4\xe6\xd4\xda\"}", false, protocol(200, "the answer is no JSON but 20 bytes that are not UTF-8")},
		"null":                        {200, object, "null", false, protocol(200, "the answer is neither a yes nor a refusal: application/json: null")},
		"a member is missing":         {200, object, `{"code":0,"accessToken":"A1","n":1}`, false, protocol(200, `the answer has no access_token (.access_token): application/json: {"code":0,"accessToken":"…","n":1}`)},
		"long":                        {200, object, `{"state":"` + strings.Repeat("不", 100) + `"}`, false, protocol(200, `the answer is neither a yes nor a refusal: application/json: {"state":"`+strings.Repeat("不", 70)+"…")},
		"terminal codes":              {200, "text/plain", "a\x1b[2Jb", false, protocol(200, `the answer is neither a yes nor a refusal: text/plain: a\x1b[2Jb`)},
		"304":                         {304, "", "", false, foreign(304, "HTTP 304, which is no answer")},
		"refused in 200":              {200, object, `{"code":41,"message":"too old"}`, false, refusal(200, "expired_code", "41", "too old")},
		"refused in HTML":             {200, "text/html", `{"code":41,"message":"too old"}`, false, refusal(200, "expired_code", "41", "too old")},
		"refused with a byte order":   {200, object, "\ufeff" + `{"code":41,"message":"too old"}`, false, refusal(200, "expired_code", "41", "too old")},
		"a code nobody knows":         {200, object, `{"code":99,"message":"no"}`, false, refusal(200, "", "99", "no")},
		"a message alone":             {200, object, `{"code":null,"message":"no"}`, false, refusal(200, "", "", "no")},
		"a code of 19 digits":         {200, object, `{"code":1234567890123456789}`, false, refusal(200, "", "1234567890123456789", "")},
		"400 with JSON":               {400, object, `{"code":41,"message":"too old"}`, false, refusal(400, "expired_code", "41", "too old")},
		"400 that says yes":           {400, object, `{"code":0,"access_token":"A1"}`, false, refusal(400, "bad_request", "0", "")},
		"401 with other JSON":         {401, object, `{"reason":"?"}`, false, refusal(401, "invalid_token", "", "")},
		"403 with HTML":               {403, "text/html", html, false, page(403, "no_permission", `text/html: <html> <title>502 Bad Gateway</title>`)},
		"404 with text":               {404, "text/plain", "404 page not found", false, page(404, "not_found", `text/plain: 404 page not found`)},
		"404 for a bare string":       {404, "text/plain", "nothing", true, page(404, "not_found", `text/plain: nothing`)},
		"429 with nothing":            {429, "", "", false, refusal(429, "rate_limited", "", "")},
		"500 in GBK":                  {500, "text/plain", "\xb2\xbb", false, page(500, "server_error", `2 bytes that are not UTF-8`)},
		"502 with HTML":               {502, "text/html", html, false, page(502, "server_error", `text/html: <html> <title>502 Bad Gateway</title>`)},
		"503 with JSON nobody knows":  {503, object, `{"code":99,"message":"busy"}`, false, refusal(503, "server_error", "99", "busy")},
		"400 with truncated JSON":     {400, object, `{"code":41,"mess`, false, page(400, "bad_request", `application/json: {"code":41,"mess`)},
		"a string for an object":      {200, object, `"A1"`, false, protocol(200, `the answer is neither a yes nor a refusal: application/json: "A1"`)},
		"an object for a bare string": {200, object, `{"x":1}`, true, protocol(200, `the answer is neither a yes nor a refusal: application/json: {"x":1}`)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, says(test.status, test.contentType, test.body))
			var changes []string
			if test.bare {
				changes = bare
			}
			got, err := newClient(t, server.URL, changes...).AppToken(t.Context())
			if diff := cmp.Diff(from(server.URL, test.want), err); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(client.Token{}, got); diff != "" {
				t.Errorf("something is half there (-want +got):\n%s", diff)
			}
		})
	}
}

// from is an error of an answer that came from this address.
func from(address string, err error) error {
	host := strings.TrimPrefix(address, "http://")
	switch e := err.(type) {
	case *client.Refusal:
		e.Scheme, e.Host = "http", host
	case *client.ProtocolError:
		e.Scheme, e.Host = "http", host
	}
	return err
}

// TestGuesses: what is not known for sure is told with each failure.
func TestGuesses(t *testing.T) {
	guess := []string{"lifetime = \"2h\"", "guess = \"the address\"", "kind = \"expired_code\"", "kind = \"expired_code\"\nguess = \"the code\""}
	var protocol *client.ProtocolError
	server := serve(t, says(200, "", html))
	if _, err := newClient(t, server.URL, guess...).AppToken(t.Context()); !errors.As(err, &protocol) || protocol.Guess.EN != "the address" {
		t.Errorf("a protocol error: %+v", err)
	}
	for body, want := range map[string]string{`{"code":41}`: "the code", `{"code":42}`: "the address"} {
		var refusal *client.Refusal
		server := serve(t, says(200, "", body))
		if _, err := newClient(t, server.URL, guess...).AppToken(t.Context()); !errors.As(err, &refusal) || refusal.Guess.EN != want {
			t.Errorf("%s: %+v", body, err)
		}
	}
}

// TestChallenges is about refusals that are in WWW-Authenticate alone.
func TestChallenges(t *testing.T) {
	tests := []struct {
		challenges    []string
		code, message string
	}{
		{[]string{`Bearer realm="r", error="invalid_token", error_description="it expired"`}, "invalid_token", "it expired"},
		{[]string{`Bearer error="invalid_token",error_description="it expired"`}, "invalid_token", "it expired"},
		{[]string{`Bearer realm="r"`}, "", ""},
		{[]string{`Bearer error_description="it expired"`}, "", ""},
		{[]string{`Basic realm="r"`, `Bearer error="insufficient_scope"`}, "insufficient_scope", ""},
		{[]string{`Bearer error=`}, "", ""},
		{[]string{`Bearer error="no end`}, "no end", ""},
		{nil, "", ""},
	}
	for _, test := range tests {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Date"] = nil
			w.Header()["Www-Authenticate"] = test.challenges
			w.WriteHeader(http.StatusUnauthorized)
		})
		_, err := newClient(t, server.URL).AppToken(t.Context())
		want := &client.Refusal{Profile: "acme", Step: "token", Kind: "invalid_token", Code: test.code, Message: test.message, Status: 401}
		if diff := cmp.Diff(from(server.URL, want), err); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.challenges, diff)
		}
	}
}

// TestReading is about values that arrive as they were sent.
func TestReading(t *testing.T) {
	const body = ` {"code":0,"id":9007199254740993,"name":"","list":[1234567890123456789, {"x":0.10}],"big":123456789012345678901234567890} `
	server := serve(t, says(200, "", body))
	c := newClient(t, server.URL, `name = ".name"`, `list = ".list", big = ".big", name = ".name", "tenant.id" = ".id"`)
	got, err := c.UserInfo(t.Context(), given("app_token", "A0"), false)
	if err != nil {
		t.Fatal(err)
	}
	want := client.User{Profile: "acme", Step: "userinfo", Subject: "9007199254740993", Tenant: client.Tenant{ID: "9007199254740993"}, Raw: []byte(body)}
	extra := got.Extra
	got.Extra = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("user (-want +got):\n%s", diff)
	}
	if text := jsonText(t, extra); text != `{"big":123456789012345678901234567890,"list":[1234567890123456789,{"x":0.10}]}` {
		t.Errorf("extra: %s", text)
	}
}

func TestGzip(t *testing.T) {
	const body = `{"code":0,"access_token":"A1"}`
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(body)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	answer := func(body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(body)
		}
	}
	got, err := newClient(t, serve(t, answer(packed.Bytes())).URL).AppToken(t.Context())
	if err != nil || string(got.Raw) != body {
		t.Errorf("%q, %v", got.Raw, err)
	}
	damaged := bytes.Clone(packed.Bytes())
	damaged[len(damaged)-6] ^= 0xff
	for name, body := range map[string][]byte{"no gzip": []byte(body), "damaged": damaged} {
		var protocol *client.ProtocolError
		if _, err := newClient(t, serve(t, answer(body)).URL).AppToken(t.Context()); !errors.As(err, &protocol) || !strings.Contains(protocol.Problem.EN, "unpacked: gzip: invalid") {
			t.Errorf("%s: %v", name, err)
		}
	}
	var network *client.NetworkError
	if _, err := newClient(t, serve(t, answer(packed.Bytes()[:20])).URL).AppToken(t.Context()); !errors.As(err, &network) {
		t.Errorf("cut: %v", err)
	}
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
