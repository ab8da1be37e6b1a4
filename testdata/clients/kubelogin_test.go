package clients_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// TestKubelogin does what kubelogin does to log in to a Kubernetes cluster, with its libraries:
// a public client with PKCE, if the metadata offers it, and a redirect_uri without a path; then a
// refresh, whose id_token has to be genuine, too. kubelogin itself is not run.
func TestKubelogin(t *testing.T) {
	e := emulate(t, "oidc", "--set", "token_endpoint_auth_method=none")
	e.inputs["redirect_uri"] = "http://localhost:8000"
	ctx := oidc.ClientContext(context.Background(), &http.Client{Transport: &http.Transport{}})
	provider, err := oidc.NewProvider(ctx, e.inputs["issuer"])
	if err != nil {
		t.Fatal(err)
	}
	var offered struct {
		Methods []string `json:"code_challenge_methods_supported"`
	}
	if err := provider.Claims(&offered); err != nil || !slices.Contains(offered.Methods, "S256") {
		t.Fatalf("PKCE methods %v, %v", offered.Methods, err)
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	config := oauth2.Config{ClientID: e.inputs["client_id"], RedirectURL: e.inputs["redirect_uri"], Endpoint: endpoint, Scopes: []string{oidc.ScopeOpenID}}
	verifier := oauth2.GenerateVerifier()
	address := config.AuthCodeURL("emulated-state", oauth2.AccessTypeOffline, oidc.Nonce("emulated-nonce"), oauth2.S256ChallengeOption(verifier))
	token, err := config.Exchange(ctx, e.approve(t, address), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	verify := func(token *oauth2.Token) (*oidc.IDToken, error) {
		text, _ := token.Extra("id_token").(string)
		return provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, text)
	}
	if got, err := verify(token); err != nil || got.Nonce != "emulated-nonce" || got.Subject != firstID {
		t.Fatalf("id_token %+v, error %v", got, err)
	}
	refresh := func() (*oauth2.Token, error) {
		return config.TokenSource(ctx, &oauth2.Token{Expiry: time.Now(), RefreshToken: token.RefreshToken}).Token()
	}
	again, err := refresh()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := verify(again); err != nil || got.Subject != firstID {
		t.Errorf("refreshed id_token %+v, error %v", got, err)
	}
}
