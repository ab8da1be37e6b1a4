package recipe_test

import (
	"strings"
	"testing"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Every digest here was computed with sha256sum or openssl from the text before it.
func TestSign(t *testing.T) {
	type templates = map[string]recipe.Template
	const compact = "sha256{method}{client_id}{timestamp_ms}{path_compact}{params}{client_secret}"
	const pieces = "{params}|{path}|k"
	values := recipe.Values{
		"base_url": "http://127.0.0.1:1/prefix/", "client_id": "testAccessKeyId", "client_secret": secret.New("testAccessKeySecret"),
		"code": "abc", "k": "s3cret", "key": secret.New("K1"),
	}
	tests := []struct {
		name       string
		recipe     recipe.Recipe
		sign       recipe.Make
		text, want string
	}{
		{
			"GET, hex", get("{base_url}/open-platform/SSO/v2/GetCurrentUser", templates{"code": "{code}"}),
			recipe.Make{Text: compact, Hash: "sha256", Encoding: "hex"},
			"sha256GETtestAccessKeyId1595229375367open-platformSSOv2GetCurrentUsercode=abctestAccessKeySecret",
			"242399c4ded2a355145ffda31f3750b444b24f6adb4257a7a730d4cd6fbcbc5b",
		},
		{
			"GET without parameters, the default encoding", get("{base_url}/open-platform/SSO/v2/GetCurrentUser", nil),
			recipe.Make{Text: compact, Hash: "sha256"},
			"sha256GETtestAccessKeyId1595229375367open-platformSSOv2GetCurrentUsertestAccessKeySecret",
			"049bcd35cfd3eb196859e9bf0d614572e039eadd9cf57e125705858ad7f3d7b3",
		},
		{
			"POST signs the body, not the query",
			recipe.Recipe{Method: "POST", URL: "{base_url}/v1/user?x=1", JSON: map[string]any{"code": "c/1&2", "n": int64(7)}},
			recipe.Make{Text: "{method}{path}{params}{key}", Hash: "sha256"},
			`POST/v1/user{"code":"c/1&2","n":7}K1`,
			"39cb28db6a0c0360b8b2e10ffd11d591796694db886e8ab72043914029fd1124",
		},
		{
			"hmac-sha1", get("{base_url}/v1/user", templates{"a": "1", "b": "值 x"}),
			recipe.Make{Text: pieces, Hash: "hmac-sha1", Key: "{k}"},
			"a=1&b=%E5%80%BC+x|/v1/user|k", "47c3c3641e444fb3659e937f8ad0b3cd163ae25f",
		},
		{
			"hmac-sha256, base64", get("{base_url}/v1/user", templates{"a": "1", "b": "值 x"}),
			recipe.Make{Text: pieces, Hash: "hmac-sha256", Key: "{k}", Encoding: "base64"},
			"a=1&b=%E5%80%BC+x|/v1/user|k", "nYqc9ypBjbAn+dF/dwBrcwOsLPO/nG/lm0zAoorGsSY=",
		},
		{
			"md5, base64url", get("{base_url}/v1/user", templates{"a": "1", "b": "值 x"}),
			recipe.Make{Text: pieces, Hash: "md5", Encoding: "base64url"},
			"a=1&b=%E5%80%BC+x|/v1/user|k", "_w1Vvanu8xeFDHF7VLOgTA",
		},
		{
			"md5, HEX", get("{base_url}/v1/user", templates{"a": "1", "b": "值 x"}),
			recipe.Make{Text: pieces, Hash: "md5", Encoding: "HEX"},
			"a=1&b=%E5%80%BC+x|/v1/user|k", "FF0D55BDA9EEF317850C717B54B3A04C",
		},
		{
			"sha1 of a form",
			recipe.Recipe{Method: "POST", URL: "{base_url}/v1", Form: templates{"code": "c 1", "z": "2"}},
			recipe.Make{Text: "{body}{k}", Hash: "sha1"},
			"code=c+1&z=2s3cret", "4024256d2d0f2bdc9e324c8155babf5521f4e9c5",
		},
		{
			"the query as it is sent", get("{base_url}/v1?b=2", templates{"a": "1"}),
			recipe.Make{Text: "{params}", Hash: "sha256"},
			"b=2&a=1", "a746b90cddac3e075db2f0c7b65aa5d09a354bef1562352d9dab3156d1142834",
		},
		{
			"the query sorted", get("{base_url}/v1?b=2", templates{"a": "1"}),
			recipe.Make{Text: "{query_sorted}", Hash: "sha256"},
			"a=1&b=2", "8e85be58c1c372ac29fe7bfa80d8ddcbd04a4032c7b51c1c026d67c55b1ab23f",
		},
		{
			"a missing optional value",
			recipe.Recipe{Method: "POST", URL: "{base_url}/"},
			recipe.Make{Text: "{method}{none?}{path}", Hash: "sha256"},
			"POST/", "5dbf8a1826878a51125db2534bbe0fb75f1ab709c21aba33f67a35389b5d1185",
		},
		{
			"an empty path is signed as /",
			recipe.Recipe{Method: "POST", URL: "http://h.example"},
			recipe.Make{Text: "{method}{path}", Hash: "sha256"},
			"POST/", "5dbf8a1826878a51125db2534bbe0fb75f1ab709c21aba33f67a35389b5d1185",
		},
		{
			"JSON without its signature",
			recipe.Recipe{Method: "POST", URL: "{base_url}/", JSON: map[string]any{"a": "1"}},
			recipe.Make{Text: "{body}", Hash: "sha256"},
			`{"a":"1"}`, "9afeb0f2b203f254312ec8ded441d0318b7c34c57f8695ede42d2215a30c0960",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// A signature covers the request without the signature, wherever it is sent.
			for _, place := range []string{"headers", "query", "form", "json"} {
				r := tt.recipe
				r.Sign = &tt.sign
				if !put(&r, place) {
					continue
				}
				if place != "headers" {
					r.Headers = map[string]recipe.Template{}
				}
				if strings.Contains(string(r.Sign.Text), "{timestamp_ms}") { // the server needs the time
					r.Headers["X-At"] = "{timestamp_ms}"
				}
				req := build(t, r, values)
				if got := signature(req).Text.Reveal(); got != tt.text {
					t.Errorf("%s: signed %q, want %q", place, got, tt.text)
				}
				seen := r.Recognise(received(t, req), req.Body, recipe.Expect{Known: values})
				if got := seen.Values["sign"].Reveal(); got != tt.want {
					t.Errorf("%s: %s, want %s", place, got, tt.want)
				}
				for _, p := range seen.Problems {
					t.Errorf("%s: %+v", place, shown(p))
				}
				if seen.Derivations["sign"].Text != signature(req).Text {
					t.Errorf("%s: the server expects the signature of %q", place, seen.Derivations["sign"].Text.Reveal())
				}
			}
		})
	}
}

