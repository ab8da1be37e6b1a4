package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKeyOf: each algorithm that an input's key is used for is listed once, in order. An
// empty list means that any key will do.
func TestKeyOf(t *testing.T) {
	p := load(t, "p", sources(t, files{"p.toml": `
inputs.client_key = { secret = true }
inputs.pk = { secret = true }
inputs.copy = { secret = true, default = "{pk}" }
make.one = { text = "{timestamp}", hash = "rsa-sha256", key = "{pk}", encoding = "hex" }
make.two = { text = "{timestamp_ms}", hash = "rsa-sha1", key = "{pk}", encoding = "hex" }
make.three = { text = "{timestamp}", hash = "rsa-sha256", key = "{pk}", encoding = "base64" }
[exchange]
method = "POST"
url = "https://h.example/token"
form = { code = "{code}", a = "{jwt_auth}", one = "{one}", two = "{two}", three = "{three}" }
read = { access_token = ".t" }
`}, "", ""))
	for input, want := range map[string][]string{"pk": {"rsa-sha1", "rsa-sha256"}, "client_key": {}, "copy": nil, "code": nil} {
		for range 20 { // the signatures are in a map
			if diff := cmp.Diff(want, p.KeyOf(input)); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", input, diff)
			}
		}
	}
}
