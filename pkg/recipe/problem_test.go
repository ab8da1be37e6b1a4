package recipe_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

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