// put adds a member with the signature at a place, and reports whether that is possible.
func put(r *recipe.Recipe, place string) bool {
	add := func(m map[string]recipe.Template) map[string]recipe.Template {
		out := map[string]recipe.Template{"si gn": "{sign}"}
		for k, v := range m {
			out[k] = v
		}
		return out
	}
	switch {
	case place == "headers":
		r.Headers = map[string]recipe.Template{"X-Sign": "v1 {sign}"}
	case place == "query" && !strings.Contains(string(r.Sign.Text), "{query_sorted}"):
		r.Query = add(r.Query)
	case place == "form" && r.Form != nil:
		r.Form = add(r.Form)
	case place == "json" && r.JSON != nil:
		members := map[string]any{"auth": "{sign}"}
		for k, v := range r.JSON {
			members[k] = v
		}
		r.JSON = members
	default:
		return false
	}
	return true
}

func TestPathAfter(t *testing.T) {
	for _, tt := range []struct{ base, path, want string }{
		{"", "/a/b", "/a/b"},
		{"https://h.example", "/a/b", "/a/b"},
		{"https://h.example/", "/a/b", "/a/b"},
		{"https://h.example/a", "/a/b", "/b"},
		{"https://h.example/a/", "/a/b", "/b"},
		{"https://h.example/a", "/ab/c", "/ab/c"},
		{"https://h.example/a%2Fb", "/a%2Fb/c", "/c"},
		{"https://h.example/x", "/a/b", "/a/b"},
		{":bad", "/a", "/a"},
		{"https://h.example", "", "/"},
	} {
		if got := recipe.PathAfter(recipe.Values{"base_url": tt.base}, tt.path); got != tt.want {
			t.Errorf("%v: %s", tt, got)
		}
	}
}

// signature returns the {sign} of a request.
func signature(req *recipe.Request) recipe.Derivation {
	d, _ := req.Derivation("sign")
	return d
}
