package recipe_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

var (
	noQuery map[string]recipe.Template
	none    recipe.Values
)

// fresh returns a clock that stands at a time from a vendor's page, and fixed random bytes.
func fresh() recipe.Fresh {
	return recipe.Fresh{
		Now:  func() time.Time { return time.UnixMilli(1595229375367) },
		Rand: bytes.NewReader(bytes.Repeat([]byte{0xab}, 64)),
	}
}

func build(t *testing.T, r recipe.Recipe, v recipe.Values) *recipe.Request {
	t.Helper()
	req, err := r.Build(t.Context(), v, fresh())
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func get(url recipe.Template, query map[string]recipe.Template) recipe.Recipe {
	return recipe.Recipe{Method: "GET", URL: url, Query: query}
}

func TestAddress(t *testing.T) {
	const nasty = "a/b?c#d e%2F&=+值"
	type templates = map[string]recipe.Template
	tests := []struct {
		name   string
		recipe recipe.Recipe
		values recipe.Values
		want   string
	}{
		{"unchanged", get("{u}", noQuery), recipe.Values{"u": "https://h.example/a%2Fb"}, "https://h.example/a%2Fb"},
		{"a trailing slash stays", get("{u}", noQuery), recipe.Values{"u": "https://h.example/token/"}, "https://h.example/token/"},
		{"a trailing slash stays before a query", get("{u}", templates{"a": "1"}), recipe.Values{"u": "https://h.example/token/"}, "https://h.example/token/?a=1"},
		{"no double slash", get("{u}/x", noQuery), recipe.Values{"u": "https://h.example/"}, "https://h.example/x"},
		{"base with a path", get("{u}/x", noQuery), recipe.Values{"u": "http://127.0.0.1:80/emulated/p/"}, "http://127.0.0.1:80/emulated/p/x"},
		{"scheme in capitals", get("{u}/x", noQuery), recipe.Values{"u": "HTTPS://h.example"}, "https://h.example/x"},
		{"IPv6", get("{u}/x", noQuery), recipe.Values{"u": "http://[::1]:8080"}, "http://[::1]:8080/x"},
		{"a segment is escaped", get("https://h.example/{s}/x", noQuery), recipe.Values{"s": nasty}, "https://h.example/a%2Fb%3Fc%23d%20e%252F&=+%E5%80%BC/x"},
		{"a value in the URL's query is escaped", get("https://h.example/?s={s}", noQuery), recipe.Values{"s": nasty}, "https://h.example/?s=a%2Fb%3Fc%23d+e%252F%26%3D%2B%E5%80%BC"},
		{"a query member is escaped", get("https://h.example/", templates{"s": "{s}", "a&b": "="}), recipe.Values{"s": nasty}, "https://h.example/?a%26b=%3D&s=a%2Fb%3Fc%23d+e%252F%26%3D%2B%E5%80%BC"},
		{"own query first and untouched", get("{u}", templates{"a": "1"}), recipe.Values{"u": "https://h.example/a?z=%7e&y"}, "https://h.example/a?z=%7e&y&a=1"},
		{"own query alone", get("{u}", noQuery), recipe.Values{"u": "https://h.example/a?z=1"}, "https://h.example/a?z=1"},
		{"a member replaces the same one in the own query", get("{u}", templates{"a": "1", "s": "{s?}"}), recipe.Values{"u": "https://h.example/a?%61=9&s=own&z=1"}, "https://h.example/a?s=own&z=1&a=1"},
		{"own query is escaped for a request line", get("{u}", noQuery), recipe.Values{"u": "https://h.example/a?z=1 2值"}, "https://h.example/a?z=1%202%E5%80%BC"},
		{"the fragment stays after the query", get("https://h.example/a#there", templates{"a": "1"}), none, "https://h.example/a?a=1#there"},
		{"optional without value", get("https://h.example/a", templates{"a": "{a?}", "b": "x{a?}", "c": "{c?}"}), recipe.Values{"c": "C"}, "https://h.example/a?c=C"},
		{"empty literal", get("https://h.example/a", templates{"a": ""}), none, "https://h.example/a?a="},
		{"an empty value counts as missing", get("https://h.example/a", templates{"a": "{a?}"}), recipe.Values{"a": ""}, "https://h.example/a"},
		{"braces in values are plain", get("{u}/{s}", templates{"q": "{s}"}), recipe.Values{"u": "https://h.example/%7Bq%7D", "s": "{u}"}, "https://h.example/%7Bq%7D/%7Bu%7D?q=%7Bu%7D"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := build(t, tt.recipe, tt.values)
			if got := req.URL.String(); got != tt.want {
				t.Errorf("\ngot  %s\nwant %s", got, tt.want)
			}
			if req.Body != nil || req.Request.Body != nil || req.ContentLength != 0 || req.Header.Get("Content-Type") != "" {
				t.Error("the request has a body or a Content-Type")
			}
		})
	}
}

