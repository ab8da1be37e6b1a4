package explain_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/explain"
	"ssoctl/pkg/profile"
)

// vendors are two profiles with nothing in common but one code.
func vendors(t testing.TB) []*profile.Profile {
	t.Helper()
	file, err := profile.ParseFile("vendors.toml", []byte(`
[profiles.acme]
reply = { ok = ".code == 0", code = ".code", message = ".msg", trace = ".id" }
token = { method = "POST", url = "https://acme.example/token", read = { access_token = ".token" } }
authorize = { method = "GET", url = "https://acme.example/login", query = { to = "{redirect_uri}", state = "{state}" }, callback = { code = ["ticket"] } }
inputs.redirect_uri = { required = true }
refusals = [
  { code = 7, kind = "invalid_client", en = "Seven.", zh = "七。" },
  { code = 4001, kind = "expired_code", en = "Too old.", zh = "太旧。" },
]
[profiles.bolt]
reply = { ok = "has(\"error\") | not", code = ".error?" }
userinfo = { method = "GET", url = "https://bolt.example/me", read = { subject = ".sub" } }
refusals = [
  { code = "no_way", kind = "denied", en = "No." },
  { code = 4001, kind = "denied", en = "Not you.", guess = "nobody says" },
]
`))
	if err != nil {
		t.Fatal(err)
	}
	var out []*profile.Profile
	for _, name := range []string{"acme", "bolt"} {
		p, err := profile.Load(name, profile.Sources{Builtin: fstest.MapFS{}, User: file})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// line is a reading in one line: how, code, kind, profiles, steps, line.
type line struct {
	How      explain.How
	Code     string
	Profiles []string
	Steps    []string
	Line     int
}

func TestFind(t *testing.T) {
	profiles := vendors(t)
	acme, bolt := []string{"acme"}, []string{"bolt"}
	token, me, back := []string{"token"}, []string{"userinfo"}, []string{"authorize"}
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
		// A message may name another code; the answer's is what counts.
		`{"code":8,"msg":"see 4001"}`:                             {{explain.Unlisted, "8", acme, token, 0}},
		`{"code":0,"token":"T","n":4001}`:                         {{explain.Yes, "", acme, token, 0}},
		`{"sub":"86"}`:                                            {{explain.Yes, "", bolt, me, 0}},
		`{"error":{"code":"no_way"}}`:                             {{explain.Listed, "no_way", bolt, nil, 0}},
		"https://app.example/back?ticket=T&state=S":               {{explain.Yes, "", acme, back, 0}},
		"https://app.example/back?error=no_way&ticket=T":          {{explain.Listed, "no_way", bolt, back, 0}},
		"https://app.example/back#error=no_way":                   {{explain.Listed, "no_way", bolt, back, 0}},
		"?error=no_way&state=S":                                   {{explain.Listed, "no_way", bolt, back, 0}},
		"<html>":                                                  {{explain.Senseless, "", []string{"acme", "bolt"}, nil, 0}},
		"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n":          {{explain.Senseless, "", []string{"acme", "bolt"}, nil, 0}},
		"HTTP/1.1 200 OK\nContent-Type: text/html\n\n":            {{explain.Senseless, "", []string{"acme", "bolt"}, nil, 0}},
		"HTTP/2 200 \r\n\r\n{\"code\":7}":                         {{explain.Listed, "7", acme, token, 0}},
		"HTTP/1.1 100 Continue\n\nHTTP/1.1 400\n\n{\"code\":7}":   {{explain.Listed, "7", acme, token, 0}},
		"HTTP/1.1 401 No\nWWW-Authenticate: X error=\"no_way\"\n": {{explain.Listed, "no_way", bolt, me, 0}},
		"HTTP/1.1 500 Oops":                                       {{explain.Unlisted, "", []string{"acme", "bolt"}, token, 0}},
		"HTTP/1.1":                                                nil,
		"HTTP/1.1 xxx":                                            nil,
		"one\n{\"code\":7}\ncode=7\nno_way":                       {{explain.Listed, "7", acme, token, 2}, {explain.Listed, "no_way", bolt, nil, 4}},
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
	for _, text := range []string{"7", `{"code":7}`, "HTTP/1.1 400\n\n{", "< HTTP/1.1 1\n<\n", "a?error=no_way#x", "<", "\xff\n\x00"} {
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
