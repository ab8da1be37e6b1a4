package recipe_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

type (
	templates = map[string]recipe.Template
	makes     = map[string]recipe.Make
)

var shanghai = recipe.Make{Time: "%Y-%m-%d %H:%M:%S", Zone: "Asia/Shanghai"}

// The digests here were computed with openssl from the texts next to them.
func TestMake(t *testing.T) {
	values := recipe.Values{"base_url": "https://h.example/base/", "client_id": "app", "key": secret.New("K1"), "password": secret.New("S3CR3T")}
	for _, tt := range []struct {
		name   string
		recipe recipe.Recipe
		of     string // a digest
		text   string
		digest string
		want   map[string]string // made values, @ for the digest
		sent   string            // query and body
	}{
		{
			"a date with its zone, signed with query and form, decoded and sorted",
			recipe.Recipe{
				Method: "POST", URL: "{base_url}/gate?b=2", Query: templates{"a": "x y", "none": "{none?}", "empty": ""},
				Form:  templates{"c": "1+1", "time": "{now}", "sign": "{sign}"},
				Makes: makes{"now": shanghai, "sign": {Text: "{params_sorted}", Hash: "hmac-sha256", Key: "{key}", Encoding: "base64"}},
			},
			"sign", "a=x y&b=2&c=1+1&time=2020-07-20 15:16:15",
			"tLmCUxdLf18qjnQFHITA/pmc/3ushXdEAX6ZfWn1qd8=",
			map[string]string{"now": "2020-07-20 15:16:15", "sign": "@"},
			"b=2&a=x+y&empty= c=1%2B1&sign=@&time=2020-07-20+15%3A16%3A15",
		},
		{
			"the top level of JSON",
			recipe.Recipe{
				Method: "POST", URL: "{base_url}/gate", Query: templates{"b": "2"}, Headers: templates{"X-Sign": "v1={proof}"},
				JSON:  map[string]any{"a": "x y", "biz": map[string]any{"n": []any{int64(1), int64(2)}, "s": "值"}, "n": int64(7), "yes": true, "nil": "", "time": "{now}"},
				Makes: makes{"now": shanghai, "proof": {Text: "{params_sorted}", Hash: "hmac-sha512", Key: "{key}"}},
			},
			"proof", `a=x y&b=2&biz={"n":[1,2],"s":"值"}&n=7&time=2020-07-20 15:16:15&yes=true`,
			"44a073d147d59a33546d4c904b77157c8491061adb2998b612c98921d45cf9ff60ea0f9e80402d11fc0b0fc516cf302fa002f481913b200d2a17bcfb6b408cc5",
			map[string]string{"now": "2020-07-20 15:16:15", "proof": "@"},
			`b=2 {"a":"x y","biz":{"n":[1,2],"s":"值"},"n":7,"nil":"","time":"2020-07-20 15:16:15","yes":true}`,
		},
		{
			"names and values without separators, between a secret",
			recipe.Recipe{
				Method: "GET", URL: "{base_url}/", Query: templates{"b": "2", "a": "1", "time": "{ms}", "sign": "{sign}"},
				Makes: makes{"ms": {Time: "%s%3N"}, "sign": {Text: "{key}{params_concat}{key}", Hash: "md5", Encoding: "HEX"}},
			},
			"sign", "K1a1b2time1595229375367K1",
			"3AC9CD30374599BBC18161D3B0E73555",
			map[string]string{"ms": "1595229375367", "sign": "@"},
			"a=1&b=2&sign=@&time=1595229375367 ",
		},
		{
			"a digest in a signature; both are left out of what they cover",
			recipe.Recipe{
				Method: "POST", URL: "{base_url}/v1", Headers: templates{"Digest": "{sum}"}, JSON: map[string]any{"a": "1", "s": map[string]any{"sig": "{sig}"}},
				Makes: makes{"sum": {Text: `{"a":"1"}`, Hash: "sha256", Encoding: "base64"}, "sig": {Text: "{method}{path}\n{sum}", Hash: "sha512"}},
			},
			"sig", "POST/v1\nmv6w8rID8lQxLsje1EHQMYt8NMV/hpXt5C0iFaMMCWA=",
			"d14fdfa678da42748bea47b8547ab635d8c82525c88581f2b6d53c99504eba85f6200686b900658a404f621a748cb680c8077c24536b63d685d87e57ae38b9d5",
			map[string]string{"sum": "mv6w8rID8lQxLsje1EHQMYt8NMV/hpXt5C0iFaMMCWA=", "sig": "@"},
			` {"a":"1","s":{"sig":"@"}}`,
		},
		{
			"a digest of the time, which covers nothing; numbers in JSON",
			recipe.Recipe{
				Method: "POST", URL: "{base_url}/v1", JSON: map[string]any{"at": "{ms}", "sig": "{sig}", "day": "{day}"},
				Makes: makes{"ms": {Text: "{timestamp_ms}", Type: "int"}, "day": {Time: "%Y%m%d", Type: "int"}, "sig": {Text: "{ms}", Hash: "hmac-sha256", Key: "{key}", Encoding: "base64"}},
			},
			"sig", "1595229375367",
			"JW+Saym4lR52UWZVRSYE5J9lrsiegcNCYT6qHQkkmBo=",
			map[string]string{"timestamp_ms": "1595229375367", "ms": "1595229375367", "day": "20200720", "sig": "@"},
			` {"at":1595229375367,"day":20200720,"sig":"@"}`,
		},
		{
			"the whole URL",
			recipe.Recipe{
				Method: "GET", URL: "{base_url}/v1?b=2#f", Query: templates{"a": "1", "s": "{s}"},
				Makes: makes{"s": {Text: "{method}{url}", Hash: "md5"}},
			},
			"s", "GEThttps://h.example/base/v1?b=2&a=1",
			"ee8a92617aca2d4f3248ab960b5435bb",
			map[string]string{"s": "@"},
			"b=2&a=1&s=@ ",
		},
		{
			"a text that is only encoded",
			recipe.Recipe{
				Method: "GET", URL: "{base_url}/v1", Headers: templates{"Authorization": "Basic {both}", "X-Both": "{plain?}"},
				Makes: makes{"both": {Text: "{client_id}:{password}", Encoding: "base64"}, "plain": {Text: "{none?}|{client_id}"}},
			},
			"both", "app:S3CR3T",
			"",
			map[string]string{"both": "YXBwOlMzQ1IzVA==", "plain": "|app"},
			" ",
		},
		{
			"random letters and digits",
			recipe.Recipe{Method: "GET", URL: "{base_url}/v1", Query: templates{"a": "{once}", "b": "{once}"}, Makes: makes{"once": {Random: 12}, "unused": {Text: "{no}"}}},
			"", "", "",
			map[string]string{"once": strings.Repeat("v", 12)},
			"a=vvvvvvvvvvvv&b=vvvvvvvvvvvv ",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := build(t, tt.recipe, values)
			for name, v := range tt.want {
				if v == "@" {
					tt.want[name] = tt.digest
				}
			}
			if tt.recipe.JSON == nil {
				tt.digest = url.QueryEscape(tt.digest)
			}
			tt.sent = strings.ReplaceAll(tt.sent, "@", tt.digest)
			d, _ := req.Derivation(tt.of)
			got := []any{d.Text.Reveal(), req.Made, req.URL.RawQuery + " " + string(req.Body)}
			if diff := cmp.Diff([]any{tt.text, tt.want, tt.sent}, got); diff != "" {
				t.Error(diff)
			}
			seen := tt.recipe.Recognise(received(t, req), req.Body, recipe.Expect{Known: values})
			for _, p := range seen.Problems {
				t.Errorf("not recognised: %+v", shown(p))
			}
			again := seen.Derivations[tt.of]
			if tt.of != "both" && again.Text != d.Text {
				t.Errorf("the server expects a digest of %q", again.Text.Reveal())
			}
		})
	}
}

