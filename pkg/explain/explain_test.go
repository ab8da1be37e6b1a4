package explain_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/explain"
	"ssoctl/pkg/profile"
)

// vendors returns two profiles. Both list the code 4001, and no other code is in both.
func vendors(t testing.TB) []*profile.Profile {
	t.Helper()
	return loaded(t, `
[profiles.acme]
reply = { ok = ".code == 0", code = ".code", message = ".msg", trace = ".id", refusal_example = '{"code":{code},"error":"old","msg":"{message}"}' }
token = { method = "POST", url = "https://acme.example/token", read = { access_token = ".token" } }
authorize = { method = "GET", url = "https://acme.example/login", query = { to = "{redirect_uri}", state = "{state}" }, callback = { code = ["ticket"] } }
inputs.redirect_uri = { required = true }
refusals = [
  { code = 7, kind = "invalid_client", en = "Seven.", zh = "七。" },
  { code = 4001, kind = "expired_code", en = "Too old.", zh = "太旧。" },
]
[profiles.bolt]
reply = { ok = "has(\"error\") | not", code = ".error?" }
userinfo = { method = "GET", url = "https://api.volt.example/me", read = { subject = ".sub" } }
refusals = [
  { code = "no_way", kind = "denied", en = "No." },
  { code = 4001, kind = "denied", en = "Not you.", guess = "nobody says" },
]
`)
}

