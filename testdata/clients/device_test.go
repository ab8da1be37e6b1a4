package clients_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// TestDevice logs in by the device authorization grant (RFC 8628) with golang.org/x/oauth2. It
// does not authenticate the client when it asks for the code, so the client is a public one.
func TestDevice(t *testing.T) {
	for _, test := range []struct{ fault, want string }{
		{"", ""},
		{"denied", "access_denied"},
		{"expired_code", "expired_token"},
	} {
		t.Run("fault "+test.fault, func(t *testing.T) {
			t.Parallel()
			e := emulate(t, "oidc-device", "--set", "token_endpoint_auth_method=none")
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			provider, err := oidc.NewProvider(ctx, e.inputs["issuer"])
			if err != nil {
				t.Fatal(err)
			}
			config := oauth2.Config{ClientID: e.inputs["client_id"], Endpoint: provider.Endpoint(), Scopes: []string{"openid"}}
			code, err := config.DeviceAuth(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if test.fault != "" {
				e.arm(t, "device_token", test.fault)
			}
			token, err := config.DeviceAccessToken(ctx, code)
			if refusal := (*oauth2.RetrieveError)(nil); errors.As(err, &refusal) && refusal.ErrorCode == test.want && test.want != "" {
				return
			}
			if err != nil || test.want != "" {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			text, _ := token.Extra("id_token").(string)
			idToken, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, text)
			if err != nil || idToken.Subject != firstID {
				t.Errorf("%v, %v", idToken, err)
			}
		})
	}
}