// TestForeignJSON checks that a client may order and space its JSON differently, even if the
// signature is in it.
func TestForeignJSON(t *testing.T) {
	r := recipe.Recipe{
		Method: "POST", URL: "https://h.example/", JSON: map[string]any{"biz": map[string]any{"a": "1", "b": "{b}"}, "auth": map[string]any{"sign": "{sign}", "v": "1"}},
		Makes: makes{"sign": {Text: "{params_sorted}", Hash: "md5"}},
	}
	// The MD5 of auth={"v":"1"}&biz={"b":"2","a":"1"}
	const body = `{ "biz": {"b": "2", "a": "1"}, "auth": {"v": "1", "sign": "@"} }`
	req := build(t, recipe.Recipe{Method: "POST", URL: "https://h.example/", JSON: map[string]any{}}, nil)
	seen := r.Recognise(received(t, req), []byte(strings.Replace(body, "@", "9534184cd91112315573686af12b1ec1", 1)), recipe.Expect{})
	if got := problems(seen); len(got) > 0 {
		t.Error(got)
	}
}

func TestTime(t *testing.T) {
	at := time.Date(2020, time.July, 5, 7, 16, 15, 367891000, time.UTC)
	for _, tt := range []struct {
		format, zone, want string
		unit               time.Duration
	}{
		{"%Y-%m-%d %H:%M:%S", "Asia/Shanghai", "2020-07-05 15:16:15", time.Second},
		{"%F %T", "", "2020-07-05 07:16:15", time.Second},
		{"%s", "", "1593933375", time.Second},
		{"%s%3N", "Asia/Shanghai", "1593933375367", time.Millisecond},
		{"%Y%m%d%H%M%S%3N", "", "20200705071615367", time.Millisecond},
		{"%FT%T.%6NZ", "", "2020-07-05T07:16:15.367891Z", time.Microsecond},
		{"%FT%T%:z", "Asia/Shanghai", "2020-07-05T15:16:15+08:00", time.Second},
		{"%FT%T%z", "America/New_York", "2020-07-05T03:16:15-0400", time.Second},
		{"%a, %d %b %Y %T GMT", "", "Sun, 05 Jul 2020 07:16:15 GMT", time.Second},
		{"%d/%m/%y %I:%M %p 2006 Jan 01 %%", "Asia/Shanghai", "05/07/20 03:16 PM 2006 Jan 01 %", time.Minute},
		{"%Y%m%d", "Asia/Shanghai", "20200705", 24 * time.Hour},
	} {
		t.Run(tt.format, func(t *testing.T) {
			m := recipe.Make{Time: tt.format, Zone: tt.zone}
			if err := recipe.CheckTime(tt.format); err != nil {
				t.Error(err)
			}
			r := recipe.Recipe{Method: "GET", URL: "https://h.example", Query: templates{"t": "{t}"}, Makes: makes{"t": m}}
			req, err := r.Build(t.Context(), nil, recipe.Fresh{Now: func() time.Time { return at }})
			if err != nil || req.Made["t"] != tt.want {
				t.Fatalf("%v, %v, want %s", req, err, tt.want)
			}
			from, to, ok := m.ParseTime(tt.want)
			if !ok || at.Before(from) || !at.Before(to) || to.Sub(from) != tt.unit {
				t.Errorf("read as %v to %v, %t", from, to, ok)
			}
			for _, other := range []string{"", tt.want + "0", "x" + tt.want[1:], tt.want[1:], tt.want[:len(tt.want)-1] + "x"} {
				if from, _, ok := m.ParseTime(other); ok {
					t.Errorf("%q is read as %v", other, from)
				}
			}
		})
	}
}

