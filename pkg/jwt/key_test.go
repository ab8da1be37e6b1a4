package jwt_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/jwt"
)

// TestReadKeys reads files as --jwks and --key do.
func TestReadKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// The public key of RFC 8037, appendix A.2.
	const one = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	const encryption = `{"kty":"OKP","crv":"Ed25519","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	for name, text := range map[string]string{
		"key.json": one, "set.json": `{"keys":[` + one + "," + strings.Replace(one, "{", `{"kid":"2",`, 1) + `]}`, "empty.json": `{"keys":[]}`, "enc.json": `{"keys":[` + encryption + `]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		jwks, key string
		keys      int
		problem   string
	}{
		{"", "", 0, ""},
		{"https://op.example/jwks", "", 0, ""},
		{"set.json", "", 2, ""},
		{"", "key.json", 1, ""},
		{"https://op.example/jwks", "key.json", 1, ""},
		{"empty.json", "", 0, "--jwks DIR/empty.json: there are no keys for signatures in it"},
		{"enc.json", "", 0, "--jwks DIR/enc.json: there are no keys for signatures in it"},
		{"nosuch.json", "", 0, "--jwks DIR/nosuch.json: no such file or directory"},
		{"", "nosuch.json", 0, "--key DIR/nosuch.json: no such file or directory"},
	} {
		path := func(name string) string {
			if name == "" || strings.Contains(name, ":") {
				return name
			}
			return filepath.Join(dir, name)
		}
		keys, err := jwt.ReadKeys(path(c.jwks), path(c.key))
		problem := ""
		if err != nil {
			problem = strings.ReplaceAll(err.Error(), dir, "DIR")
			if kind := failure.Of(err); kind != failure.Usage {
				t.Errorf("%+v: kind %v", c, kind)
			}
		}
		if len(keys) != c.keys || problem != c.problem {
			t.Errorf("%+v: %d keys, %q", c, len(keys), problem)
		}
	}
}
