package client_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator/sign"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// withUserInfo is a profile with the userinfo of OpenID Connect.
const withUserInfo = `
[inputs]
issuer       = {}
userinfo_url = {}
client_id    = { default = "c1" }
userinfo_signed_response_alg = {}
[userinfo]
method  = "GET"
url     = "{userinfo_url}"
headers = { Authorization = "Bearer {access_token}" }
read    = { subject = ".sub" }
`

// TestSignedUserInfo: a signed userinfo response is verified (OpenID Connect Core 1.0 §5.3.2),
// and one that is not signed only if it need not be.
func TestSignedUserInfo(t *testing.T) {
	keys, err := sign.New("ES256")
	if err != nil {
		t.Fatal(err)
	}
	jwks, err := keys.JWKS()
	if err != nil {
		t.Fatal(err)
	}
	const unsigned = "the response is a signed JWT; its signature was not verified"
	for name, tt := range map[string]struct {
		claims     map[string]any // changes; nil removes one
		edit       func(token string) string
		plain      bool // JSON
		registered string
		noIssuer   bool
		noVerify   bool
		failed     string // the error
		warned     string
	}{
		"genuine":                {},
		"genuine, as registered": {registered: "ES256"},
		"another algorithm":      {registered: "RS256", failed: `p: userinfo: the userinfo response is signed with "ES256": expected one of RS256`},
		"another aud":            {claims: map[string]any{"aud": "c2"}, failed: `p: userinfo: the userinfo response is for another client: expected aud "c1", got "c2"`},
		"without aud":            {claims: map[string]any{"aud": nil}, failed: "the userinfo response is for another client"},
		"another iss":            {claims: map[string]any{"iss": "https://op.example"}, failed: "the userinfo response is from another issuer"},
		"changed":                {edit: func(token string) string { return token[:len(token)-4] + "AAAA" }, failed: "the userinfo response's signature is wrong: no key of SERVER/jwks made it"},
		"none": {edit: func(token string) string {
			return "eyJhbGciOiJub25lIn0" + token[strings.Index(token, "."):strings.LastIndex(token, ".")+1]
		}, failed: `the userinfo response is not signed: its alg is "none"`},
		"JSON":                     {plain: true},
		"JSON, although signed":    {plain: true, registered: "ES256", failed: `p: userinfo: the userinfo response is not signed: expected "ES256"`},
		"unverified":               {claims: map[string]any{"aud": "c2"}, noVerify: true, warned: unsigned},
		"without an issuer":        {claims: map[string]any{"aud": "c2"}, noIssuer: true, warned: unsigned},
		"JSON, without an issuer":  {plain: true, noIssuer: true},
		"a line end after the JWT": {edit: func(token string) string { return token + "\n" }},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				base := "http://" + r.Host
				w.Header().Set("Content-Type", "application/json")
				switch r.URL.Path {
				case "/jwks":
					w.Write(jwks)
				case "/userinfo":
					claims := map[string]any{"iss": base, "aud": "c1", "sub": "86"}
					maps.Copy(claims, tt.claims)
					maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
					if tt.plain {
						json.NewEncoder(w).Encode(claims)
						return
					}
					token, err := keys.Sign("ES256", claims)
					if err != nil {
						t.Error(err)
					}
					if tt.edit != nil {
						token = tt.edit(token)
					}
					w.Header().Set("Content-Type", "application/jwt")
					fmt.Fprint(w, token)
				default:
					fmt.Fprintf(w, `{"issuer":%q,"userinfo_endpoint":"%[1]s/userinfo","jwks_uri":"%[1]s/jwks"}`, base)
				}
			}))
			defer server.Close()
			p, err := profile.Load("p", profile.Sources{Builtin: fstest.MapFS{"p.toml": {Data: []byte(withUserInfo)}}})
			if err != nil {
				t.Fatal(err)
			}
			given := map[string]string{"issuer": server.URL, "userinfo_signed_response_alg": tt.registered}
			if tt.noIssuer {
				given = map[string]string{"userinfo_url": server.URL + "/userinfo"}
			}
			for name, text := range given {
				if err := p.Set(name, text, profile.Origin{From: "flag"}); err != nil {
					t.Fatal(err)
				}
			}
			warned := ""
			c := client.New(p, client.Deps{
				HTTP: server.Client(), Now: time.Now, Rand: rand.Reader, Timeout: 10 * time.Second, NoVerify: tt.noVerify, Context: t.Context(),
				Warn: func(t lang.Text) { warned += t.EN },
			})
			u, err := c.UserInfo(t.Context(), recipe.Values{"access_token": secret.New("T")}, false)
			text := ""
			if err != nil {
				text = strings.ReplaceAll(err.Error(), server.URL, "SERVER")
			}
			if !strings.Contains(text, tt.failed) || (text == "") != (tt.failed == "") || (u.Subject == "86") != (tt.failed == "") || client.IsForged(err) != (tt.failed != "") {
				t.Errorf("subject %q, error %q; want error %q", u.Subject, text, tt.failed)
			}
			if !strings.Contains(warned, tt.warned) || (warned == "") != (tt.warned == "") {
				t.Errorf("warned %q, want %q", warned, tt.warned)
			}
		})
	}
}
