package recipe_test

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// ours is a signed GET. Sorting or decoding its query changes it.
var ours = recipe.Recipe{
	Method: "GET", URL: "{base_url}/a/b?z=1", Query: map[string]recipe.Template{"c": "{code}"},
	Headers: map[string]recipe.Template{"X-At": "{timestamp_ms}", "X-Sign": "{sign}"},
	Sign:    &recipe.Make{Text: "v1{method}{id}{timestamp_ms}{path_compact}{params}{key}", Hash: "sha256"},
}

var oursValues = recipe.Values{"base_url": "https://h.example/root/x", "code": "a 中", "id": "ID", "key": secret.New("SECRET"), "salt": secret.New("SALT")}

func signedRequest(t *testing.T, r recipe.Recipe) *recipe.Request {
	t.Helper()
	at := time.UnixMilli(1595229375367)
	req, err := r.Build(context.Background(), oursValues, recipe.Fresh{Now: func() time.Time { return at }, Rand: strings.NewReader(strings.Repeat("r", 64))})
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func isSecret(name string) bool { return name == "key" || name == "salt" }

func digest(h hash.Hash, text string) []byte {
	_, _ = io.WriteString(h, text)
	return h.Sum(nil)
}

func sum(text string) []byte { return digest(sha256.New(), text) }

func hexOf(text string) string { return hex.EncodeToString(sum(text)) }

func keyed(key, text string) string {
	return hex.EncodeToString(digest(hmac.New(sha256.New, []byte(key)), text))
}

// TestSearch searches for digests of texts written by hand. If a profile can express the
// recipe found, the recipe must produce the digest.
func TestSearch(t *testing.T) {
	const usual, text = "v1{method}{id}{timestamp_ms}{path_compact}{params}{key}", "v1GETID1595229375367abz=1&c=a+%E4%B8%ADSECRET"
	tests := map[string]struct {
		digest string
		want   recipe.Make // default hash: sha256; default encoding: hex
		how    string
		beyond string
	}{
		"as it is":     {hexOf(text), recipe.Make{Text: usual}, "", ""},
		"upper case":   {strings.ToUpper(hexOf(text)), recipe.Make{Text: usual, Encoding: "HEX"}, "in upper-case hex instead of lower-case hex", ""},
		"base64":       {base64.StdEncoding.EncodeToString(sum(text)), recipe.Make{Text: usual, Encoding: "base64"}, "in base64 instead of lower-case hex", ""},
		"base64url":    {base64.RawURLEncoding.EncodeToString(sum(text)), recipe.Make{Text: usual, Encoding: "base64url"}, "in base64url instead of lower-case hex", ""},
		"unpadded":     {base64.RawStdEncoding.EncodeToString(sum(text)), recipe.Make{Text: usual, Encoding: "base64 without padding"}, "in base64 without padding instead of lower-case hex", "in base64 without padding instead of lower-case hex"},
		"padded":       {base64.URLEncoding.EncodeToString(sum(text)), recipe.Make{Text: usual, Encoding: "base64url with padding"}, "in base64url with padding instead of lower-case hex", "in base64url with padding instead of lower-case hex"},
		"of digits":    {base64.StdEncoding.EncodeToString([]byte(hexOf(text))), recipe.Make{Text: usual, Encoding: "base64 of hex"}, "in base64 of its hex digits instead of lower-case hex", "in base64 of its hex digits instead of lower-case hex"},
		"sha1":         {hex.EncodeToString(digest(sha1.New(), text)), recipe.Make{Text: usual, Hash: "sha1"}, "by sha1 instead of sha256", ""},
		"md5":          {hex.EncodeToString(digest(md5.New(), text)), recipe.Make{Text: usual, Hash: "md5"}, "by md5 instead of sha256", ""},
		"hmac":         {keyed("SECRET", strings.TrimSuffix(text, "SECRET")), recipe.Make{Text: "v1{method}{id}{timestamp_ms}{path_compact}{params}", Hash: "hmac-sha256", Key: "{key}"}, "without {key}, by hmac-sha256 with the key {key} instead of sha256", ""},
		"sorted":       {hexOf("v1GETID1595229375367abc=a+%E4%B8%AD&z=1SECRET"), recipe.Make{Text: "v1{method}{id}{timestamp_ms}{path_compact}{query_sorted}{key}"}, "with the query sorted", ""},
		"question":     {hexOf("v1GETID1595229375367ab?z=1&c=a+%E4%B8%ADSECRET"), recipe.Make{Text: "v1{method}{id}{timestamp_ms}{path_compact}?{params}{key}"}, "with ? before the query", ""},
		"decoded":      {hexOf("v1GETID1595229375367abz=1&c=a 中SECRET"), recipe.Make{Text: "v1{method}{id}{timestamp_ms}{path_compact}z=1&c={code}{key}"}, "with the query percent-decoded", ""},
		"slashes":      {hexOf("v1GETID1595229375367/a/bz=1&c=a+%E4%B8%ADSECRET"), recipe.Make{Text: "v1{method}{id}{timestamp_ms}{path}{params}{key}"}, "with the slashes of the path", ""},
		"whole path":   {hexOf("v1GETID1595229375367/root/x/a/bz=1&c=a+%E4%B8%ADSECRET"), recipe.Make{Text: "v1{method}{id}{timestamp_ms}/root/x{path}{params}{key}"}, "with the whole path, from the root of the host", ""},
		"all compact":  {hexOf("v1GETID1595229375367rootxabz=1&c=a+%E4%B8%ADSECRET"), recipe.Make{Text: "v1{method}{id}{timestamp_ms}rootx{path_compact}{params}{key}"}, "with the whole path, from the root of the host, without its slashes", ""},
		"seconds":      {hexOf("v1GETID1595229375abz=1&c=a+%E4%B8%ADSECRET"), recipe.Make{Text: "v1{method}{id}{timestamp}{path_compact}{params}{key}"}, "with the time in seconds", ""},
		"lower method": {hexOf("v1getID1595229375367abz=1&c=a+%E4%B8%ADSECRET"), recipe.Make{Text: "v1get{id}{timestamp_ms}{path_compact}{params}{key}"}, "with the method in lower case", ""},
		"lower":        {hexOf(strings.ToLower(text)), recipe.Make{Text: usual}, "with the whole text in lower case", "with the whole text in lower case"},
		"upper":        {hexOf(strings.ToUpper(text)), recipe.Make{Text: usual}, "with the whole text in upper case", "with the whole text in upper case"},
		"moved":        {hexOf("v1GETSECRETID1595229375367abz=1&c=a+%E4%B8%AD"), recipe.Make{Text: "v1{method}{key}{id}{timestamp_ms}{path_compact}{params}"}, "with the parts in the order v1 {method} {key} {id} {timestamp_ms} {path_compact} {params}", ""},
		"both ends":    {hexOf("SECRET" + text), recipe.Make{Text: "{key}" + usual}, "with {key} at both ends", ""},
		"left out":     {hexOf("v1GETID1595229375367z=1&c=a+%E4%B8%ADSECRET"), recipe.Make{Text: "v1{method}{id}{timestamp_ms}{params}{key}"}, "without {path_compact}", ""},
		"empty": {
			hexOf("v1\nGET\nID\n\nab\nz=1&c=a+%E4%B8%AD\nSECRET"),
			recipe.Make{Text: "v1\n{method}\n{id}\n\n{path_compact}\n{params}\n{key}"},
			"with nothing in place of {timestamp_ms}, with a line feed between the parts", "",
		},
		"two": {
			hexOf("SECRET|v1|GET|ID|1595229375367|ab|z=1&c=a+%E4%B8%AD"),
			recipe.Make{Text: "{key}|v1|{method}|{id}|{timestamp_ms}|{path_compact}|{params}"},
			`with the parts in the order {key} v1 {method} {id} {timestamp_ms} {path_compact} {params}, with "|" between the parts`, "",
		},
		"three": {
			keyed("SECRET", "v1\nGET\nID\n1595229375\nab\nz=1&c=a+%E4%B8%AD"),
			recipe.Make{Text: "v1\n{method}\n{id}\n{timestamp}\n{path_compact}\n{params}", Hash: "hmac-sha256", Key: "{key}"},
			"with the time in seconds, without {key}, with a line feed between the parts, by hmac-sha256 with the key {key} instead of sha256", "",
		},
		"three and another order": {
			hexOf("SECRET|v1|GET|ID|1595229375|ab|z=1&c=a+%E4%B8%AD"),
			recipe.Make{Text: "{key}|v1|{method}|{id}|{timestamp}|{path_compact}|{params}"},
			`with the time in seconds, with the parts in the order {key} v1 {method} {id} {timestamp} {path_compact} {params}, with "|" between the parts`, "",
		},
		"four and a key": {
			keyed("SECRET", "v1&get&ID&1595229375&/a/b&z=1&c=a+%E4%B8%AD"),
			recipe.Make{Text: "v1&get&{id}&{timestamp}&{path}&{params}", Hash: "hmac-sha256", Key: "{key}"},
			`with the method in lower case, with the time in seconds, with the slashes of the path, without {key}, with "&" between the parts, by hmac-sha256 with the key {key} instead of sha256`, "",
		},
		"five": {
			base64.StdEncoding.EncodeToString(sum("v1&get&ID&1595229375&/a/b&c=a+%E4%B8%AD&z=1&SECRET")),
			recipe.Make{Text: "v1&get&{id}&{timestamp}&{path}&{query_sorted}&{key}", Encoding: "base64"},
			`with the method in lower case, with the time in seconds, with the slashes of the path, with the query sorted, with "&" between the parts, in base64 instead of lower-case hex`, "",
		},
	}
	for separator, name := range map[string]string{"\n": "a line feed", " ": "a space", "&": "", "|": "", ",": "", ":": "", ".": "", "-": "", "_": "", ";": ""} {
		if name == "" {
			name = `"` + separator + `"`
		}
		tt := tests["as it is"]
		tt.digest = hexOf(strings.Join([]string{"v1", "GET", "ID", "1595229375367", "ab", "z=1&c=a+%E4%B8%AD", "SECRET"}, separator))
		tt.want.Text = recipe.Template(strings.Join([]string{"v1", "{method}", "{id}", "{timestamp_ms}", "{path_compact}", "{params}", "{key}"}, separator))
		tt.how = "with " + name + " between the parts"
		tests["separated by "+name] = tt
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			found, tried, err := ours.Search(tt.digest, signedRequest(t, ours), "sign", isSecret)
			if err != nil || len(found) != 1 {
				t.Fatalf("found %v, %v after %d digests, want one way", found, err, tried)
			}
			if tt.want.Hash == "" {
				tt.want.Hash = "sha256"
			}
			if tt.want.Encoding == "" {
				tt.want.Encoding = "hex"
			}
			got := found[0]
			if diff := cmp.Diff([]any{tt.want, tt.how, tt.beyond}, []any{got.Make, got.How.EN, got.Beyond.EN}); diff != "" {
				t.Errorf("after %d digests (-want +got):\n%s", tried, diff)
			}
			if (got.How.ZH == "") != (tt.how == "") || (got.Beyond.ZH == "") != (tt.beyond == "") {
				t.Errorf("the Chinese is %q, %q", got.How.ZH, got.Beyond.ZH)
			}
			if tt.beyond == "" {
				pasted := ours
				pasted.Sign = &got.Make
				if again := signedRequest(t, pasted).Made["sign"]; again != tt.digest {
					t.Errorf("the recipe that was found gives %s, want %s", again, tt.digest)
				}
			}
		})
	}
}

