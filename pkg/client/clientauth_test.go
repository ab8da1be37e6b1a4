package client_test

import (
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ssoctl/pkg/basicauth"
	"ssoctl/pkg/client"
	"ssoctl/pkg/key"
	"ssoctl/pkg/profile"
)

// authenticating is a profile that leaves the choice how its client authenticates.
const authenticating = `
[inputs]
issuer        = {}
token_url     = {}
client_id     = { default = "c1" }
client_secret = { secret = true }
client_key    = { secret = true }
client_key_id = {}
client_assertion_audience       = {}
token_endpoint_auth_method      = { default = "client_secret_basic" }
token_endpoint_auth_signing_alg = {}
[reply]
ok   = "has(\"error\") | not"
code = ".error"
[[refusals]]
code = "invalid_client"
kind = "invalid_client"
[token]
method  = "POST"
url     = "{token_url}"
headers = { Authorization = "{basic_auth?}" }
form    = { client_id = "{post_id?}", client_secret = "{post_secret?}", client_assertion = "{jwt_auth?}", client_assertion_type = "{jwt_auth_type?}" }
read    = { access_token = ".access_token" }
`

// authenticated is what a token endpoint saw of a client's authentication.
type authenticated struct {
	Method, Alg, Kid, Aud string
	X5T                   string // the thumbprint of the key's certificate
	ClientID              string // in the form
	Valid                 bool   // the JWT's other claims are right
}

// sentBy reads the authentication of a request. SERVER stands for the server's address.
func sentBy(r *http.Request, server string) (out authenticated, jti string) {
	out.ClientID = r.FormValue("client_id")
	if id, password, ok := basicauth.Decode(r.Header.Get("Authorization")); ok {
		out.Method, out.Valid = "client_secret_basic", id == "c1" && password == "secret"
	} else if text := r.FormValue("client_secret"); text != "" {
		out.Method, out.Valid = "client_secret_post", text == "secret"
	}
	text := r.FormValue("client_assertion")
	if text == "" {
		return out, ""
	}
	token, err := key.ReadToken(text)
	var claims struct {
		Iss, Sub, Aud, JTI string
		Iat, Exp           int64
	}
	out.Alg, out.Method = string(token.Algorithm()), cmp.Or(out.Method, "JWT")
	out.Kid, _ = token.Header["kid"].(string)
	out.X5T, _ = token.Header["x5t#S256"].(string)
	if err == nil {
		err = json.Unmarshal(token.Payload, &claims)
	}
	out.Aud = strings.ReplaceAll(claims.Aud, server, "SERVER")
	with := key.Shared("secret")
	if !token.Algorithm().IsShared() {
		with, _ = key.Example(out.Alg)
		with = with.Public()
	}
	out.Valid = err == nil && token.Verify(with) && claims.Iss == "c1" && claims.Sub == "c1" && claims.Exp == claims.Iat+60 &&
		r.FormValue("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	return out, claims.JTI
}

// certified returns the certificate of an example key in PEM, and its thumbprint.
func certified(t *testing.T, algorithm string) (certificate, thumbprint string) {
	t.Helper()
	k, _ := key.Example(algorithm)
	block, _ := pem.Decode([]byte(k.PEM()))
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.(crypto.Signer).Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), base64.RawURLEncoding.EncodeToString(sum[:])
}

