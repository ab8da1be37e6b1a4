package client_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// bare changes acme so that the whole response is the token.
var bare = []string{
	"[refresh]", "ok = 'type == \"string\" and test(\"^[!-~]+$\")'\n[refresh]",
	"read   = { access_token = \".access_token\", expires_in = \".expires_in\" }\nlifetime", "read = { access_token = \".\" }\nlifetime",
}

const html = "<html>\n<title>502 Bad Gateway</title>"

// TestResponses covers every kind of response except a success.
func TestResponses(t *testing.T) {
	chinese := strings.NewReplacer(
		"expected JSON, got HTTP 304 without a Location", "应为 JSON，得到 HTTP 304，且没有跳转地址",
		"expected JSON, got ", "应为 JSON，得到 ", "the response is neither a success nor a refusal: ", "响应既不是成功也不是拒绝：",
		"the response has no access_token (.access_token): ", "响应里没有 access_token（.access_token）：",
		"the response is not valid JSON (unexpected end of JSON input): ", "响应不是有效的 JSON（unexpected end of JSON input）：",
		"the response is not valid JSON (invalid character '{' after top-level value): ", "响应不是有效的 JSON（invalid character '{' after top-level value）：",
		"the response cannot be read as GBK", "无法按字符集 GBK 读取响应",
		"the response is not valid UTF-8 and names no other charset (13 bytes)", "响应不是有效的 UTF-8，也没有声明其他字符集（13 字节）",
		"the response is compressed with gzip, but has no Content-Encoding: gzip", "响应以 gzip 压缩，却没有 Content-Encoding: gzip 响应头",
		"an empty response (HTTP 200)", "空响应（HTTP 200）", "an empty response (HTTP 204)", "空响应（HTTP 204）",
		"a bare token, which is not shown", "单独一个令牌，不显示",
		"application/json: ", "application/json：", "text/html: ", "text/html：", "text/plain: ", "text/plain：", "charset=utf-8: ", "charset=utf-8：", "iso-8859-1: ", "iso-8859-1：",
		"application/jwt: ", "application/jwt：", "application/xml: ", "application/xml：", "x-javascript: ", "x-javascript：", "HTML: ", "HTML：",
	)
	protocol := func(status int, problem string) error {
		return &client.ProtocolError{Profile: "acme", Step: "token", Status: status, Problem: lang.Text{EN: problem, ZH: chinese.Replace(problem)}}
	}
	foreign := func(status int, problem string) error {
		e := protocol(status, problem).(*client.ProtocolError)
		e.Foreign = true
		return e
	}
	refusal := func(status int, kind profile.Kind, code, message string) error {
		r := &client.Refusal{Profile: "acme", Step: "token", Status: status, Kind: kind, Code: code, Message: message}
		if code == "41" {
			r.Meaning = lang.Text{EN: "The code is too old.", ZH: "code 已过期。"}
		}
		return r
	}
	unread := func(status int, problem string) error {
		e := protocol(status, problem).(*client.ProtocolError)
		e.Advice = lang.Text{
			EN: "ssoctl reads UTF-8, uncompressed or compressed with gzip. Configure the server, or the proxy in between, to send that. --trace shows the response headers.",
			ZH: "ssoctl 只能读取未压缩或 gzip 压缩的 UTF-8。请在服务器或中间的代理上调整。可用 --trace 查看响应头。",
		}
		return e
	}
	excerpt := func(status int, kind profile.Kind, code, media, text string) error {
		r := refusal(status, kind, code, "").(*client.Refusal)
		r.Excerpt = client.Excerpt{Media: media, Text: text, Page: media == "text/html"}
		return r
	}
	unreadable := func(status int, kind profile.Kind, media, en, zh string) error {
		r := refusal(status, kind, "", "").(*client.Refusal)
		r.Excerpt = client.Excerpt{Media: media, Problem: lang.Text{EN: en, ZH: zh}}
		return r
	}
	const object = "application/json"
	tests := map[string]struct {
		status            int
		contentType, body string
		bare              bool
		want              error
	}{
		"HTML":                                  {200, "text/html", html, false, foreign(200, "expected JSON, got text/html: 502 Bad Gateway")},
		"HTML with a text":                      {200, "text/html", "<html><head><title>Sorry</title><style>p{}</style></head>\n<!-- x --><p>Sorry&#33; Who\nare <b>you</b>?<script>1<2</script>", false, foreign(200, "expected JSON, got text/html: Sorry: ! Who are you ?")},
		"HTML without a title":                  {200, "text/html", "<p>Who?</p>", false, foreign(200, "expected JSON, got text/html: Who?")},
		"HTML without text":                     {200, "", "\n<!DOCTYPE html>", false, foreign(200, "expected JSON, got HTML: <!DOCTYPE html>")},
		"HTML for a bare string":                {200, "text/html; charset=utf-8", html, true, foreign(200, "expected JSON, got text/html; charset=utf-8: 502 Bad Gateway")},
		"text as HTML, bare string":             {200, "text/html", "T-1 x", true, protocol(200, "expected JSON, got text/html: T-1 x")},
		"XML":                                   {200, "application/xml", `<?xml version="1.0"?><r code="INVALID_TICKET"/>`, false, protocol(200, `the response is neither a success nor a refusal: application/xml: <?xml version="1.0"?><r code="INVALID_TICKET"/>`)},
		"a form":                                {200, "application/x-javascript", "token=abc&expires=7", false, protocol(200, "expected JSON, got application/x-javascript: token=…&expires=7")},
		"a signed token without what is needed": {200, "application/jwt", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1LTEwMDEifQ.c2lnbmF0dXJl", false, protocol(200, "the response is neither a success nor a refusal: application/jwt: a bare token, which is not shown")},
		"empty":                                 {200, object, "", false, protocol(200, "expected JSON, got an empty response (HTTP 200)")},
		"empty for a bare string":               {200, "", " \n", true, protocol(200, "expected JSON, got an empty response (HTTP 200)")},
		"no content":                            {204, "", "", false, protocol(204, "expected JSON, got an empty response (HTTP 204)")},
		"truncated":                             {200, object, `{"code":0,"access_token":"Abc`, false, protocol(200, `the response is not valid JSON (unexpected end of JSON input): application/json: {"code":0,"access_token":"…`)},
		"two values":                            {200, object, `{"code":0}{}`, false, protocol(200, `the response is not valid JSON (invalid character '{' after top-level value): application/json: {"code":0}{}`)},
		"GBK":                                   {200, object + ";charset=GBK", "{\"message\":\"\xb2\xbb\xb4\xe6\xd4\xda\"}", false, refusal(200, "", "", "不存在")},
		"invalid GBK":                           {200, object + ";charset=GBK", "{\"message\":\"\xff\"}", false, unread(200, "the response cannot be read as GBK")},
		"undeclared GBK":                        {200, object, "{\"message\":\"\xb2\xbb\xb4\xe6\xd4\xda\"}", false, refusal(200, "", "", "不存在")},
		"no charset at all":                     {200, object, "{\"message\":\"\xff", false, unread(200, "the response is not valid UTF-8 and names no other charset (13 bytes)")},
		"JSONP":                                 {200, "text/html", "callback( {\"code\":41,\"message\":\"too old\"} );\n", false, refusal(200, "expired_code", "41", "too old")},
		"Latin-1":                               {200, "text/plain; charset=iso-8859-1", "caf\xe9", false, protocol(200, "the response is neither a success nor a refusal: text/plain; charset=iso-8859-1: café")},
		"UTF-16":                                {200, object, "\xff\xfe{\x00}\x00", false, protocol(200, "the response is neither a success nor a refusal: application/json: {}")},
		"undeclared gzip":                       {200, object, "\x1f\x8b\x08\x00", false, unread(200, "the response is compressed with gzip, but has no Content-Encoding: gzip")},
		"null":                                  {200, object, "null", false, protocol(200, "the response is neither a success nor a refusal: application/json: null")},
		"a member is missing":                   {200, object, `{"code":0, "accessToken":"A1", "n":1}`, false, protocol(200, `the response has no access_token (.access_token): application/json: {"code":0,"accessToken":"…","n":1}`)},
		"long":                                  {200, object, `{"state":"` + strings.Repeat("不", 300) + `"}`, false, protocol(200, `the response is neither a success nor a refusal: application/json: {"state":"`+strings.Repeat("不", 290)+"…")},
		"terminal codes":                        {200, "text/plain", "a\x1b[2Jb", false, protocol(200, `the response is neither a success nor a refusal: text/plain: a\x1b[2Jb`)},
		"304":                                   {304, "", "", false, foreign(304, "expected JSON, got HTTP 304 without a Location")},
		"refused in 200":                        {200, object, `{"code":41,"message":"too old"}`, false, refusal(200, "expired_code", "41", "too old")},
		"refused in HTML":                       {200, "text/html", `{"code":41,"message":"too old"}`, false, refusal(200, "expired_code", "41", "too old")},
		"refused with a byte order mark":        {200, object, "\ufeff" + `{"code":41,"message":"too old"}`, false, refusal(200, "expired_code", "41", "too old")},
		"an unlisted code":                      {200, object, `{"code":99,"message":"no"}`, false, refusal(200, "", "99", "no")},
		"an unlisted code without a message":    {200, object, `{"code":99,"detail":"no"}`, false, excerpt(200, "", "99", object, `{"code":99,"detail":"no"}`)},
		"an unlisted code and nothing else":     {200, object, `{"code":99,"detail":""}`, false, refusal(200, "", "99", "")},
		"a message alone":                       {200, object, `{"code":null,"message":"no"}`, false, refusal(200, "", "", "no")},
		"a code of 19 digits":                   {200, object, `{"code":1234567890123456789}`, false, refusal(200, "", "1234567890123456789", "")},
		"an object as code":                     {200, object, `{"code":{"n":190, "why":"bad token"}}`, false, excerpt(200, "", "", object, `{"code":{"n":190,"why":"bad token"}}`)},
		"400 with an object":                    {400, object, `{"code":{"n":41},"message":["a"]}`, false, excerpt(400, "bad_request", "", object, `{"code":{"n":41},"message":["a"]}`)},
		"400 with JSON":                         {400, object, `{"code":41,"message":"too old"}`, false, refusal(400, "expired_code", "41", "too old")},
		"400 with a success in the body":        {400, object, `{"code":0,"access_token":"A1"}`, false, excerpt(400, "bad_request", "0", object, `{"code":0,"access_token":"…"}`)},
		"401 with other JSON":                   {401, object, `{"reason":"?"}`, false, excerpt(401, "invalid_token", "", object, `{"reason":"?"}`)},
		"403 with HTML":                         {403, "text/html", html, false, excerpt(403, "no_permission", "", "text/html", `502 Bad Gateway`)},
		"404 with text":                         {404, "text/plain", "404 page\nnot found", false, excerpt(404, "not_found", "", "text/plain", `404 page not found`)},
		"404 for a bare string":                 {404, "text/plain", "nothing", true, excerpt(404, "not_found", "", "text/plain", `nothing`)},
		"429 with nothing":                      {429, "", "", false, refusal(429, "rate_limited", "", "")},
		"500 in GBK":                            {500, "text/plain", "\xb2\xbb", false, excerpt(500, "server_error", "", "text/plain", "不")},
		"500 in no charset":                     {500, "text/plain", "\xb2\xff", false, unreadable(500, "server_error", "text/plain", "the response is not valid UTF-8 and names no other charset (2 bytes)", "响应不是有效的 UTF-8，也没有声明其他字符集（2 字节）")},
		"502 with HTML":                         {502, "text/html", html, false, excerpt(502, "server_error", "", "text/html", `502 Bad Gateway`)},
		"503 with an unlisted code":             {503, object, `{"code":99,"message":"busy"}`, false, refusal(503, "server_error", "99", "busy")},
		"400 with truncated JSON":               {400, object, `{"code":41,"mess`, false, excerpt(400, "bad_request", "", object, `{"code":41,"mess`)},
		"tokens in a list":                      {400, object, `{"access_tokens":["t1","t2"],"pwd":"a b","x":1}`, false, excerpt(400, "bad_request", "", object, `{"access_tokens":…,"pwd":"…","x":1}`)},
		"tokens in an object":                   {400, object, `{"token":{"a":{"v":"}\""},"w":"s"},"n":1}`, false, excerpt(400, "bad_request", "", object, `{"token":…,"n":1}`)},
		"a list that is cut":                    {400, object, `{"token":["t1","t`, false, excerpt(400, "bad_request", "", object, `{"token":…`)},
		"a password in inner JSON":              {400, object, `{"errors":["{\"password\":\"a b\",\"n\":1}"]}`, false, excerpt(400, "bad_request", "", object, `{"errors":["{\"password\":\"…\",\"n\":1}"]}`)},
		"HTTP credentials":                      {400, "text/plain", "Bearer t0k3n is not a Bearer token", false, excerpt(400, "bad_request", "", "text/plain", `Bearer … is not a Bearer token`)},
		"null and true are not tokens":          {200, object, `{"access_token":null,"token":true}`, false, protocol(200, `the response is neither a success nor a refusal: application/json: {"access_token":null,"token":true}`)},
		"a token under any name":                {200, object, `{"at":"Sh0rtTk9"}`, false, protocol(200, `the response is neither a success nor a refusal: application/json: {"at":"…"}`)},
		"a code under any name":                 {400, object, `{"why":"ABCDEF70008"}`, false, excerpt(400, "bad_request", "", object, `{"why":"ABCDEF70008"}`)},
		"a signed token in a message":           {400, object, `{"code":99,"message":"bad eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln"}`, false, refusal(400, "bad_request", "99", "bad [redacted]")},
		"a string for an object":                {200, object, `"A1"`, false, protocol(200, `the response is neither a success nor a refusal: application/json: "A1"`)},
		"an object for a bare string":           {200, object, `{"x":1}`, true, protocol(200, `the response is neither a success nor a refusal: application/json: {"x":1}`)},
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
				t.Errorf("got a token besides the error (-want +got):\n%s", diff)
			}
		})
	}
}

