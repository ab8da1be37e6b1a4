package clients_test

import (
	"testing"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/openidConnect"
)

// gothOIDC returns goth's provider for any OpenID provider with discovery.
func gothOIDC(in inputs) goth.Provider {
	p, err := openidConnect.New(in["client_id"], in["client_secret"], in["redirect_uri"], in["issuer"]+"/.well-known/openid-configuration")
	if err != nil {
		panic(err)
	}
	return p
}

// TestGothForgeries has goth meet forged id_tokens. It does not verify signatures, and accepts
// what only these show.
func TestGothForgeries(t *testing.T) {
	const accepted = ""
	e := emulate(t, "oidc")
	for _, test := range []struct{ step, kind, want string }{
		{"exchange", "id_token.bad_signature", accepted},
		{"exchange", "id_token.none", accepted},
		{"exchange", "id_token.aud", "audience in token does not match client key"},
		{"exchange", "id_token.iss", "issuer in token does not match issuer in OpenIDConfig discovery"},
		{"exchange", "id_token.exp", "user info JWT token is expired"},
		{"exchange", "id_token.kid", accepted},
		{"exchange", "id_token.garbage", "error decoding JWT token"},
		{"exchange", "id_token.at_hash", accepted},
		{"exchange", "id_token.azp", accepted},
		{"exchange", "id_token.nonce", accepted},
		{"exchange", "id_token.sub", "userinfo 'sub' claim (10086) did not match id_token 'sub' claim"},
		{"discovery", "issuer_mismatch", "issuer in token does not match issuer in OpenIDConfig discovery"},
		{"callback", "iss", accepted},
	} {
		t.Run(test.kind, func(t *testing.T) {
			e.arm(t, test.step, test.kind)
			c := gothClient{provider: gothOIDC(e.inputs)}
			address, err := c.authorizeURL("emulated-state")
			if err != nil {
				t.Fatal(err)
			}
			if err := c.exchange(e.approve(t, address)); err != nil {
				t.Fatal(err)
			}
			got, err := c.user()
			if test.want == accepted {
				if err != nil || got.ID == "" {
					t.Errorf("user %v, error %v: update the finding", got, err)
				}
				return
			}
			refused(t, err, test.want)
		})
	}
}