// TestCheck: a header with a control character is found if its value is known.
func TestCheck(t *testing.T) {
	with := func(header recipe.Template) recipe.Recipe {
		return recipe.Recipe{URL: "https://h.example/{id}", Headers: map[string]recipe.Template{"X": header}}
	}
	known := recipe.Values{"bad": "a\nb", "good": "a"}
	for header, want := range map[recipe.Template]string{
		"{bad}":          "X",
		"{uuid} {bad}":   "X",
		"{later} {bad}":  "",
		"{good} {later}": "",
	} {
		var got recipe.HeaderError
		if fault := (*recipe.HeaderError)(nil); errors.As(with(header).Check(known), &fault) {
			got = *fault
		}
		if got.Name != want {
			t.Errorf("%s: the error is about header %q, want %q", header, got.Name, want)
		}
	}
}

// TestCheckAddress: an address is checked as far as its known values allow.
func TestCheckAddress(t *testing.T) {
	known := recipe.Values{"base": "ftp://h.example", "host": "h.example", "up": ".."}
	for template, want := range map[recipe.Template]string{
		"{base}/user/{id}":          "ftp://h.example/user/1",
		"https://{host}/user/{id}":  "",
		"https://{host}/{up}/{id}":  "https://h.example/../1",
		"https://{host}:x/{uuid}":   "https://h.example:x/1",
		"{later}/user/{id}":         "",
		"{later?}/user/{timestamp}": "",
	} {
		var got recipe.AddressError
		if fault := (*recipe.AddressError)(nil); errors.As(template.CheckAddress(known), &fault) {
			got = *fault
		}
		if got.URL != want {
			t.Errorf("%s: the error is about %q, want %q", template, got.URL, want)
		}
	}
}