// TestSearchFindsTheRecipeItself: the first way found is the profile's, wherever its text has
// punctuation.
func TestSearchFindsTheRecipeItself(t *testing.T) {
	for _, text := range []recipe.Template{
		"{id}{key}", "{id}-{key}", "-{id}{key}", "{id}:{key}|", "{id}-{timestamp_ms}:{key}", "-{id}-{key}", "{id}--{key}", "({id})", "{key}",
	} {
		r := ours
		r.Sign = &recipe.Make{Text: text, Hash: "sha256", Encoding: "hex"}
		req := signedRequest(t, r)
		found, tried, err := r.Search(req.Made["sign"], req, "sign", isSecret)
		if err != nil || len(found) == 0 {
			t.Errorf("%s: found %v, %v after %d digests", text, found, err, tried)
			continue
		}
		if diff := cmp.Diff([]any{*r.Sign, ""}, []any{found[0].Make, found[0].How.EN}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// TestSearchInBody covers the variants of a POST body, and recipes with a key.
func TestSearchInBody(t *testing.T) {
	form := recipe.Recipe{
		Method: "POST", URL: "{base_url}/a", Query: map[string]recipe.Template{"q": "{id}", "b": "{code}"}, Form: map[string]recipe.Template{"c": "{code}", "sign": "{sign}", "none": "{none?}"},
		Sign: &recipe.Make{Text: "{path}\n{params}", Hash: "hmac-sha256", Key: "{salt}", Encoding: "base64"},
	}
	json := form
	json.URL, json.Query, json.Form, json.JSON = "{base_url}/a?q=%41&b={code}", nil, nil, map[string]any{"c": "{code}", "sign": "{sign}"}
	tests := []struct {
		recipe            recipe.Recipe
		hash              hash.Hash
		text, want, words string
		beyond            bool
	}{
		{form, hmac.New(sha256.New, []byte("SALT")), "/a\nc=a+%E4%B8%AD", "{path}\n{params}", "", false},
		{form, hmac.New(sha256.New, []byte("SALT")), "/a\nc=a 中", "{path}\nc={code}", "with the body percent-decoded", false},
		{form, hmac.New(sha256.New, []byte("SALT")), "/a\nb=a+%E4%B8%AD&q=ID", "{path}\n{query_sorted}", "with the query sorted", true},
		{form, hmac.New(sha256.New, []byte("SALT")), "/a\nb=a 中&q=ID", "{path}\nb={code}&q={id}", "with the query percent-decoded", false},
		{form, sha256.New(), "/a\nc=a+%E4%B8%ADSALT", "", "", false},
		{form, sha256.New(), "/a\nSALT\nc=a+%E4%B8%AD", "{path}\n{salt}\n{params}", "with {salt} as well, by sha256 instead of hmac-sha256", false},
		{json, hmac.New(sha256.New, []byte("SALT")), "/a\nq=%41&b=a+%E4%B8%AD", "{path}\n‹query›", "with the query", true},
		{json, hmac.New(sha256.New, []byte("SALT")), "/a\n?q=%41&b=a+%E4%B8%AD", "{path}\n?‹query›", "with ? before the query", true},
		{json, hmac.New(sha256.New, []byte("SALT")), "/a\nq=A&b=a 中", "{path}\n‹decoded query›", "with the query percent-decoded", true},
		{json, hmac.New(sha256.New, []byte("SALT")), "/A\n{\"C\":\"A 中\"}", "{path}\n{params}", "with the whole text in upper case", true},
		{json, hmac.New(sha256.New, []byte("SALT")), `/a{"c":"a 中"}`, "{path}{params}", "with nothing between the parts", false},
	}
	for _, tt := range tests {
		sought := base64.StdEncoding.EncodeToString(digest(tt.hash, tt.text))
		found, tried, err := tt.recipe.Search(sought, signedRequest(t, tt.recipe), "sign", isSecret)
		if err != nil {
			t.Fatal(err)
		}
		if tt.want == "" {
			if len(found) > 0 {
				t.Errorf("%q: found %v after %d digests, want nothing", tt.text, found, tried)
			}
			continue
		}
		if len(found) == 0 || string(found[0].Make.Text) != tt.want || found[0].How.EN != tt.words || found[0].Beyond.IsZero() == tt.beyond {
			t.Errorf("%q: found %+v after %d digests", tt.text, found, tried)
			continue
		}
		if pasted := tt.recipe; !tt.beyond {
			pasted.Sign = &found[0].Make
			if again := signedRequest(t, pasted).Made["sign"]; again != sought {
				t.Errorf("%q: the recipe that was found gives %s, want %s", tt.text, again, sought)
			}
		}
	}
}

// TestSearchEnds searches for a digest that no recipe produces, and for texts that are no
// digests.
func TestSearchEnds(t *testing.T) {
	for _, sign := range []recipe.Make{
		*ours.Sign,
		{Text: "{params}&{timestamp}", Hash: "hmac-sha256", Key: "{key}", Encoding: "base64"},
		{Text: "{body}{none?}", Hash: "sha256"},
	} {
		r := ours
		r.Sign = &sign
		found, tried, err := r.Search(hexOf("something else"), signedRequest(t, r), "sign", isSecret)
		if err != nil || len(found) > 0 {
			t.Errorf("%s: found %v, %v", sign.Text, found, err)
		}
		if tried == 0 || tried > 200_000 {
			t.Errorf("%s: %d digests were computed", sign.Text, tried)
		}
	}
	for _, no := range []string{"", "abc", hexOf("")[:63] + "F", hexOf("")[:63] + "x", "A" + hexOf("x")[1:], strings.Repeat("=", 44)} {
		_, _, err := ours.Search(no, signedRequest(t, ours), "sign", isSecret)
		if wrong := new(recipe.DigestError); !errors.As(err, &wrong) || wrong.Length != len(no) {
			t.Errorf("%q: error %v", no, err)
		}
	}
	large := ours
	large.Method, large.JSON = "POST", map[string]any{"c": strings.Repeat("x", 1<<20)}
	if _, tried, err := large.Search(hexOf("something else"), signedRequest(t, large), "sign", isSecret); err != nil || tried == 0 || tried > 300 {
		t.Errorf("a body of 1 MiB: %d digests were computed, want 1 to 300; %v", tried, err)
	}
}

func BenchmarkSearch(b *testing.B) {
	at := time.UnixMilli(1595229375367)
	req, err := ours.Build(context.Background(), oursValues, recipe.Fresh{Now: func() time.Time { return at }, Rand: strings.NewReader(strings.Repeat("r", 64))})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := ours.Search(hexOf("something else"), req, "sign", isSecret); err != nil {
			b.Fatal(err)
		}
	}
}
