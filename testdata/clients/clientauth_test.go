package clients_test

import (
	"errors"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
)

// publishedKey is the key of RFC 7515, appendix A.3, which the emulator accepts unless it is
// told another.
const publishedKey = `{"kty":"EC","crv":"P-256",` +
	`"x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",` +
	`"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",` +
	`"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}`

// TestOAuth2WithJWT logs in with golang.org/x/oauth2 as a client that authenticates by a JWT
// (RFC 7523 §2.2). The library leaves it to its users to sign.
func TestOAuth2WithJWT(t *testing.T) {
	e := emulate(t, "oidc", "--set", "token_endpoint_auth_method=private_key_jwt")
	provider, err := oidc.NewProvider(t.Context(), e.inputs["issuer"])
	if err != nil {
		t.Fatal(err)
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	config := oauth2.Config{ClientID: e.inputs["client_id"], RedirectURL: e.inputs["redirect_uri"], Endpoint: endpoint, Scopes: []string{"openid"}}
	honest := jwt.Claims{
		Issuer: config.ClientID, Subject: config.ClientID, Audience: jwt.Audience{endpoint.TokenURL}, ID: "1",
		Expiry: jwt.NewNumericDate(time.Now().Add(time.Minute)),
	}
	login := func(claims jwt.Claims) error {
		code := e.approve(t, config.AuthCodeURL("emulated-state"))
		_, err := config.Exchange(t.Context(), code,
			oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
			oauth2.SetAuthURLParam("client_assertion", signed(t, claims)))
		return err
	}
	if err := login(honest); err != nil {
		t.Error(err)
	}
	for claim, change := range map[string]func(*jwt.Claims){
		"aud": func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://other.example"} },
		"iss": func(c *jwt.Claims) { c.Issuer = "another-client" },
		"sub": func(c *jwt.Claims) { c.Subject = "another-client" },
		"exp": func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(time.Now().Add(-time.Hour)) },
		"jti": func(c *jwt.Claims) { c.ID = "1" },
	} {
		forged := honest
		forged.ID = claim
		change(&forged)
		if err, is := errors.AsType[*oauth2.RetrieveError](login(forged)); !is || err.ErrorCode != "invalid_client" {
			t.Errorf("%s: %v", claim, err)
		}
	}
}

// signed returns a JWT with these claims.
func signed(t *testing.T, claims jwt.Claims) string {
	t.Helper()
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON([]byte(publishedKey)); err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