// from sets the URL of an expected error.
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

// TestCompression checks that the error names an unsupported compression, whatever the
// status is.
func TestCompression(t *testing.T) {
	for encoding, want := range map[string]string{"br": "br", "deflate": "deflate", "zstd, gzip": "zstd, gzip", "identity": "", "": ""} {
		for _, status := range []int{200, 502} {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", encoding)
				w.WriteHeader(status)
				_, _ = w.Write([]byte("\x8b\x1b\x80"))
			})
			_, err := newClient(t, server.URL).AppToken(t.Context())
			text := "the response is compressed with " + want + ", which ssoctl does not ask for"
			if want == "" {
				text = "the response is not valid UTF-8 and names no other charset (3 bytes)"
			}
			text = map[int]string{200: "acme: token: ", 502: "acme: token: refused with HTTP 502; "}[status] + text
			if err == nil || err.Error() != text {
				t.Errorf("%q: %v, want %s", encoding, err, text)
			}
		}
	}
}

// TestDeflate reads a body that the server compressed although nobody asked for it, and stops
// at the size limit.
func TestDeflate(t *testing.T) {
	for size, want := range map[int]string{0: "", client.MaxResponse: "acme: token: the response is larger than 4 MiB"} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "deflate")
			packed := zlib.NewWriter(w)
			_, _ = packed.Write([]byte(`{"code":0,"access_token":"AT-0001"}` + strings.Repeat(" ", size)))
			packed.Close()
		})
		token, err := newClient(t, server.URL).AppToken(t.Context())
		switch {
		case want == "" && (err != nil || token.AccessToken.Reveal() != "AT-0001"):
			t.Errorf("%d: %v, %v", size, token.AccessToken.Reveal(), err)
		case want != "" && (err == nil || err.Error() != want):
			t.Errorf("%d: %v, want %s", size, err, want)
		}
	}
}

