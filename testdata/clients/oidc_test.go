package clients_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// TestOIDC logs in with go-oidc and golang.org/x/oauth2, which need the issuer, the client id and
// the secret. Then the emulator forges one thing after another.
func TestOIDC(t *testing.T) {
	e := emulate(t, "oidc")
	t.Run("success", func(t *testing.T) {
		if subject, err := e.logInByOIDC(t); err != nil || subject != firstID {
			t.Errorf("user %q, error %v", subject, err)
		}
	})
	for _, test := range []struct{ step, kind, want string }{
		{"exchange", "id_token.bad_signature", "failed to verify signature"},
		{"exchange", "id_token.none", `signature algorithm "none"`},
		{"exchange", "id_token.aud", `expected audience "emulated-client-id" got ["another-client"]`},
		{"exchange", "id_token.iss", "id token issued by a different provider"},
		{"exchange", "id_token.exp", "token is expired"},
		{"exchange", "id_token.kid", "failed to verify signature"},
		{"exchange", "id_token.garbage", "malformed jwt"},
		{"exchange", "id_token.at_hash", "access token hash does not match"},
		{"exchange", "id_token.azp", ours + "azp"},
		{"exchange", "id_token.nonce", ours + "nonce"},
		{"exchange", "id_token.sub", ours + "sub"},
		{"jwks", "empty", "failed to verify signature"},
		{"jwks", "rotated", "failed to verify signature"},
		{"discovery", "issuer_mismatch", "issuer URL provided to client"},
		{"callback", "iss", ours + "iss"},
	} {
		t.Run(test.kind, func(t *testing.T) {
			e.arm(t, test.step, test.kind)
			_, err := e.logInByOIDC(t)
			refused(t, err, test.want)
		})
	}
}

// TestOIDCAlgorithms logs in where id_tokens are signed by another algorithm. at_hash depends on
// it, too.
func TestOIDCAlgorithms(t *testing.T) {
	for _, profile := range []string{"oidc-es256", "oidc-eddsa"} {
		t.Run(profile, func(t *testing.T) {
			e := emulate(t, profile)
			if subject, err := e.logInByOIDC(t); err != nil || subject != firstID {
				t.Errorf("user %q, error %v", subject, err)
			}
			e.arm(t, "exchange", "id_token.at_hash")
			_, err := e.logInByOIDC(t)
			refused(t, err, "access token hash does not match")
		})
	}
}

// ours begins the error of a check that go-oidc leaves to the application.
const ours = "the application refuses "

// arm makes the emulator play one fault, and no other.
func (e *emulator) arm(t *testing.T, step, kind string) {
	t.Helper()
	faults, err := json.Marshal([]map[string]string{{"step": step, "kind": kind}})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPut, e.address+"/_/faults", bytes.NewReader(faults))
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: &http.Transport{}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("PUT /_/faults: %s", response.Status)
	}
}

// logInByOIDC logs in as an application does that checks all that go-oidc's documentation asks
// it to, and returns the subject.
func (e *emulator) logInByOIDC(t *testing.T) (string, error) {
	t.Helper()
	ctx := oidc.ClientContext(context.Background(), &http.Client{Transport: &http.Transport{}})
	provider, err := oidc.NewProvider(ctx, e.inputs["issuer"])
	if err != nil {
		return "", err
	}
	const state, nonce = "emulated-state", "emulated-nonce"
	verifier := oauth2.GenerateVerifier()
	config := oauth2.Config{
		ClientID: e.inputs["client_id"], ClientSecret: e.inputs["client_secret"], RedirectURL: e.inputs["redirect_uri"],
		Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
	back := e.redirected(t, config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))
	if back.Get("iss") != e.inputs["issuer"] { // RFC 9207
		return "", errors.New(ours + "iss")
	}
	token, err := config.Exchange(ctx, back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return "", err
	}
	text, _ := token.Extra("id_token").(string)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, text)
	if err != nil {
		return "", err
	}
	if err := idToken.VerifyAccessToken(token.AccessToken); err != nil {
		return "", err
	}
	return checkedByApplication(ctx, provider, config, token, idToken, nonce)
}

// checkedByApplication makes the checks that go-oidc leaves to the application.
func checkedByApplication(ctx context.Context, provider *oidc.Provider, config oauth2.Config, token *oauth2.Token, idToken *oidc.IDToken, nonce string) (string, error) {
	var claims struct {
		AZP string `json:"azp"`
	}
	if err := idToken.Claims(&claims); err != nil {
		return "", err
	}
	user, err := provider.UserInfo(ctx, config.TokenSource(ctx, token))
	switch {
	case err != nil:
		return "", err
	case idToken.Nonce != nonce:
		return "", errors.New(ours + "nonce")
	case claims.AZP != config.ClientID && (claims.AZP != "" || len(idToken.Audience) > 1): // OpenID Connect Core §3.1.3.7
		return "", errors.New(ours + "azp")
	case user.Subject != idToken.Subject:
		return "", fmt.Errorf("%ssub %s, which is not %s", ours, idToken.Subject, user.Subject)
	}
	return user.Subject, nil
}
