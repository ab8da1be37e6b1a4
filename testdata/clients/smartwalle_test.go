package clients_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/smartwalle/alipay/v3"
)

// TestSmartwalle logs in with github.com/smartwalle/alipay, which verifies the platform's
// signature of each response.
func TestSmartwalle(t *testing.T) {
	login{
		profile:      "alipay",
		hosts:        []string{"openauth.alipay.com", "openapi.alipay.com"},
		client:       func(in inputs) client { return newAlipay(in) },
		want:         user{ID: "208810086", Nickname: "小明"},
		usedCode:     "isv.code-invalid",
		wrongSecret:  "isv.invalid-signature",
		invalidToken: "aop.invalid-auth-token",
	}.run(t)
}

// TestSmartwalleVerifies makes sure that the library refuses the signature of another key.
func TestSmartwalleVerifies(t *testing.T) {
	e := emulate(t, "alipay")
	e.lead(t, "openapi.alipay.com")
	c := newAlipay(e.inputs)
	if err := c.api.LoadAliPayPublicKey(publicKey(newKey())); err != nil {
		t.Fatal(err)
	}
	refused(t, c.exchange(e.code(t, firstID)), "verification error")
}

// alipayClient is one login.
type alipayClient struct {
	in    inputs
	api   *alipay.Client
	token string
}

// newAlipay returns a client that signs with the application's key, unless the secret is wrong,
// and verifies with the emulator's. They are the two halves of one published key.
func newAlipay(in inputs) *alipayClient {
	block, _ := pem.Decode([]byte(in["private_key"]))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	private := in["private_key"]
	if in["client_secret"] != "" {
		private = string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(newKey())}))
	}
	api, err := alipay.New(in["client_id"], private, true, alipay.WithTimeLocation(time.FixedZone("CST", 8*60*60)))
	if err == nil {
		err = api.LoadAliPayPublicKey(publicKey(key.(*rsa.PrivateKey)))
	}
	if err != nil {
		panic(err)
	}
	return &alipayClient{in: in, api: api}
}

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

func publicKey(key *rsa.PrivateKey) string {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func (c *alipayClient) authorizeURL(state string) (string, error) {
	u, err := c.api.PublicAppAuthorize([]string{"auth_user"}, c.in["redirect_uri"], state)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

func (c *alipayClient) exchange(code string) error {
	r, err := c.api.SystemOauthToken(context.Background(), alipay.SystemOauthToken{GrantType: "authorization_code", Code: code})
	if err == nil {
		c.token = r.AccessToken
	}
	return coded(err)
}

// coded returns an error with the platform's own code, which the library's text leaves out.
func coded(err error) error {
	if refusal := new(alipay.Error); errors.As(err, &refusal) {
		return fmt.Errorf("%s: %w", refusal.SubCode, err)
	}
	return err
}

func (c *alipayClient) setToken(token string) { c.token = token }

func (c *alipayClient) user() (user, error) {
	r, err := c.api.UserInfoShare(context.Background(), alipay.UserInfoShare{AuthToken: c.token})
	switch {
	case err != nil:
		return user{}, coded(err)
	case r.IsFailure():
		return user{}, coded(&r.Error)
	}
	return user{ID: r.UserId, Nickname: r.NickName}, nil
}
