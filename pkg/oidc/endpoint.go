package oidc

import "slices"

// IssuerInput is the name of the input for the provider's issuer.
const IssuerInput = "issuer"

// AlgorithmInput is the name of the input for the signature algorithm of id_tokens, as in the
// client's metadata (OpenID Connect Dynamic Client Registration 1.0 §2).
const AlgorithmInput = "id_token_signed_response_alg"

// UserInfoAlgorithmInput is the name of the input for the signature algorithm of userinfo
// responses, as in the same metadata. Without it, they are not signed.
const UserInfoAlgorithmInput = "userinfo_signed_response_alg"

// KeysInput is the name of the input for the address of the issuer's keys.
const KeysInput = "jwks_url"

// LogoutInput is the name of the input for the logout address, LogoutRedirectInput the name
// of the input for the address to which the browser then returns (OpenID Connect RP-Initiated
// Logout 1.0 §2, §3.1).
const (
	LogoutInput         = "logout_url"
	LogoutRedirectInput = "post_logout_redirect_uri"
)

// The paths of metadata: OpenIDPath follows the issuer (OpenID Connect Discovery 1.0 §4),
// OAuthPath is between its host and its path (RFC 8414 §3.1).
const (
	OpenIDPath = "/.well-known/openid-configuration"
	OAuthPath  = "/.well-known/oauth-authorization-server"
)

// Endpoint says which input of a profile takes its value from which member of the provider's
// metadata.
type Endpoint struct {
	Input  string // the name of the input
	Member string // the member of the metadata (OpenID Connect Discovery 1.0 §3, RFC 8414 §2)
}

// Endpoints are all inputs that come from the metadata.
var Endpoints = []Endpoint{
	{"authorize_url", "authorization_endpoint"},
	{"token_url", "token_endpoint"},
	{"userinfo_url", "userinfo_endpoint"},
	{KeysInput, "jwks_uri"},
	{"revoke_url", "revocation_endpoint"},
	{"introspect_url", "introspection_endpoint"},
	{"device_url", "device_authorization_endpoint"},
	{LogoutInput, "end_session_endpoint"},
}

// IsInput reports whether this package gives an input a meaning, even if no request contains
// it.
func IsInput(name string) bool {
	return name == IssuerInput || name == AlgorithmInput || name == UserInfoAlgorithmInput || name == LogoutRedirectInput || IsEndpoint(name)
}

// IsEndpoint reports whether an input comes from the metadata.
func IsEndpoint(input string) bool {
	return EndpointOf(input).Input != ""
}

// EndpointOf returns the endpoint of an input; the zero Endpoint if the input is not an
// endpoint.
func EndpointOf(input string) Endpoint {
	i := slices.IndexFunc(Endpoints, func(e Endpoint) bool { return e.Input == input })
	if i < 0 {
		return Endpoint{}
	}
	return Endpoints[i]
}
