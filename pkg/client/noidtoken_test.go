package client_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// A login with the scope openid has to end with an id_token, because without one nothing proves
// who logged in (OpenID Connect Core 1.0 §3.1.3.3).
func TestLoginWithoutIDToken(t *testing.T) {
	for name, tt := range map[string]struct {
		scope, idToken string
		noVerify       bool
		refused        bool
	}{
		"openid, absent":       {scope: "openid email", idToken: "", refused: true},
		"openid, null":         {scope: "openid", idToken: `,"id_token":null`, refused: true},
		"openid, empty":        {scope: "openid", idToken: `,"id_token":""`, refused: true},
		"openid, not verified": {scope: "openid", noVerify: true},
		"without openid":       {scope: "email"},
		"a scope like openid":  {scope: "openid2"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(w, `{"access_token":"T"%s}`, tt.idToken)
			}))
			defer server.Close()
			p, err := profile.Load("p", profile.Sources{Builtin: fstest.MapFS{"p.toml": {Data: []byte(`
[inputs]
issuer    = { default = "` + server.URL + `" }
client_id = { default = "c1" }
scope     = { default = "` + tt.scope + `" }
token_url = { default = "` + server.URL + `/t" }
[exchange]
method = "POST"
url    = "{token_url}"
form   = { code = "{code}", scope = "{scope}", client_id = "{client_id}", issuer = "{issuer}" }
read   = { access_token = ".access_token", id_token = ".id_token" }
`)}}})
			if err != nil {
				t.Fatal(err)
			}
			c := client.New(p, client.Deps{HTTP: server.Client(), Now: time.Now, Rand: rand.Reader, Timeout: 10 * time.Second, NoVerify: tt.noVerify})
			_, err = c.Exchange(t.Context(), recipe.Values{"code": secret.New("C")})
			var wrong *client.ProtocolError
			if refused := errors.As(err, &wrong) && wrong.Claim == "format"; refused != tt.refused || err != nil && !refused {
				t.Errorf("got %v, want refused %t", err, tt.refused)
			}
		})
	}
}