func TestTimesThatDoNotExist(t *testing.T) {
	for format, text := range map[string]string{"%F %T": "2020-02-30 00:00:00", "%a %F": "Mon 2020-07-05", "%s": "+593933375", "%Y%m%d": "2020 705"} {
		if at, _, ok := (recipe.Make{Time: format}).ParseTime(text); ok {
			t.Errorf("%q is read as %v", text, at)
		}
	}
	for format, want := range map[string]string{
		"%Q":       `"%Q" is not one of %F, %T, %%, %Y, %y, %m, %b, %d, %a, %H, %I, %p, %M, %S, %3N, %6N, %s, %z, %:z`,
		"%-d":      `"%-d" is not one of %F, %T, %%, %Y, %y, %m, %b, %d, %a, %H, %I, %p, %M, %S, %3N, %6N, %s, %z, %:z`,
		"%F %":     `"%" is not one of %F, %T, %%, %Y, %y, %m, %b, %d, %a, %H, %I, %p, %M, %S, %3N, %6N, %s, %z, %:z`,
		"%H:%M:%S": "needs %s, or a year, a month and a day",
		"today":    "needs %s, or a year, a month and a day",
	} {
		if err := recipe.CheckTime(format); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", format, err, want)
		}
	}
	for _, zone := range []string{"Local", "Asia/Nowhere", "../etc/passwd", "+08:00"} {
		if err := recipe.CheckZone(zone); err == nil {
			t.Error(zone)
		}
	}
}

