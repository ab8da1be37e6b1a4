package recipe_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// received returns the request as a server reads it.
func received(t *testing.T, req *recipe.Request) *http.Request {
	t.Helper()
	sent := req.Clone(t.Context())
	sent.Body = io.NopCloser(bytes.NewReader(req.Body))
	var wire bytes.Buffer
	if err := sent.Write(&wire); err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

type problem struct{ Member, Placeholder, Kind, Expected, Got string }

func shown(p recipe.Problem) problem {
	return problem{p.Member, p.Placeholder, string(p.Kind), p.Expected.Reveal(), p.Got.Reveal()}
}

func problems(seen recipe.Seen) []problem {
	var out []problem
	for _, p := range seen.Problems {
		out = append(out, shown(p))
	}
	return out
}

// everything is a recipe with a member of each kind.
var everything = recipe.Recipe{
	Method: "POST", URL: "{base_url}/t/{tenant}/user?v=2&own={own?}",
	Query:   map[string]recipe.Template{"trace": "{uuid}", "at": "{timestamp}"},
	Headers: map[string]recipe.Template{"Authorization": "Bearer {access_token}", "X-Trace": "{uuid}", "X-Kind": "user"},
	JSON: map[string]any{
		"id": "{client_id}", "secret": "{client_secret?}", "n": "{n?}", "yes": "{yes}", "lit": int64(1), "flag": true, "grant": "code", "pre": "n{n}",
		"deep": map[string]any{"code": "{code}"}, "list": []any{"{code}", "{n?}", "z"},
	},
}

const nasty = "a&b=c+d%2F\"\\/{code} 值\n<>"

func everythingValues() recipe.Values {
	return recipe.Values{
		"base_url": "http://h.example/pre fix%2F", "tenant": "a/b c%", "own": nasty, "access_token": "t=", "client_id": nasty, "client_secret": secret.New(nasty),
		"n": json.Number("1234567890123456789"), "yes": true, "code": nasty,
	}
}

func everythingExpected() recipe.Expect {
	known := everythingValues()
	delete(known, "code") // a new one for each login
	return recipe.Expect{Known: known, Types: map[string]string{"n": "int", "yes": "bool"}}
}

func TestRoundTrip(t *testing.T) {
	values := everythingValues()
	req := build(t, everything, values)
	in := received(t, req)
	seen := everything.Recognise(in, req.Body, everythingExpected())
	if diff := cmp.Diff([]problem(nil), problems(seen)); diff != "" {
		t.Fatal(diff)
	}
	got := map[string]string{}
	for name, v := range seen.Values {
		got[name] = v.Reveal()
	}
	want := map[string]string{"uuid": "abababab-abab-4bab-abab-abababababab", "timestamp": "1595229375"}
	for name := range values {
		if name != "base_url" {
			want[name], _ = values.Text(name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !everything.IsFor(in, everythingExpected().Known) {
		t.Error("IsFor rejects a request that Build made")
	}
}

func TestRoundTripWithoutOptional(t *testing.T) {
	values, expect := everythingValues(), everythingExpected()
	for _, v := range []recipe.Values{values, expect.Known} {
		delete(v, "own")
		delete(v, "client_secret")
	}
	r := everything
	r.JSON = map[string]any{"secret": "{client_secret?}", "yes": "{yes}", "list": []any{"{none?}", "{code}"}}
	req := build(t, r, values)
	if got := problems(r.Recognise(received(t, req), req.Body, expect)); got != nil {
		t.Error(got)
	}
}

func TestProblems(t *testing.T) {
	setJSON := func(from, to string) func(*http.Request, string) string {
		return func(_ *http.Request, body string) string {
			if !strings.Contains(body, from) {
				t.Errorf("%s is not in the body: %s", from, body)
			}
			return strings.Replace(body, from, to, 1)
		}
	}
	setQuery := func(from, to string) func(*http.Request, string) string {
		return func(r *http.Request, body string) string {
			if !strings.Contains(r.URL.RawQuery, from) {
				t.Errorf("%s is not in the query: %s", from, r.URL.RawQuery)
			}
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, from, to, 1)
			return body
		}
	}
	setHeader := func(name string, values ...string) func(*http.Request, string) string {
		return func(r *http.Request, body string) string {
			r.Header[name] = values
			return body
		}
	}
	setPath := func(from, to string) func(*http.Request, string) string {
		return func(r *http.Request, body string) string {
			u, err := url.Parse("http://h.example" + strings.Replace(r.URL.EscapedPath(), from, to, 1))
			if err != nil {
				t.Fatal(err)
			}
			r.URL.Path, r.URL.RawPath = u.Path, u.RawPath
			return body
		}
	}
	const uuid = "abababab-abab-4bab-abab-abababababab"
	path := "/pre fix//t/{tenant}/user"
	long := "1234567890123456789"
	tests := []struct {
		name   string
		change func(r *http.Request, body string) string
		want   []problem
	}{
		{"method", func(r *http.Request, b string) string { r.Method = "PUT"; return b }, []problem{{"method", "", "differs", "POST", "PUT"}}},
		{"path", setPath("/user", "/users"), []problem{{"path", "", "differs", path, "/pre%20fix%2F/t/a%2Fb%20c%25/users"}}},
		{"path: a value cannot contain a slash", setPath("a%2Fb", "a/b"), []problem{{"path", "", "differs", path, "/pre%20fix%2F/t/a/b%20c%25/user"}}},
		{"path: another value", setPath("a%2Fb", "a%2Fc"), []problem{{"path", "tenant", "differs", "a/b c%", "a/c c%"}}},
		{"path: no value", setPath("a%2Fb%20c%25", ""), []problem{{"path", "tenant", "missing", "a/b c%", ""}}},
		{"the URL's own query: absent", setQuery("v=2&", ""), []problem{{"query.v", "", "missing", "2", ""}}},
		{"the URL's own query: another", setQuery("v=2", "v=3"), []problem{{"query.v", "", "differs", "2", "3"}}},
		{"the URL's own query: optional", setQuery("own=a", "o="), []problem{{"query.o", "", "unread", "", "&b=c+d%2F\"\\/{code} 值\n<>"}}},
		{"the URL's own query: optional and empty", setQuery("own="+url.QueryEscape(nasty), "own="), nil},
		{"query: absent", setQuery("at=1595229375&", ""), []problem{{"query.at", "timestamp", "missing", "", ""}}},
		{"query: empty", setQuery("at=1595229375", "at="), []problem{{"query.at", "timestamp", "missing", "", ""}}},
		{"query: twice", setQuery("at=1595229375", "at=1595229375&at=1595229375"), []problem{{"query.at", "", "malformed", "one value", "2 values"}}},
		{"query: one more", setQuery("v=2", "v=2&more=x&more=y"), []problem{{"query.more", "", "unread", "", "x, y"}}},
		{"query: milliseconds", setQuery("at=1595229375", "at=1595229375367"), []problem{{"query.at", "timestamp", "malformed", "a time in seconds", "1595229375367"}}},
		{"query: negative time", setQuery("at=1595229375", "at=-595229375"), []problem{{"query.at", "timestamp", "malformed", "a time in seconds", "-595229375"}}},
		{"two members that should be the same", setQuery("trace="+uuid, "trace="+"b"+uuid[1:]), []problem{{"headers.X-Trace", "uuid", "differs", "b" + uuid[1:] + " as in query.trace", uuid}}},
		{"a UUID without dashes", setQuery("trace="+uuid, "trace="+strings.ReplaceAll(uuid, "-", "")), []problem{
			{"query.trace", "uuid", "malformed", "a UUID", strings.ReplaceAll(uuid, "-", "")},
			{"headers.X-Trace", "uuid", "differs", strings.ReplaceAll(uuid, "-", "") + " as in query.trace", uuid},
		}},
		{"header: absent", setHeader("X-Kind"), []problem{{"headers.X-Kind", "", "missing", "user", ""}}},
		{"header: another", setHeader("X-Kind", "User"), []problem{{"headers.X-Kind", "", "differs", "user", "User"}}},
		{"header: twice", setHeader("X-Kind", "user", "user"), []problem{{"headers.X-Kind", "", "malformed", "one value", "2 values"}}},
		{"header: no token", setHeader("Authorization", "Bearer "), []problem{{"headers.Authorization", "access_token", "missing", "t=", ""}}},
		{"header: another scheme", setHeader("Authorization", "Basic t="), []problem{{"headers.Authorization", "", "differs", "Bearer t=", "Basic t="}}},
		{"header: scheme in lower case", setHeader("Authorization", "bearer t="), nil},
		{"header: spaces after the scheme", setHeader("Authorization", "BEARER   t="), nil},
		{"header: scheme without a space", setHeader("Authorization", "bearert="), []problem{{"headers.Authorization", "", "differs", "Bearer t=", "bearert="}}},
		{"header: another token", setHeader("Authorization", "Bearer t"), []problem{{"headers.Authorization", "access_token", "differs", "t=", "t"}}},
		{"header: one more", setHeader("X-More", "1", "2"), []problem{{"headers.X-More", "", "unread", "", "1, 2"}}},
		{"header: added by a proxy", setHeader("X-Forwarded-For", "1"), nil},
		{"content type", setHeader("Content-Type", "text/plain"), []problem{{"content-type", "", "differs", "application/json", "text/plain"}}},
		{"content type: none", setHeader("Content-Type"), []problem{{"content-type", "", "differs", "application/json", ""}}},
		{"content type: UTF-8", setHeader("Content-Type", "Application/JSON; charset=UTF-8"), nil},
		{"content type: another charset", setHeader("Content-Type", "application/json; charset=gbk"), []problem{{"content-type", "", "differs", "application/json", "application/json; charset=gbk"}}},
		{"json: spaces and order", func(_ *http.Request, b string) string {
			var v any
			dec := json.NewDecoder(strings.NewReader(b))
			dec.UseNumber()
			_ = dec.Decode(&v)
			out, _ := json.MarshalIndent(v, " ", "\t")
			return "\r\n " + strings.ReplaceAll(string(out), ":", " : ") + "\n"
		}, nil},
		{"json: absent", setJSON(`"grant":"code",`, ""), []problem{{"json.grant", "", "missing", "code", ""}}},
		{"json: absent number", setJSON(`"lit":1,`, ""), []problem{{"json.lit", "", "missing", "1", ""}}},
		{"json: absent optional", setJSON(`"n":`+long+`,`, ""), nil},
		{"json: absent optional secret", setJSON(`,"secret":"a&b=c+d%2F\"\\/{code} 值\n<>"`, ""), []problem{{"json.secret", "client_secret", "missing", nasty, ""}}},
		{"json: absent object", setJSON(`"deep":{"code":"a&b=c+d%2F\"\\/{code} 值\n<>"},`, ""), []problem{{"json.deep", "", "missing", `{"code":"{code}"}`, ""}}},
		{"json: absent inside", setJSON(`"deep":{"code":"a&b=c+d%2F\"\\/{code} 值\n<>"}`, `"deep":{}`), []problem{{"json.deep.code", "code", "missing", "", ""}}},
		{"json: twice", setJSON(`"lit":1`, `"lit":1,"lit":1`), []problem{{"json.lit", "", "malformed", "one value", "2 values"}}},
		{"json: one more", setJSON(`"lit":1`, `"lit":1,"more":{"x": 1}`), []problem{{"json.more", "", "unread", "", `{"x": 1}`}}},
		{"json: literal text", setJSON(`"code",`, `"codes",`), []problem{{"json.grant", "", "differs", "code", "codes"}}},
		{"json: literal number", setJSON(`"lit":1`, `"lit":2`), []problem{{"json.lit", "", "differs", "1", "2"}}},
		{"json: literal number as text", setJSON(`"lit":1`, `"lit":"1"`), []problem{{"json.lit", "", "differs", "1", `"1"`}}},
		{"json: literal truth", setJSON(`"flag":true`, `"flag":false`), []problem{{"json.flag", "", "differs", "true", "false"}}},
		{"json: literal text as number", setJSON(`"grant":"code"`, `"grant":5`), []problem{{"json.grant", "", "malformed", "a JSON string", "a JSON int"}}},
		{"json: int as text", setJSON(`"n":`+long, `"n":"`+long+`"`), []problem{{"json.n", "n", "malformed", "a JSON int", "a JSON string"}}},
		{"json: int as fraction", setJSON(`"n":`+long, `"n":1.5`), []problem{
			{"json.n", "n", "malformed", "a JSON int", "a JSON number"},
			{"json.n", "n", "differs", long + " as in json.list[1]", "1.5"},
		}},
		{"json: text as int", setJSON(`"pre":"n`+long+`"`, `"pre":5`), []problem{{"json.pre", "", "malformed", "a JSON string", "a JSON int"}}},
		{"json: bool as text", setJSON(`"yes":true`, `"yes":"true"`), []problem{{"json.yes", "yes", "malformed", "a JSON bool", "a JSON string"}}},
		{"json: null", setJSON(`"yes":true`, `"yes":null`), []problem{{"json.yes", "yes", "malformed", "a JSON bool", "a JSON null"}}},
		{"json: object for text", setJSON(`"grant":"code"`, `"grant":{}`), []problem{{"json.grant", "", "malformed", "a JSON string", "a JSON object"}}},
		{"json: text for an object", setJSON(`"deep":{"code":"a&b=c+d%2F\"\\/{code} 值\n<>"}`, `"deep":"x"`), []problem{{"json.deep", "", "malformed", "a JSON object", "a JSON string"}}},
		{"json: text for an array", setJSON(`"list":[`, `"list":"x","list2":[`), []problem{
			{"json.list", "", "malformed", "a JSON array", "a JSON string"},
			{"json.list2", "", "unread", "", `["a&b=c+d%2F\"\\/{code} 值\n<>",` + long + `,"z"]`},
		}},
		{"json: array too long", setJSON(`,"z"]`, `,"z","z"]`), []problem{{"json.list", "", "malformed", "a JSON array of 3", "a JSON array of 4"}}},
		{"json: array element", setJSON(`,"z"]`, `,"y"]`), []problem{{"json.list[2]", "", "differs", "z", "y"}}},
		{"json: two different codes", setJSON(`"list":["a`, `"list":["b`), []problem{{"json.list[0]", "code", "differs", nasty + " as in json.deep.code", "b" + nasty[1:]}}},
		{"json: an array", func(*http.Request, string) string { return "[]" }, []problem{{"json", "", "malformed", "a JSON object", "a JSON array"}}},
		{"json: empty", func(*http.Request, string) string { return "" }, []problem{{"json", "", "malformed", "a JSON object", "an empty body"}}},
		{"json: more", func(_ *http.Request, b string) string { return b + "{}" }, []problem{{"json", "", "malformed", "one JSON object", "data after it"}}},
		{"json: cut off", func(_ *http.Request, b string) string { return b[:len(b)-1] }, []problem{{"json", "", "malformed", "a JSON object", "one that is cut off"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := build(t, everything, everythingValues())
			in := received(t, req)
			body := tt.change(in, string(req.Body))
			got := problems(everything.Recognise(in, []byte(body), everythingExpected()))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFormProblems(t *testing.T) {
	r := recipe.Recipe{
		Method: "POST", URL: "https://h.example/token",
		Headers: map[string]recipe.Template{"Authorization": "{basic_auth?}"},
		Form:    map[string]recipe.Template{"grant_type": "authorization_code", "code": "{code}", "client_secret": "{post_secret?}", "n": "{n?}"},
	}
	expect := func(method string) recipe.Expect {
		return recipe.Expect{
			Known: recipe.Values{"client_id": "x:1 /&值", "client_secret": secret.New("p+%:q"), recipe.AuthMethod: method},
			Types: map[string]string{"n": "int"},
		}
	}
	const form = "application/x-www-form-urlencoded"
	const sent = "grant_type=authorization_code&code=C&n=5"
	notPost := problem{"form.client_secret", "post_secret", "differs", "no secret in the body: this client does not use client_secret_post", "p+%:q"}
	tests := []struct {
		name, method, auth, contentType, body string
		want                                  []problem
	}{
		{"basic", "client_secret_basic", basic, form, sent, nil},
		{"basic: absent", "client_secret_basic", "", form, sent, []problem{{"headers.Authorization", "basic_auth", "missing", basic, ""}}},
		{"basic: another secret", "client_secret_basic", "Basic eCUzQTErJTJGJTI2JUU1JTgwJUJDOnA=", form, sent, []problem{{"headers.Authorization", "client_secret", "differs", "p+%:q", "p"}}},
		{"basic: no secret", "client_secret_basic", "Basic eCUzQTErJTJGJTI2JUU1JTgwJUJDOg==", form, sent, []problem{{"headers.Authorization", "client_secret", "missing", "p+%:q", ""}}},
		{"basic: no colon", "client_secret_basic", "Basic eHg=", form, sent, []problem{{"headers.Authorization", "basic_auth", "malformed", "Basic and base64 of client_id:client_secret", "Basic eHg="}}},
		{"basic: invalid base64", "client_secret_basic", "Basic !", form, sent, []problem{{"headers.Authorization", "basic_auth", "malformed", "Basic and base64 of client_id:client_secret", "Basic !"}}},
		{"basic: scheme in upper case", "client_secret_basic", strings.Replace(basic, "Basic", "BASIC", 1), form, sent, nil},
		{"basic: bearer", "client_secret_basic", "Bearer x", form, sent, []problem{{"headers.Authorization", "basic_auth", "malformed", "Basic and base64 of client_id:client_secret", "Bearer x"}}},
		{"basic: in the body", "client_secret_basic", basic, form, sent + "&client_secret=p%2B%25%3Aq", []problem{notPost}},
		{"post", "client_secret_post", "", form, sent + "&client_secret=p%2B%25%3Aq", nil},
		{"post: absent", "client_secret_post", "", form, sent, []problem{{"form.client_secret", "post_secret", "missing", "p+%:q", ""}}},
		{"post: empty", "client_secret_post", "", form, sent + "&client_secret=", []problem{{"form.client_secret", "post_secret", "missing", "p+%:q", ""}}},
		{"post: another", "client_secret_post", "", form, sent + "&client_secret=x", []problem{{"form.client_secret", "client_secret", "differs", "p+%:q", "x"}}},
		{"post: basic", "client_secret_post", basic, form, sent + "&client_secret=p%2B%25%3Aq", []problem{{"headers.Authorization", "basic_auth", "differs", "no Authorization: this client does not use client_secret_basic", basic}}},
		{"none", "none", "", form, sent, nil},
		{"none: in the body", "none", "", form, sent + "&client_secret=p%2B%25%3Aq", []problem{notPost}},
		{"unreadable", "none", "", form, sent + "&x=%zz", []problem{{"form", "", "malformed", "", `invalid URL escape "%zz"`}}},
		{"JSON", "none", "", "application/json", sent, []problem{{"content-type", "", "differs", form, "application/json"}}},
		{"optional and empty", "none", "", form, "grant_type=authorization_code&code=C&n=", nil},
		{"empty", "none", "", form, "", []problem{{"form.code", "code", "missing", "", ""}, {"form.grant_type", "", "missing", "authorization_code", ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := httptest.NewRequest("POST", "/token", nil)
			in.Header.Set("Content-Type", tt.contentType)
			if tt.auth != "" {
				in.Header.Set("Authorization", tt.auth)
			}
			got := problems(r.Recognise(in, []byte(tt.body), expect(tt.method)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSignatureProblems(t *testing.T) {
	r := get("{base_url}/u", map[string]recipe.Template{"code": "{code}", "o": "{o?}"})
	r.Headers = map[string]recipe.Template{"Sign": "{sign}", "At": "{timestamp_ms}", "Content-Type": "application/json"}
	r.Sign = &recipe.Make{Text: "{method}{path}{params}{timestamp_ms}{client_secret}", Hash: "sha256"}
	values := recipe.Values{"base_url": "http://h.example/p", "client_secret": secret.New("K"), "code": "C"}
	req := build(t, r, values)
	good := req.Header.Get("Sign")
	flipped := "0" + good[1:]
	if flipped == good {
		flipped = "1" + good[1:]
	}
	member := func(ps []problem) (out []string) {
		for _, p := range ps {
			out = append(out, p.Member+" "+p.Placeholder+" "+p.Kind)
		}
		return out
	}
	tests := []struct {
		name   string
		change func(*http.Request)
		want   []string
	}{
		{"untouched", func(*http.Request) {}, nil},
		{"one byte", func(r *http.Request) { r.Header.Set("Sign", flipped) }, []string{"headers.Sign sign differs"}},
		{"upper case", func(r *http.Request) { r.Header.Set("Sign", strings.ToUpper(good)) }, []string{"headers.Sign sign differs"}},
		{"absent", func(r *http.Request) { r.Header.Del("Sign") }, []string{"headers.Sign sign missing"}},
		{"empty", func(r *http.Request) { r.Header.Set("Sign", "") }, []string{"headers.Sign sign missing"}},
		{"the code was changed after signing", func(r *http.Request) { r.URL.RawQuery = "code=D" }, []string{"headers.Sign sign differs"}},
		{"the time was changed after signing", func(r *http.Request) { r.Header.Set("At", "1595229375368") }, []string{"headers.Sign sign differs"}},
		{"no time", func(r *http.Request) { r.Header.Del("At") }, []string{"headers.At timestamp_ms missing", "headers.Sign sign differs"}},
		{"another method", func(r *http.Request) { r.Method = "POST" }, []string{"method  differs", "headers.Sign sign differs"}},
		{"Content-Type set by the recipe", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, []string{"headers.Content-Type  differs"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, known := received(t, req), maps.Clone(values)
			tt.change(in)
			delete(known, "code")
			seen := r.Recognise(in, nil, recipe.Expect{Known: known})
			if diff := cmp.Diff(tt.want, member(problems(seen))); diff != "" {
				t.Error(diff)
			}
		})
	}
	// A body where none is expected.
	seen := r.Recognise(received(t, req), []byte("xx"), recipe.Expect{Known: values})
	if diff := cmp.Diff([]problem{{"body", "", "unread", "", "2 bytes"}}, problems(seen)); diff != "" {
		t.Error(diff)
	}
}

func TestIsFor(t *testing.T) {
	known := recipe.Values{"base_url": "http://h.example/{x}/", "full": "http://h.example"}
	for _, tt := range []struct {
		url          recipe.Template
		method, path string
		want         bool
	}{
		{"{base_url}/a", "GET", "/%7Bx%7D/a", true},
		{"{base_url}/a", "GET", "/y/a", false}, // braces in a value are plain text
		{"{base_url}/a", "POST", "/%7Bx%7D/a", false},
		{"{base_url}/a", "GET", "/%7Bx%7D/a/", false},
		{"{base_url}/a", "GET", "/%7Bx%7D/%61", true},
		{"{base_url}/{s}", "GET", "/%7Bx%7D/a%2Fb", true},
		{"{base_url}/{s}", "GET", "/%7Bx%7D/a/b", false},
		{"{base_url}/{s}/b/{t}", "GET", "/%7Bx%7D/1/b/2", true},
		{"{base_url}/{full}", "GET", "/%7Bx%7D/anything", true}, // only the value at the start is compared
		{"{full}", "GET", "/", true},
		{"{full}/", "GET", "/", true},
		{"{full}?a={b}", "GET", "/", true},
		{"{full}", "GET", "/a", false},
		{"https://{s}.h.example/a", "GET", "/a", true},
		{"https://{s}.h.example:{t}/a", "GET", "/a", false}, // {t} is not a port
		{"{unknown}", "GET", "/", false},
		{"{unknown}/a", "GET", "/a", false},
		{"", "GET", "/", true}, // Lint reports it
		{"http://h.example/%zz", "GET", "/", false},
	} {
		in := httptest.NewRequest(tt.method, "http://h.example"+tt.path, nil)
		r := recipe.Recipe{Method: "GET", URL: tt.url}
		if got := r.IsFor(in, known); got != tt.want {
			t.Errorf("%s: %s %s: %v", tt.url, tt.method, tt.path, got)
		}
	}
}

func TestPlaceholdersOfRecipe(t *testing.T) {
	r := everything
	r.Sign = &recipe.Make{Text: "{method}{n}{extra?}{body}", Key: "{key}"}
	want := []recipe.Placeholder{
		{Name: "access_token"},
		{Name: "base_url"},
		{Name: "client_id"},
		{Name: "client_secret", Optional: true},
		{Name: "code"},
		{Name: "extra", Optional: true},
		{Name: "key"},
		{Name: "n"},
		{Name: "own", Optional: true},
		{Name: "tenant"},
		{Name: "timestamp"},
		{Name: "uuid"},
		{Name: "yes"},
	}
	if diff := cmp.Diff(want, r.Placeholders()); diff != "" {
		t.Error(diff)
	}
	var keys []string
	r.EachTemplate(func(key string, _ recipe.Template) { keys = append(keys, key) })
	wantKeys := []string{
		"url", "query.at", "query.trace", "headers.Authorization", "headers.X-Kind", "headers.X-Trace", "json.deep.code", "json.grant", "json.id",
		"json.list.0", "json.list.1", "json.list.2", "json.n", "json.pre", "json.secret", "json.yes", "sign.text", "sign.key",
	}
	if diff := cmp.Diff(wantKeys, keys); diff != "" {
		t.Error(diff)
	}

	// Map visits the templates of query, headers and body, and leaves the original
	// unchanged.
	keys = nil
	mapped := r.Map(func(key string, t recipe.Template) recipe.Template {
		keys = append(keys, key)
		return t + recipe.Template("<"+key+">")
	})
	slices.Sort(keys)
	if diff := cmp.Diff(slices.DeleteFunc(slices.Sorted(slices.Values(wantKeys)), func(key string) bool {
		return key == "url" || strings.HasPrefix(key, "sign.")
	}), keys); diff != "" {
		t.Error(diff)
	}
	mapped.EachTemplate(func(key string, got recipe.Template) {
		if slices.Contains(keys, key) != strings.HasSuffix(string(got), "<"+key+">") {
			t.Errorf("Map: the template of %s is %s", key, got)
		}
	})
	r.EachTemplate(func(key string, got recipe.Template) {
		if strings.Contains(string(got), "<"+key+">") {
			t.Errorf("Map changed the original's %s to %s", key, got)
		}
	})
}

func FuzzRecognise(f *testing.F) {
	signed := get("{base_url}/u/{s}", map[string]recipe.Template{"sign": "{sign}", "b": "{basic_auth?}"})
	signed.Sign = &recipe.Make{Text: "{method}{path_compact}{query_sorted}{x?}", Hash: "md5"}
	form := recipe.Recipe{
		Method: "POST", URL: "{base_url}/t", Headers: map[string]recipe.Template{"Authorization": "{basic_auth?}"},
		Form: map[string]recipe.Template{"a": "{a}-{b}", "s": "{sign}", "p": "{post_secret?}", "u": "{uuid}", "t": "{timestamp}"},
		Sign: &recipe.Make{Text: "{body}", Hash: "md5"},
	}
	js := everything
	js.JSON = map[string]any{"sign": "{sign}", "deep": map[string]any{"n": "{n}", "l": []any{"{o?}", "{p?}", int64(1), []any{}}}, "d": 1.5}
	js.Sign = &recipe.Make{Text: "{body}", Hash: "md5"}
	made := recipe.Recipe{
		Method: "POST", URL: "{base_url}/t?at={now}", Query: map[string]recipe.Template{"once": "{once}", "own": "{plain}"},
		JSON: map[string]any{"sign": "v1 {sum}", "deep": map[string]any{"n": "{ms}", "l": []any{"{proof}", "{plain}"}}},
		Makes: map[string]recipe.Make{
			"now": {Time: "%a, %d %b %Y %T %z"}, "ms": {Time: "%s%3N", Type: "int"}, "once": {Random: 8},
			"plain": {Text: "{a}:{b?}", Encoding: "base64url"}, "sum": {Text: "{params_sorted}{url}{now}", Hash: "md5"}, "proof": {Text: "{sum}{params_concat}", Encoding: "hex"},
		},
	}
	recipes := []recipe.Recipe{everything, signed, form, js, made, {}}
	expect := everythingExpected()
	f.Add("POST", "/pre%20fix%2F/t/a/user", "v=2&own=x&trace=1", "Bearer t=", "application/json", `{"deep":{"n":1,"n":"2","l":[1,[]]},"sign":"x","d":1.50}`)
	f.Add("GET", "/pre%20fix%2F/u/1", "sign=1&b=Basic+eHg6", "Basic eHg6", "application/x-www-form-urlencoded", "a=1-2&s=1&p=x&u=&t=")
	f.Add("POST", "/pre%20fix%2F/t", "at=Sun, 05 Jul 2020 07:16:15 %2B0000&once=12345678&own=YTpi", "", "application/json", `{"sign":"v1 x","deep":{"n":1593933375367,"l":["6162",null]}}`)
	f.Add("", "//", "%zz;&&=&", "Basic", "a/b;c", "[[[")
	f.Fuzz(func(t *testing.T, method, path, query, auth, contentType, body string) {
		u, err := url.ParseRequestURI(path)
		if err != nil {
			u = &url.URL{Path: path}
		}
		u.RawQuery = query
		req := &http.Request{Method: method, URL: u, Header: http.Header{"Authorization": {auth}, "Content-Type": {contentType}, "X-Trace": {auth, auth}}}
		for _, r := range recipes {
			first, second := r.Recognise(req, []byte(body), expect), r.Recognise(req, []byte(body), expect)
			if diff := cmp.Diff(first, second); diff != "" {
				t.Errorf("reading a request twice gives different results: %s", diff)
			}
			r.IsFor(req, expect.Known)
		}
	})
}

func TestRecogniseTakesHostileBodies(t *testing.T) {
	for name, body := range map[string]string{
		"deep arrays":  strings.Repeat("[", 1<<20),
		"deep objects": strings.Repeat(`{"deep":`, 9000) + "1" + strings.Repeat("}", 9000),
		"many names":   "{" + strings.Repeat(`"a":1,`, 1<<16) + `"a":1}`,
	} {
		in := httptest.NewRequest("POST", "/", nil)
		in.Header.Set("Content-Type", "application/json")
		if seen := everything.Recognise(in, []byte(body), everythingExpected()); len(seen.Problems) == 0 {
			t.Errorf("%s: no problem reported", name)
		}
	}
}