func TestAddressErrors(t *testing.T) {
	scheme := lang.Text{EN: "needs http:// or https:// and a host", ZH: "须以 http:// 或 https:// 开头，并有主机名"}
	user := lang.Text{EN: "must not contain a user or password", ZH: "不能含用户名或密码"}
	unreadable := lang.Text{EN: "cannot be read as an address", ZH: "不是有效的地址"}
	dots := lang.Text{EN: "must not contain . or .. as a part of its path", ZH: "路径里不能有 . 或 .. 段"}
	for address, want := range map[string]recipe.AddressError{
		"h.example/x":                       {URL: "h.example/x", Problem: scheme},
		"/x":                                {URL: "/x", Problem: scheme},
		"javascript:alert(1)":               {URL: "javascript:alert(1)", Problem: scheme},
		"https:h.example":                   {URL: "https:h.example", Problem: scheme},
		"https://":                          {URL: "https://", Problem: scheme},
		"https://:443/x":                    {URL: "https://:443/x", Problem: scheme},
		"file:///etc/passwd":                {URL: "file:///etc/passwd", Problem: scheme},
		"https://user:pass@h.example/x":     {URL: "https://…@h.example/x", Problem: user},
		"https://token@h.example":           {URL: "https://…@h.example", Problem: user},
		"https://u:pa/ss@h.example":         {URL: "https://…@h.example", Problem: unreadable},
		"https://h.example/%zz?code=S3CR3T": {URL: "https://h.example/%zz", Problem: unreadable},
		"https://h.example:x/":              {URL: "https://h.example:x/", Problem: unreadable},
		"https://h.example/a b\n":           {URL: "https://h.example/a b\n", Problem: unreadable},
		" https://h.example":                {URL: " https://h.example", Problem: unreadable},
		"https://h.example/a/../b":          {URL: "https://h.example/a/../b", Problem: dots},
		"https://h.example/a/%2e%2e/b":      {URL: "https://h.example/a/%2e%2e/b", Problem: dots},
	} {
		_, err := get("{u}", noQuery).Build(t.Context(), recipe.Values{"u": address}, fresh())
		var got *recipe.AddressError
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", address, err)
		} else if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("%s: %s", address, diff)
		}
	}
	for _, base := range []string{"https://h.example/?x=1", "https://h.example#f"} {
		_, err := get("{u}/x", noQuery).Build(t.Context(), recipe.Values{"u": base}, fresh())
		if err == nil || !strings.Contains(err.Error(), "must not contain ? or #") {
			t.Errorf("%s: %v", base, err)
		}
	}
	_, err := get("https://h.example/{s}/x", noQuery).Build(t.Context(), recipe.Values{"s": ".."}, fresh())
	if err == nil {
		t.Error("a value may change the path around it")
	}
	_, err = get("https://{s}.h.example/x", noQuery).Build(t.Context(), recipe.Values{"s": "evil.example/"}, fresh())
	if err == nil {
		t.Error("a value may change the host")
	}
}

func TestMissing(t *testing.T) {
	r := recipe.Recipe{
		Method: "POST", URL: "{base}/{seg}",
		Query:   map[string]recipe.Template{"q": "{q}", "o": "{o?}", "again": "{q}"},
		Headers: map[string]recipe.Template{"H": "Bearer {h}"},
		JSON:    map[string]any{"a": map[string]any{"b": []any{"{j}"}}},
		Sign:    &recipe.Make{Text: "{method}{t}{opt?}", Key: "{key}", Hash: "hmac-sha256"},
	}
	_, err := r.Build(t.Context(), recipe.Values{"q": "", "key": secret.String{}}, fresh())
	var got *recipe.MissingError
	if !errors.As(err, &got) {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"base", "h", "j", "key", "q", "seg", "t"}, got.Names); diff != "" {
		t.Error(diff)
	}
	if got.Error() != "no value for base, h, j, key, q, seg, t" {
		t.Error(got)
	}
	// {sign} without a [sign] table never gets a value.
	_, err = get("https://h.example", map[string]recipe.Template{"s": "{sign}"}).Build(t.Context(), none, fresh())
	if !errors.As(err, &got) || got.Names[0] != "sign" {
		t.Error(err)
	}
}

func TestBody(t *testing.T) {
	form := recipe.Recipe{Method: "POST", URL: "https://h.example", Form: map[string]recipe.Template{"b": "{s}", "a": "1", "o": "{o?}"}}
	req := build(t, form, recipe.Values{"s": "a&=+% 值\n\""})
	checkBody(t, req, "application/x-www-form-urlencoded", "a=1&b=a%26%3D%2B%25+%E5%80%BC%0A%22")

	js := recipe.Recipe{Method: "POST", URL: "https://h.example", JSON: map[string]any{
		"s": "{s}", "in": "a{n}b", "n": "{n}", "b": "{b}", "o": "{o?}", "lit": int64(7), "yes": true, "f": 1e8,
		"deep": map[string]any{"o": "{o?}", "x": "{s}"}, "list": []any{"{n}", "{o?}", "z", []any{}},
	}}
	req = build(t, js, recipe.Values{"s": "\"<&>\n值{n}", "n": json.Number("1234567890123456789"), "b": false})
	checkBody(t, req, "application/json",
		`{"b":false,"deep":{"x":"\"<&>\n值{n}"},"f":100000000,"in":"a1234567890123456789b","list":[1234567890123456789,"z",[]],"lit":7,"n":1234567890123456789,"s":"\"<&>\n值{n}","yes":true}`)

	req = build(t, recipe.Recipe{Method: "POST", URL: "https://h.example", JSON: map[string]any{}}, none)
	checkBody(t, req, "application/json", "{}")
	req = build(t, recipe.Recipe{Method: "POST", URL: "https://h.example", Form: map[string]recipe.Template{"o": "{o?}"}}, none)
	checkBody(t, req, "application/x-www-form-urlencoded", "")

	own := recipe.Recipe{Method: "POST", URL: "https://h.example", JSON: map[string]any{}, Headers: map[string]recipe.Template{"content-type": "application/vnd.x+json"}}
	checkBody(t, build(t, own, none), "application/vnd.x+json", "{}")
}