// TestRetryAfter checks that a date in Retry-After is relative to the response's own Date.
func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"120": 2 * time.Minute, " 5 ": 5 * time.Second, "0": 0, "-1": 0, "soon": 0, "": 0, "99999999999": 0,
		"Sun, 22 Nov 2020 04:50:59 GMT": 90 * time.Second, "Sun, 22 Nov 2020 04:49:00 GMT": 0, "Tue, 22 Nov 2022 04:49:29 GMT": 0,
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", "Sun, 22 Nov 2020 04:49:29 GMT")
			w.Header().Set("Retry-After", value)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		var refusal *client.Refusal
		if _, err := newClient(t, server.URL).AppToken(t.Context()); !errors.As(err, &refusal) || refusal.RetryAfter != want {
			t.Errorf("%q: %+v, want %s", value, err, want)
		}
	}
}

// TestFailingExpressions checks that the error names the expressions that failed on the
// response, and hides what looks like a token.
func TestFailingExpressions(t *testing.T) {
	ok := []string{"ok      = 'type == \"object\" and .code == 0'", "ok      = 'test(\"x\"; \"s\")'"}
	code := []string{`code    = ".code?"`, `code    = ".code.x"`}
	read := []string{`{ access_token = ".access_token", expires_in = ".expires_in" }
lifetime`, `{ access_token = ".access_token.x" }
lifetime`}
	for _, test := range []struct {
		status  int
		changes []string
		body    string
		want    string
	}{
		{200, ok, `{"access_token":"A1"}`, `the response is neither a success nor a refusal (profiles/acme.toml:11: reply.ok: jq: test("x"; "s") cannot be applied to: object ({"…":"…"})): application/json: {"access_token":"…"}`},
		{200, ok, `{"code":0,"message":"ok"}`, `refused with 0: ok (profiles/acme.toml:11: reply.ok: jq: test("x"; "s") cannot be applied to: object ({"…":0,"…":"…"}))`},
		{400, ok, `{"code":7,"message":"no"}`, `refused with 7: no`}, // whatever the ok expression says
		{400, code, `{"code":7,"message":"no"}`, `refused with HTTP 400: no (profiles/acme.toml:12: reply.code: jq: expected an object but got: number (7))`},
		{200, read, `{"code":0,"access_token":"A1"}`, `the response has no access_token (profiles/acme.toml:32: token.read.access_token: jq: expected an object but got: string ("…")): application/json: {"code":0,"access_token":"…"}`},
	} {
		server := serve(t, says(test.status, "application/json", test.body))
		if _, err := newClient(t, server.URL, test.changes...).AppToken(t.Context()); err == nil || err.Error() != "acme: token: "+test.want {
			t.Errorf("%s: %v, want\n%s", test.body, err, test.want)
		}
	}
}

