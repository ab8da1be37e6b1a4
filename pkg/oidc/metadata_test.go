package oidc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/exactjson"
)

func TestAddresses(t *testing.T) {
	for issuer, want := range map[string][]string{
		"https://op.example":           {"https://op.example/.well-known/openid-configuration", "https://op.example/.well-known/oauth-authorization-server"},
		"https://op.example/":          {"https://op.example/.well-known/openid-configuration", "https://op.example/.well-known/oauth-authorization-server"},
		"https://op.example:8443/a/b/": {"https://op.example:8443/a/b/.well-known/openid-configuration", "https://op.example:8443/.well-known/oauth-authorization-server/a/b"},
		"https://op.example/%7Ea":      {"https://op.example/%7Ea/.well-known/openid-configuration", "https://op.example/.well-known/oauth-authorization-server/%7Ea"},
		"http://127.0.0.1:8080/a":      {"http://127.0.0.1:8080/a/.well-known/openid-configuration", "http://127.0.0.1:8080/.well-known/oauth-authorization-server/a"},
		"http://[::1]":                 {"http://[::1]/.well-known/openid-configuration", "http://[::1]/.well-known/oauth-authorization-server"},
		"http://LOCALHOST":             {"http://LOCALHOST/.well-known/openid-configuration", "http://LOCALHOST/.well-known/oauth-authorization-server"},
	} {
		got, err := Addresses(issuer)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", issuer, err, diff)
		}
	}
	for issuer, want := range map[string]string{
		"op.example":               "must be an address without query and fragment",
		"https://op.example?a=b":   "must be an address without query and fragment",
		"https://op.example?":      "must be an address without query and fragment",
		"https://op.example#":      "must be an address without query and fragment",
		"https://op.example/#a":    "must be an address without query and fragment",
		"https://u:p@op.example":   "the issuer contains a user or password: https://u:xxxxx@op.example",
		"http://op.example":        "is not https",
		"http://127.0.0.1.example": "is not https",
		"http://10.0.0.1":          "is not https",
		"ftp://127.0.0.1":          "is not https",
		"https://op.example/.well-known/openid-configuration": "is the address of the metadata, not the issuer",
	} {
		if got, err := Addresses(issuer); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want an error that contains %q", issuer, got, err, want)
		}
	}
}

func TestCheckKeysAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://op.example/jwks":     "",
		"http://127.0.0.1:8080/jwks":  "",
		"http://op.example/jwks":      "the address of the keys, http://op.example/jwks, is not https",
		"":                            "the address of the keys, , is not https",
		"https://u:p@op.example/jwks": "the address of the keys contains a user or password: https://u:xxxxx@op.example/jwks",
	} {
		got := ""
		if err := CheckKeysAddress(address); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

// decoded returns a JSON text as a client decodes it.
func decoded(text string) any {
	v, _ := exactjson.Decode([]byte(text))
	return v
}

func TestReadMetadata(t *testing.T) {
	const document = `{"issuer":"https://op.example","token_endpoint":"https://api.op.example/token","jwks_uri":"https://op.example/jwks","userinfo_endpoint":null,
		"id_token_signing_alg_values_supported":["none","HS256","RS256","EdDSA",7],"authorization_response_iss_parameter_supported":true}`
	got, err := ReadMetadata(issuer, "at", decoded(document))
	want := Metadata{
		Issuer: issuer, Algorithms: []string{"HS256", "RS256", "EdDSA"}, NamesIssuer: true,
		endpoints: map[string]string{"token_url": "https://api.op.example/token", "jwks_url": "https://op.example/jwks"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Metadata{})); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	local := `{"issuer":"http://127.0.0.1:1","token_endpoint":"http://localhost:2/token"}`
	if m, err := ReadMetadata("http://127.0.0.1:1", "at", decoded(local)); err != nil || m.Endpoint("token_url") != "http://localhost:2/token" {
		t.Errorf("on this machine: %v %v", m, err)
	}
	for text, want := range map[string]string{
		`[]`:                               "the metadata at AT is not a JSON object",
		`null`:                             "the metadata at AT is not a JSON object",
		`{}`:                               "the metadata at AT has no issuer",
		`{"issuer":"https://op.example/"}`: `the metadata is for "https://op.example/", not for "https://op.example": they differ in the final /`,
		`{"issuer":"https://OP.example"}`:  `the metadata belongs to another issuer: expected "https://op.example", got "https://OP.example"`,
		`{"issuer":"https://op.example","token_endpoint":"http://op.example/t"}`:   `the metadata's token_endpoint is not an https address: "http://op.example/t"`,
		`{"issuer":"https://op.example","token_endpoint":"http://127.0.0.1/t"}`:    `the metadata's token_endpoint is not an https address: "http://127.0.0.1/t"`,
		`{"issuer":"https://op.example","jwks_uri":"file:///etc/passwd"}`:          `the metadata's jwks_uri is not an https address: "file:///etc/passwd"`,
		`{"issuer":"https://op.example","authorization_endpoint":"javascript:x"}`:  `the metadata's authorization_endpoint is not an https address: "javascript:x"`,
		`{"issuer":"https://op.example","userinfo_endpoint":"https://a.example#"}`: "",
	} {
		_, err := ReadMetadata(issuer, "AT", decoded(text))
		if problem := ""; err != nil {
			if problem = err.Error(); problem != want {
				t.Errorf("%s: %s, want %s", text, problem, want)
			}
		} else if want != "" {
			t.Errorf("%s: no error, want %s", text, want)
		}
	}
	for _, e := range Endpoints {
		text := fmt.Sprintf(`{"issuer":"https://op.example",%q:"https://op.example:secret@evil.example/"}`, e.Member)
		want := "the metadata's " + e.Member + ` contains a user or password: "https://op.example:xxxxx@evil.example/"`
		if _, err := ReadMetadata(issuer, "AT", decoded(text)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
