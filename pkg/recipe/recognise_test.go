package recipe_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
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

// everything is a recipe with a member of every kind.
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
		{"{base_url}/{full}", "GET", "/%7Bx%7D/anything", true}, // only the value at the start must match
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