// TestCycle checks that Build and Recognise return for makes that refer to themselves,
// directly or indirectly. Lint reports them.
func TestCycle(t *testing.T) {
	text := func(t recipe.Template) recipe.Make { return recipe.Make{Text: t} }
	hash := func(t recipe.Template) recipe.Make { return recipe.Make{Text: t, Hash: "md5"} }
	for _, all := range []makes{
		{"a": text("{a}")},
		{"a": text("{b}"), "b": text("{a}")},
		{"a": hash("{b}"), "b": hash("{a}{body}")},
		{"a": text("x{b}"), "b": hash("{a}")},
	} {
		r := recipe.Recipe{Method: "GET", URL: "https://h.example", Query: templates{"a": "{a}"}, Makes: all}
		if _, err := r.Build(t.Context(), nil, fresh()); err == nil {
			t.Errorf("%v: built", all)
		}
		req := build(t, recipe.Recipe{Method: "GET", URL: "https://h.example?a=xxa"}, nil)
		_ = r.Recognise(received(t, req), nil, recipe.Expect{})
	}
}

// TestMakesAreBounded checks that a short profile cannot make a huge value.
func TestMakesAreBounded(t *testing.T) {
	all := makes{"z": {Text: recipe.Template(strings.Repeat("x", 1<<10))}}
	for c := 'a'; c < 'z'; c++ {
		next := "{" + string(c+1) + "}"
		all[string(c)] = recipe.Make{Text: recipe.Template(strings.Repeat(next, 4))}
	}
	all["sum"] = recipe.Make{Text: "{a}{body}", Hash: "md5"}
	r := recipe.Recipe{Method: "GET", URL: "https://h.example", Query: templates{"s": "{sum}"}, Makes: all}
	if _, err := r.Build(t.Context(), nil, fresh()); err == nil || !strings.Contains(err.Error(), "larger than 8 MiB") {
		t.Error(err)
	}
	req := build(t, recipe.Recipe{Method: "GET", URL: "https://h.example?s=1"}, nil)
	if seen := r.Recognise(received(t, req), nil, recipe.Expect{}); len(seen.Problems) == 0 {
		t.Error("recognised")
	}
}

// %#v prints all of a recipe, and the same for equal recipes: the cache key of a token is a
// hash of that text.
func TestGoString(t *testing.T) {
	with := func(sign, claim string) string {
		return fmt.Sprintf("%#v", recipe.Recipe{
			Sign:  &recipe.Make{Text: recipe.Template(sign)},
			Makes: map[string]recipe.Make{"assertion": {JWT: &recipe.JWT{Claims: map[string]any{"sub": claim}}}},
		})
	}
	first, again := with("{code}", "a"), with("{code}", "a")
	if first != again {
		t.Error("equal recipes differ")
	}
	if first == with("{code}", "b") || first == with("{code}{nonce}", "a") {
		t.Error("different recipes are equal")
	}
}
