package recipe_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
)

// ours is a recipe as a profile has it, and what its placeholders stand for in
// one request.
var (
	ours   = recipe.Sign{Text: "v1{method}{id}{timestamp_ms}{path_compact}{params}{key}", Hash: "sha256"}
	values = map[string]string{
		"method": "GET", "id": "ID", "timestamp": "1595229375", "timestamp_ms": "1595229375367",
		"path": "/a/b", "path_compact": "ab", "params": "z=1&c=2", "query_sorted": "c=2&z=1", "body": "", "key": "SECRET",
	}
)

func valueOf(name string) (string, bool) {
	v, ok := values[name]
	return v, ok
}

// TestSearch has digests computed from texts by hand, as a vendor would, and
// looks for the recipe that says so.
func TestSearch(t *testing.T) {
	sum := func(text string) []byte { s := sha256.Sum256([]byte(text)); return s[:] }
	const text = "v1GETID1595229375367abz=1&c=2SECRET"
	keyed := hmac.New(sha256.New, []byte("SECRET"))
	keyed.Write([]byte("v1GETID1595229375367abz=1&c=2"))
	sha, short := sha1.Sum([]byte(text)), md5.Sum([]byte(text))
	tests := map[string]struct {
		digest string
		want   recipe.Sign
	}{
		"as it is":     {hex.EncodeToString(sum(text)), recipe.Sign{Text: ours.Text, Hash: "sha256", Encoding: "hex"}},
		"upper case":   {strings.ToUpper(hex.EncodeToString(sum(text))), recipe.Sign{Text: ours.Text, Hash: "sha256", Encoding: "HEX"}},
		"base64":       {base64.StdEncoding.EncodeToString(sum(text)), recipe.Sign{Text: ours.Text, Hash: "sha256", Encoding: "base64"}},
		"base64url":    {base64.RawURLEncoding.EncodeToString(sum(text)), recipe.Sign{Text: ours.Text, Hash: "sha256", Encoding: "base64url"}},
		"sha1":         {hex.EncodeToString(sha[:]), recipe.Sign{Text: ours.Text, Hash: "sha1", Encoding: "hex"}},
		"md5":          {hex.EncodeToString(short[:]), recipe.Sign{Text: ours.Text, Hash: "md5", Encoding: "hex"}},
		"hmac":         {hex.EncodeToString(keyed.Sum(nil)), recipe.Sign{Text: "v1{method}{id}{timestamp_ms}{path_compact}{params}", Hash: "hmac-sha256", Key: "{key}", Encoding: "hex"}},
		"sorted":       {hex.EncodeToString(sum("v1GETID1595229375367abc=2&z=1SECRET")), recipe.Sign{Text: "v1{method}{id}{timestamp_ms}{path_compact}{query_sorted}{key}", Hash: "sha256", Encoding: "hex"}},
		"question":     {hex.EncodeToString(sum("v1GETID1595229375367ab?z=1&c=2SECRET")), recipe.Sign{Text: "v1{method}{id}{timestamp_ms}{path_compact}?{params}{key}", Hash: "sha256", Encoding: "hex"}},
		"slashes":      {hex.EncodeToString(sum("v1GETID1595229375367/a/bz=1&c=2SECRET")), recipe.Sign{Text: "v1{method}{id}{timestamp_ms}{path}{params}{key}", Hash: "sha256", Encoding: "hex"}},
		"seconds":      {hex.EncodeToString(sum("v1GETID1595229375abz=1&c=2SECRET")), recipe.Sign{Text: "v1{method}{id}{timestamp}{path_compact}{params}{key}", Hash: "sha256", Encoding: "hex"}},
		"lower method": {hex.EncodeToString(sum("v1getID1595229375367abz=1&c=2SECRET")), recipe.Sign{Text: "v1get{id}{timestamp_ms}{path_compact}{params}{key}", Hash: "sha256", Encoding: "hex"}},
		"separated":    {hex.EncodeToString(sum("v1\nGET\nID\n1595229375367\nab\nz=1&c=2\nSECRET")), recipe.Sign{Text: "v1\n{method}\n{id}\n{timestamp_ms}\n{path_compact}\n{params}\n{key}", Hash: "sha256", Encoding: "hex"}},
		"moved":        {hex.EncodeToString(sum("v1GETSECRETID1595229375367abz=1&c=2")), recipe.Sign{Text: "v1{method}{key}{id}{timestamp_ms}{path_compact}{params}", Hash: "sha256", Encoding: "hex"}},
		"both ends":    {hex.EncodeToString(sum("SECRET" + text)), recipe.Sign{Text: "{key}v1{method}{id}{timestamp_ms}{path_compact}{params}{key}", Hash: "sha256", Encoding: "hex"}},
		"left out":     {hex.EncodeToString(sum("v1GETID1595229375367z=1&c=2SECRET")), recipe.Sign{Text: "v1{method}{id}{timestamp_ms}{params}{key}", Hash: "sha256", Encoding: "hex"}},
		"two":          {hex.EncodeToString(sum("SECRET|v1|GET|ID|1595229375367|ab|z=1&c=2")), recipe.Sign{Text: "{key}|v1|{method}|{id}|{timestamp_ms}|{path_compact}|{params}", Hash: "sha256", Encoding: "hex"}},
		"four": {
			base64.StdEncoding.EncodeToString(sum("v1&get&ID&1595229375&/a/b&c=2&z=1&SECRET")),
			recipe.Sign{Text: "v1&get&{id}&{timestamp}&{path}&{query_sorted}&{key}", Hash: "sha256", Encoding: "base64"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			found, tried, err := ours.Search(tt.digest, valueOf, []recipe.Template{"{key}"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]recipe.Sign{tt.want}, found); diff != "" {
				t.Errorf("of %d (-want +got): %s", tried, diff)
			}
		})
	}
}

// TestSearchEnds looks for what no recipe gives, and for what is no digest.
func TestSearchEnds(t *testing.T) {
	nothing := sha256.Sum256(nil)
	for _, s := range []recipe.Sign{
		ours,
		{Text: "{params}&{timestamp}", Hash: "hmac-sha256", Key: "{key}", Encoding: "base64"},
		{Text: "{body}", Hash: "sha256"},
	} {
		found, tried, err := s.Search(hex.EncodeToString(nothing[:]), func(string) (string, bool) { return "x", true }, []recipe.Template{"{key}"})
		if err != nil || len(found) > 0 {
			t.Errorf("%s: found %v, %v", s.Text, found, err)
		}
		if tried == 0 || tried > 5000 {
			t.Errorf("%s: %d digests were computed", s.Text, tried)
		}
	}
	if _, _, err := ours.Search("abc", valueOf, nil); err == nil || !strings.HasPrefix(err.Error(), "3 characters are no digest") {
		t.Errorf("error %v", err)
	}
}