// TestBasicEncoded checks that a refusal says when form-encoding (RFC 6749 §2.3.1) changed
// the client_id or client_secret, which may be the cause.
func TestBasicEncoded(t *testing.T) {
	server := serve(t, says(401, "application/json", `{"code":1}`))
	for secretText, want := range map[string]bool{"p@ss": true, "a+b": true, "a b": true, "50%": true, "s3cr3t_-.~": false} {
		p := newClient(t, server.URL).Profile()
		set(t, p, "client_secret", secretText)
		var refusal *client.Refusal
		if _, err := client.New(p, deps(t)).Exchange(t.Context(), given("code", "C")); !errors.As(err, &refusal) || refusal.BasicEncoded != want {
			t.Errorf("%s: %+v", secretText, err)
		}
		if _, err := client.New(p, deps(t)).AppToken(t.Context()); !errors.As(err, &refusal) || refusal.BasicEncoded {
			t.Errorf("%s, without Basic: %+v", secretText, err)
		}
	}
}

// TestGuesses checks that every error says what is unverified.
func TestGuesses(t *testing.T) {
	guess := []string{"lifetime = \"2h\"", "guess = \"the address\"", "kind = \"expired_code\"", "kind = \"expired_code\"\nguess = \"the code\""}
	var protocol *client.ProtocolError
	server := serve(t, says(200, "", html))
	if _, err := newClient(t, server.URL, guess...).AppToken(t.Context()); !errors.As(err, &protocol) || protocol.Guess.EN != "the address" {
		t.Errorf("want a ProtocolError with the step's guess, got %+v", err)
	}
	for body, want := range map[string]string{`{"code":41}`: "the code", `{"code":42}`: "the address"} {
		var refusal *client.Refusal
		server := serve(t, says(200, "", body))
		if _, err := newClient(t, server.URL, guess...).AppToken(t.Context()); !errors.As(err, &refusal) || refusal.Guess.EN != want {
			t.Errorf("%s: %+v", body, err)
		}
	}
}

// TestChallenges covers refusals that are only in WWW-Authenticate.
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

// TestReading checks that values are read exactly as they were sent.
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
		if _, err := newClient(t, serve(t, answer(body)).URL).AppToken(t.Context()); !errors.As(err, &protocol) || !strings.Contains(protocol.Problem.EN, "decompressed: gzip: invalid") {
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