// TestClientAuth checks how a client authenticates, by what it has and what the issuer's
// metadata says.
func TestClientAuth(t *testing.T) {
	private := func(algorithm string) string {
		k, _ := key.Example(algorithm)
		return k.PEM()
	}
	certificate, thumbprint := certified(t, "RS256")
	const jwk = `{"kty":"EC","crv":"P-256","kid":"k1","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}`
	for name, tt := range map[string]struct {
		given    map[string]string
		metadata string // what the issuer says about it; "" for a client without an issuer
		want     authenticated
		err      string
	}{
		"nothing":                      {nil, "", authenticated{ClientID: "c1"}, ""},
		"a secret":                     {map[string]string{"client_secret": "secret"}, "", authenticated{Method: "client_secret_basic", Valid: true}, ""},
		"a key":                        {map[string]string{"client_key": private("ES256")}, "", authenticated{Method: "JWT", Alg: "ES256", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"a key of RSA":                 {map[string]string{"client_key": private("RS256")}, "", authenticated{Method: "JWT", Alg: "RS256", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"a key of Ed25519":             {map[string]string{"client_key": private("EdDSA")}, "", authenticated{Method: "JWT", Alg: "EdDSA", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"a key of P-384":               {map[string]string{"client_key": private("ES384")}, "", authenticated{Method: "JWT", Alg: "ES384", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"a key with an id":             {map[string]string{"client_key": jwk}, "", authenticated{Method: "JWT", Alg: "ES256", Kid: "k1", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"a certificate after the key":  {map[string]string{"client_key": private("RS256") + certificate}, "", authenticated{Method: "JWT", Alg: "RS256", X5T: thumbprint, Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"a certificate before the key": {map[string]string{"client_key": certificate + private("RS256")}, "", authenticated{Method: "JWT", Alg: "RS256", X5T: thumbprint, Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"another's certificate":        {map[string]string{"client_key": certificate + private("ES256")}, "", authenticated{Method: "JWT", Alg: "ES256", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"another id":                   {map[string]string{"client_key": jwk, "client_key_id": "k2"}, "", authenticated{Method: "JWT", Alg: "ES256", Kid: "k2", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"a key and a secret":           {map[string]string{"client_key": jwk, "client_secret": "secret"}, "", authenticated{Method: "JWT", Alg: "ES256", Kid: "k1", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"an issuer":                    {map[string]string{"client_key": private("RS256")}, `{}`, authenticated{Method: "JWT", Alg: "RS256", Aud: "SERVER/a", ClientID: "c1", Valid: true}, ""},
		"another aud":                  {map[string]string{"client_key": private("RS256"), "client_assertion_audience": "x"}, `{}`, authenticated{Method: "JWT", Alg: "RS256", Aud: "x", ClientID: "c1", Valid: true}, ""},
		"PS256 is demanded":            {map[string]string{"client_key": private("RS256")}, `{"token_endpoint_auth_signing_alg_values_supported":["ES256","PS256","PS384"]}`, authenticated{Method: "JWT", Alg: "PS256", Aud: "SERVER/a", ClientID: "c1", Valid: true}, ""},
		"PS256 is possible":            {map[string]string{"client_key": private("RS256")}, `{"token_endpoint_auth_signing_alg_values_supported":["PS256","RS256"]}`, authenticated{Method: "JWT", Alg: "RS256", Aud: "SERVER/a", ClientID: "c1", Valid: true}, ""},
		"Ed25519 is demanded":          {map[string]string{"client_key": private("EdDSA")}, `{"token_endpoint_auth_signing_alg_values_supported":["Ed25519"]}`, authenticated{Method: "JWT", Alg: "Ed25519", Aud: "SERVER/a", ClientID: "c1", Valid: true}, ""},
		"PS256 is given":               {map[string]string{"client_key": private("RS256"), "token_endpoint_auth_signing_alg": "PS256"}, "", authenticated{Method: "JWT", Alg: "PS256", Aud: "SERVER/t", ClientID: "c1", Valid: true}, ""},
		"only post":                    {map[string]string{"client_secret": "secret"}, `{"token_endpoint_auth_methods_supported":["private_key_jwt","client_secret_post"]}`, authenticated{Method: "client_secret_post", ClientID: "c1", Valid: true}, ""},
		"basic and post":               {map[string]string{"client_secret": "secret"}, `{"token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic"]}`, authenticated{Method: "client_secret_basic", Valid: true}, ""},
		"only secret JWT":              {map[string]string{"client_secret": "secret"}, `{"token_endpoint_auth_methods_supported":["client_secret_jwt"],"token_endpoint_auth_signing_alg_values_supported":["HS512"]}`, authenticated{Method: "JWT", Alg: "HS512", Aud: "SERVER/a", ClientID: "c1", Valid: true}, ""},
		"only unknown":                 {map[string]string{"client_secret": "secret"}, `{"token_endpoint_auth_methods_supported":["tls_client_auth"]}`, authenticated{Method: "client_secret_basic", Valid: true}, ""},
		"no key method":                {map[string]string{"client_key": jwk, "client_secret": "secret"}, `{"token_endpoint_auth_methods_supported":["client_secret_basic"]}`, authenticated{Method: "client_secret_basic", Valid: true}, ""},
		"the user decides":             {map[string]string{"client_secret": "secret", "token_endpoint_auth_method": "client_secret_jwt"}, `{"token_endpoint_auth_methods_supported":["client_secret_post"]}`, authenticated{Method: "JWT", Alg: "HS256", Aud: "SERVER/a", ClientID: "c1", Valid: true}, ""},
		"no key":                       {map[string]string{"token_endpoint_auth_method": "private_key_jwt", "client_secret": "secret"}, "", authenticated{}, "p: missing inputs:\n  client_key"},
		"no secret":                    {map[string]string{"token_endpoint_auth_method": "client_secret_jwt", "client_key": jwk}, "", authenticated{}, "p: missing inputs:\n  client_secret"},
		"a key that misfits":           {map[string]string{"client_key": jwk, "token_endpoint_auth_signing_alg": "RS256"}, "", authenticated{}, "token_endpoint_auth_signing_alg: RS256 needs an RSA key, but this is an EC key (P-256)"},
		"an unreadable key":            {map[string]string{"client_key": "word"}, "", authenticated{}, "client_key: not a key"},
		"the key of a server":          {map[string]string{"client_key": `{"keys":[]}`}, "", authenticated{}, "client_key: this is a set of JWKs"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []authenticated
			ids := map[string]bool{}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				at := "http://" + r.Host
				w.Header().Set("Content-Type", "application/json")
				if r.URL.Path != "/t" {
					members := map[string]any{"issuer": at + "/a", "token_endpoint": at + "/t"}
					_ = json.Unmarshal([]byte(tt.metadata), &members)
					_ = json.NewEncoder(w).Encode(members)
					return
				}
				sent, jti := sentBy(r, at)
				got = append(got, sent)
				ids[jti] = true
				fmt.Fprint(w, `{"access_token":"T"}`)
			}))
			defer server.Close()
			p := loadAuthenticating(t)
			given := map[string]string{"token_url": server.URL + "/t"}
			if tt.metadata != "" {
				given = map[string]string{"issuer": server.URL + "/a"}
			}
			for _, values := range []map[string]string{given, tt.given} {
				for name, text := range values {
					if err := p.Set(name, text, profile.Origin{From: "flag"}); err != nil {
						t.Fatal(err)
					}
				}
			}
			for range 2 {
				c := client.New(p.Copy(), client.Deps{HTTP: server.Client(), Now: time.Now, Rand: rand.Reader, Timeout: 10 * time.Second})
				_, err := c.AppToken(t.Context())
				if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
					t.Fatalf("%v, want %q", err, tt.err)
				}
			}
			var want []authenticated
			if tt.err == "" {
				want = []authenticated{tt.want, tt.want}
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if tt.want.Alg != "" && len(ids) != 2 {
				t.Errorf("jti: %v", ids)
			}
		})
	}
}

func loadAuthenticating(t *testing.T) *profile.Profile {
	t.Helper()
	p, err := profile.Load("p", profile.Sources{Builtin: fstest.MapFS{"p.toml": {Data: []byte(authenticating)}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestClientAuthRefused checks what a refusal says about the client's authentication.
func TestClientAuthRefused(t *testing.T) {
	k, _ := key.Example("ES256")
	for name, tt := range map[string]struct {
		given   map[string]string
		offered string
		want    client.ClientAuth
	}{
		"as offered":  {map[string]string{"client_secret": "secret"}, `["client_secret_basic"]`, client.ClientAuth{}},
		"not offered": {map[string]string{"client_secret": "secret"}, `["private_key_jwt"]`, client.ClientAuth{Method: "client_secret_basic", Offered: []string{"private_key_jwt"}}},
		"a JWT":       {map[string]string{"client_key": k.PEM()}, `["private_key_jwt"]`, client.ClientAuth{Method: "private_key_jwt", Audience: "SERVER/a", Aimed: client.AudienceIssuer}},
		"a public client": {nil, `["client_secret_basic","private_key_jwt"]`, client.ClientAuth{
			Method: "none", Offered: []string{"client_secret_basic", "private_key_jwt"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if r.URL.Path == "/t" {
					w.WriteHeader(http.StatusUnauthorized)
					fmt.Fprint(w, `{"error":"invalid_client"}`)
					return
				}
				fmt.Fprintf(w, `{"issuer":"http://%s/a","token_endpoint":"http://%[1]s/t","token_endpoint_auth_methods_supported":%[2]s}`, r.Host, tt.offered)
			}))
			defer server.Close()
			p := loadAuthenticating(t)
			for name, text := range map[string]string{"issuer": server.URL + "/a", "client_secret": tt.given["client_secret"], "client_key": tt.given["client_key"]} {
				if err := p.Set(name, text, profile.Origin{From: "flag"}); err != nil {
					t.Fatal(err)
				}
			}
			_, err := client.New(p, client.Deps{HTTP: server.Client(), Now: time.Now, Rand: rand.Reader, Timeout: 10 * time.Second}).AppToken(t.Context())
			refusal, is := errors.AsType[*client.Refusal](err)
			if !is {
				t.Fatal(err)
			}
			refusal.Auth.Audience = strings.ReplaceAll(refusal.Auth.Audience, server.URL, "SERVER")
			if diff := gocmp.Diff(tt.want, refusal.Auth); diff != "" {
				t.Error(diff)
			}
		})
	}
}