func checkBody(t *testing.T, req *recipe.Request, contentType, body string) {
	t.Helper()
	if got := req.Header.Get("Content-Type"); got != contentType {
		t.Errorf("Content-Type %q, want %q", got, contentType)
	}
	sent, err := io.ReadAll(req.Request.Body)
	if err != nil || string(sent) != string(req.Body) || req.ContentLength != int64(len(sent)) {
		t.Errorf("sent %q (Content-Length %d), but Body is %q: %v", sent, req.ContentLength, req.Body, err)
	}
	if diff := cmp.Diff(body, string(sent)); diff != "" {
		t.Error(diff)
	}
}

func TestFaultyDescriptions(t *testing.T) {
	const u = "https://h.example"
	zero := 0.0
	for want, r := range map[string]recipe.Recipe{
		`net/http: invalid method "G T"`: {Method: "G T", URL: u},
		"json: unsupported value: NaN":   {Method: "POST", URL: u, JSON: map[string]any{"x": zero / zero}},
		`{sign}: hash "sha3" is not one of sha256, sha1, md5, sha512, hmac-sha256, hmac-sha1, hmac-md5, hmac-sha512, rsa-sha256, rsa-sha1, ecdsa-sha256, ed25519`: {Method: "GET", URL: u, Sign: &recipe.Make{Hash: "sha3"}},
		`{sign}: encoding "b64" is not one of hex, HEX, base64, base64url`:                                                                                        {Method: "GET", URL: u, Sign: &recipe.Make{Hash: "md5", Encoding: "b64"}},
	} {
		if _, err := r.Build(t.Context(), none, fresh()); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	r := get("https://h.example", noQuery)
	r.Headers = map[string]recipe.Template{"x-UPPER-lower": "a {v}", "Accept": "text/*", "O": "{o?}"}
	req := build(t, r, recipe.Values{"v": "值\t~"})
	want := http.Header{"X-Upper-Lower": {"a 值\t~"}, "Accept": {"text/*"}}
	if diff := cmp.Diff(want, req.Header); diff != "" {
		t.Error(diff)
	}
	for _, value := range []string{"S3CR3T\nx: y", "S3CR3T\r", "\x00S3CR3T", "S3CR3T\x7f"} {
		_, err := r.Build(t.Context(), recipe.Values{"v": value}, fresh())
		var got *recipe.HeaderError
		if !errors.As(err, &got) || got.Name != "x-UPPER-lower" {
			t.Errorf("%q: %v", value, err)
		} else if strings.Contains(err.Error(), "S3CR3T") {
			t.Errorf("the error contains the value: %v", err)
		}
	}
	for _, name := range []string{
		"", "a b", "a:", "é", "a\n", // not valid names
		"Host", "content-length", "Transfer-Encoding", "Trailer", "Connection", "Upgrade", // net/http drops them
		"accept-encoding", // net/http would not decompress the response
	} {
		r.Headers = map[string]recipe.Template{name: "x"}
		var got *recipe.HeaderError
		if _, err := r.Build(t.Context(), none, fresh()); !errors.As(err, &got) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestMadeForEachRequest(t *testing.T) {
	r := get("https://h.example/{uuid}", map[string]recipe.Template{"u": "{uuid}", "s": "{timestamp}", "ms": "{timestamp_ms}"})
	f := fresh()
	first, err := r.Build(t.Context(), recipe.Values{"uuid": "given", "timestamp": "given"}, f)
	if err != nil {
		t.Fatal(err)
	}
	const uuid = "abababab-abab-4bab-abab-abababababab"
	if got := first.URL.String(); got != "https://h.example/"+uuid+"?ms=1595229375367&s=1595229375&u="+uuid {
		t.Error(got)
	}
	f.Rand = strings.NewReader("another 16 bytes, or so")
	second, err := r.Build(t.Context(), none, f)
	if err != nil {
		t.Fatal(err)
	}
	if second.URL.Path == first.URL.Path {
		t.Error("two requests have the same uuid")
	}
}

// basic contains the base64 of "x%3A1+%2F%26%E5%80%BC:p%2B%25%3Aq", computed with
// base64(1). The parts are form-encoded first (RFC 6749 §2.3.1).
const basic = "Basic eCUzQTErJTJGJTI2JUU1JTgwJUJDOnAlMkIlMjUlM0Fx"

func TestClientAuth(t *testing.T) {
	r := recipe.Recipe{
		Method: "POST", URL: "https://h.example",
		Headers: map[string]recipe.Template{"Authorization": "{basic_auth?}"},
		Form:    map[string]recipe.Template{"client_secret": "{post_secret?}"},
	}
	tests := []struct {
		method, secret, header, body string
	}{
		{"client_secret_basic", "p+%:q", basic, ""},
		{"client_secret_post", "p+%:q", "", "client_secret=p%2B%25%3Aq"},
		{"none", "p+%:q", "", ""},
		{"", "p+%:q", basic, "client_secret=p%2B%25%3Aq"},
		{"client_secret_basic", "", "", ""},
		{"client_secret_post", "", "", ""},
		{"private_key_jwt", "p+%:q", "", ""},
	}
	for _, tt := range tests {
		req := build(t, r, recipe.Values{"client_id": "x:1 /&值", "client_secret": secret.New(tt.secret), recipe.AuthMethod: tt.method})
		if got := req.Header.Get("Authorization"); got != tt.header {
			t.Errorf("%v: header %q", tt, got)
		}
		if string(req.Body) != tt.body {
			t.Errorf("%v: body %q", tt, req.Body)
		}
	}
}

func TestCodeChallenge(t *testing.T) { // the example of RFC 7636, appendix B
	if got := recipe.CodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"); got != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" {
		t.Error(got)
	}
}

// TestSize: a template that repeats a long value fails before it uses much memory.
func TestSize(t *testing.T) {
	type templates = map[string]recipe.Template
	const address = "https://h.example/"
	values := recipe.Values{"long": strings.Repeat("x", 1<<20)}
	many := recipe.Template(strings.Repeat("{long}", 10_000))
	for name, r := range map[string]recipe.Recipe{
		"url":     get(address+many, noQuery),
		"query":   get(address, templates{"a": many}),
		"headers": {Method: "GET", URL: address, Headers: templates{"A": many}},
		"form":    {Method: "POST", URL: address, Form: templates{"a": many}},
		"json":    {Method: "POST", URL: address, JSON: map[string]any{"a": string(many)}},
		"sign":    {Method: "POST", URL: address, Form: templates{"a": "{long}"}, Sign: &recipe.Make{Hash: "md5", Text: recipe.Template(strings.Repeat("{body}", 10_000))}},
	} {
		const want = "larger than 8 MiB with its placeholders filled in"
		if _, err := r.Build(t.Context(), values, fresh()); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	build(t, recipe.Recipe{Method: "POST", URL: address, Form: templates{"a": "{long}", "b": "{long}", "c": "{long}"}}, values)
}