// loaded returns the profiles acme and bolt of a configuration file.
func loaded(t testing.TB, text string) (out []*profile.Profile) {
	t.Helper()
	file, err := profile.ParseFile("vendors.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"acme", "bolt"} {
		p, err := profile.Load(name, profile.Sources{Builtin: fstest.MapFS{}, User: file})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// line is the part of an [explain.Found] that TestFind compares.
type line struct {
	How      explain.How
	Code     string
	Profiles []string
	Steps    []profile.StepName
	Line     int
}

func TestFind(t *testing.T) {
	profiles := vendors(t)
	acme, bolt, both := []string{"acme"}, []string{"bolt"}, []string{"acme", "bolt"}
	token, me, back := []profile.StepName{"token"}, []profile.StepName{"userinfo"}, []profile.StepName{"authorize"}
	tests := map[string][]line{
		"":                     nil,
		" 7 ":                  {{explain.Listed, "7", acme, nil, 0}},
		`"NO_WAY"`:             {{explain.Listed, "no_way", bolt, nil, 0}},
		"4001":                 {{explain.Listed, "4001", acme, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		"denied":               {{explain.Listed, "no_way", bolt, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		"Sorry: Too old. Bye":  {{explain.Listed, "4001", acme, nil, 0}},
		"它说太旧。":                {{explain.Listed, "4001", acme, nil, 0}},
		"错误码7，请重试":             {{explain.Listed, "7", acme, nil, 0}},
		"refused with 7: no":   {{explain.Listed, "7", acme, nil, 0}},
		"7 times":              nil,
		"x4001 40011 a_4001":   nil,
		"bolt said 4001":       {{explain.Listed, "4001", bolt, nil, 0}, {explain.Listed, "4001", acme, nil, 0}},
		`{"code":7,"msg":"x"}`: {{explain.Listed, "7", acme, token, 0}},
		`{"code":"7"}`:         {{explain.Listed, "7", acme, token, 0}},
		`{"code":8}`:           {{explain.Unlisted, "8", acme, token, 0}},
		// A message may mention another code; only the response's own code counts.
		`{"code":8,"msg":"see 4001"}`:                             {{explain.Unlisted, "8", acme, token, 0}},
		`{"code":0,"token":"T","n":4001}`:                         {{explain.Yes, "", acme, token, 0}},
		`{"sub":"86"}`:                                            {{explain.Yes, "", bolt, me, 0}},
		`{"error":{"code":"no_way"}}`:                             {{explain.Listed, "no_way", bolt, nil, 0}},
		"https://app.example/back?ticket=T&state=S":               {{explain.Yes, "", acme, back, 0}},
		"https://app.example/back?error=no_way&ticket=T":          {{explain.Listed, "no_way", bolt, back, 0}},
		"https://app.example/back#error=no_way":                   {{explain.Listed, "no_way", bolt, back, 0}},
		"?error=no_way&state=S":                                   {{explain.Listed, "no_way", bolt, back, 0}},
		"<html>":                                                  {{explain.NotAPI, "", []string{"acme", "bolt"}, nil, 0}},
		"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n":          {{explain.NotAPI, "", []string{"acme", "bolt"}, nil, 0}},
		"HTTP/1.1 200 OK\nContent-Type: text/html\n\n":            {{explain.NotAPI, "", []string{"acme", "bolt"}, nil, 0}},
		"HTTP/2 200 \r\n\r\n{\"code\":7}":                         {{explain.Listed, "7", acme, token, 0}},
		"HTTP/1.1 100 Continue\n\nHTTP/1.1 400\n\n{\"code\":7}":   {{explain.Listed, "7", acme, token, 0}},
		"HTTP/1.1 401 No\nWWW-Authenticate: X error=\"no_way\"\n": {{explain.Listed, "no_way", bolt, me, 0}},
		"HTTP/1.1 500 Oops":                                       {{explain.Unlisted, "", []string{"acme", "bolt"}, token, 0}},
		"HTTP/1.1":                                                nil,
		// Output of curl -v. The request and the remarks are not part of the response.
		"* Trying\n> POST /x?code=no_way HTTP/1.1\n>\n< HTTP/1.1 400 No\n< a: b\n<\n* left intact\n{\"code\":7}":                  {{explain.Listed, "7", acme, token, 0}},
		"> GET / HTTP/1.1\n> \n< HTTP/1.1 302 No\n< a: b\n< \n* again\n> GET /x HTTP/1.1\n> \n< HTTP/1.1 400 No\n<\n{\"code\":7}": {{explain.Listed, "7", acme, token, 0}},
		"> GET / HTTP/1.1\n>\n< HTTP/1.1 200 OK\n<\n<!DOCTYPE html>\n<p>":                                                         {{explain.NotAPI, "", both, nil, 0}},
		"HTTP/1.1 xxx":                      nil,
		"one\n{\"code\":7}\ncode=7\nno_way": {{explain.Listed, "7", acme, token, 2}, {explain.Listed, "no_way", bolt, nil, 4}},
		// Responses inside other text, which also mentions codes.
		`INFO resp={"id":"4001","token":"T","code":0}`:                  {{explain.Yes, "", acme, token, 0}},
		`resp={"code":7,"msg":"4001 blah"}`:                             {{explain.Listed, "7", acme, token, 0}},
		`{"code":7,"msg":"code 4001",}`:                                 {{explain.Listed, "7", acme, token, 0}},
		`{"list":[{"code ":7 , } , ] , }`:                               {{explain.Listed, "7", acme, token, 0}},
		"\ufeff{\"code\":7,\"msg\":\"see 4001\"}":                       {{explain.Listed, "7", acme, token, 0}},
		"\ufeff{\"code\":8}":                                            {{explain.Unlisted, "8", acme, token, 0}},
		`10:00 ERROR {"code":8,"msg":"see 4001"}`:                       {{explain.Unlisted, "8", acme, token, 0}},
		`{"level":"info","resp":{"code":7}}`:                            {{explain.Listed, "7", acme, token, 0}},
		`resp="{\"msg\":\"} code 4001\",\"code\":7}" took 4001`:         {{explain.Listed, "7", acme, token, 0}},
		`set {x: {"msg":"a \"}\" and \\","code":7}`:                     {{explain.Listed, "7", acme, token, 0}},
		`{"msg":"a \" b","code":7,}`:                                    {{explain.Listed, "7", acme, token, 0}},
		"at 4001\nresp={\n\"msg\":\"4001\",\n\"code\":7}\ncode is 4001": {{explain.Listed, "7", acme, token, 2}, {explain.Listed, "4001", acme, nil, 5}, {explain.Listed, "4001", bolt, nil, 5}},
		`{"error":"refused with 4001: no"}`:                             {{explain.Listed, "4001", acme, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		// A number that may be something other than a code counts only if there is no certain
		// code.
		"it answered: 4001.":              {{explain.Listed, "4001", acme, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		"uid 4001\nerror code is 7":       {{explain.Listed, "7", acme, nil, 2}},
		"connect 127.0.0.1:4001":          nil,
		"took 4001 ms, 4001s, 耗时 4001 毫秒": nil,
		"4001.5 of 1.4001 at 4001:2":      nil,
		// A message that calls a long number a code counts if no profile lists the response's
		// code.
		`{"code":8,"msg":"Code:4001 - no"}`:        {{explain.Listed, "4001", acme, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		`log {"code":8,"msg":"错误码：4001,no"}`:       {{explain.Listed, "4001", acme, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		`{"code":8,"msg":"no","status_code":4001}`: {{explain.Unlisted, "8", acme, token, 0}},
		`{"code":8,"msg":"code 7, no_way"}`:        {{explain.Unlisted, "8", acme, token, 0}},
		// The vendor whose host is in the text comes first.
		"code 4001, see https://API.volt.example/q?e=4001": {{explain.Listed, "4001", bolt, nil, 0}, {explain.Listed, "4001", acme, nil, 0}},
		"code 4001, see https://myapi.volt.example/q":      {{explain.Listed, "4001", acme, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		// A step that has all these fields is a better match than one that has some.
		`{"code":4001,"error":"no_way"}`:         {{explain.Listed, "4001", acme, token, 0}},
		`{"code":8,"error":"no_way"}`:            {{explain.Listed, "no_way", bolt, me, 0}},
		`{"errno":5,"error":"no_way"}`:           {{explain.Listed, "no_way", bolt, me, 0}},
		"GET /users/4001/x /4001 a=4001 #4001":   nil,
		`{"port":4001,"user":"4001"} \"n\":4001`: nil,
		"code 7 times":                           nil,
		"refused (code: [4001])":                 {{explain.Listed, "4001", acme, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		// An HTTP status alone.
		"429":                             {{explain.Unlisted, "", both, nil, 0}},
		"HTTP 502 Bad Gateway":            {{explain.Unlisted, "", both, nil, 0}},
		"302":                             {{explain.NotAPI, "", both, nil, 0}},
		"200":                             nil,
		"502 pears":                       nil,
		"failed with status code 401":     {{explain.Unlisted, "", both, nil, 0}},
		`"GET / HTTP/1.1" 502 157`:        {{explain.Unlisted, "", both, nil, 0}},
		"HTTP 500: code 7":                {{explain.Listed, "7", acme, nil, 0}},
		"HTTP 500: it answered: 4001":     {{explain.Listed, "4001", acme, nil, 0}, {explain.Listed, "4001", bolt, nil, 0}},
		"status: 500\nstatus 503, status": {{explain.Unlisted, "", both, nil, 1}, {explain.Unlisted, "", both, nil, 2}},
		"HTTP 500 {\"code\":8}":           {{explain.Unlisted, "8", acme, token, 0}},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			var got []line
			for _, f := range explain.Find(t.Context(), text, profiles) {
				l := line{f.How, f.Code, nil, f.Steps, f.Line}
				for _, p := range f.Profiles {
					l.Profiles = append(l.Profiles, p.Name)
				}
				got = append(got, l)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", text, diff)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	for text, want := range map[string][]string{
		"4002": {"4001"}, "no-way": {"no_way"}, "8": {"7"}, "nothing of the kind": {}, "": nil,
	} {
		if diff := cmp.Diff(want, explain.Nearest(text, vendors(t))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, text := range []string{"7", `{"code":7}`, "HTTP/1.1 400\n\n{", "< HTTP/1.1 1\n<\n", "a?error=no_way#x", "<", "\xff\n\x00", `x={"code":7,}`, `{\"code\":7}`, "HTTP 502", "4001 ms\n.4001"} {
		f.Add(text)
	}
	profiles := vendors(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, found := range explain.Find(t.Context(), text, profiles) {
			if len(found.Profiles) == 0 || found.How == explain.Listed && found.Meaning.IsZero() {
				t.Errorf("%q: %+v", text, found)
			}
		}
	})
}

// TestStatus checks that a number is read both as an HTTP status and as a vendor's code,
// unless the text says which one it is.
func TestStatus(t *testing.T) {
	file, err := profile.ParseFile("vendors.toml", []byte(`
[profiles.acme]
reply = { ok = ".code == 0", code = ".code" }
token = { method = "POST", url = "https://acme.example/token", read = { access_token = ".token" } }
refusals = [{ code = 403, kind = "invalid_code", en = "Used." }]
`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Load("acme", profile.Sources{Builtin: fstest.MapFS{}, User: file})
	if err != nil {
		t.Fatal(err)
	}
	type reading struct {
		Code   string
		Kind   profile.Kind
		Status int
	}
	both := []reading{{"403", "invalid_code", 0}, {"", "no_permission", 403}}
	for text, want := range map[string][]reading{
		"403": both, "HTTP 403": {{"", "no_permission", 403}}, "failed with status code 403": both,
		"HTTP/1.1 403 No\n\n{\"code\":403}": {{"403", "invalid_code", 403}},
		"status=500, code=403":              {{"403", "invalid_code", 0}},
	} {
		var got []reading
		for _, f := range explain.Find(t.Context(), text, []*profile.Profile{p}) {
			got = append(got, reading{f.Code, f.Kind, f.Status})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
