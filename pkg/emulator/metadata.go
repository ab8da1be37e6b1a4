package emulator

import (
	"slices"
	"strings"

	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// metadata returns the provider's metadata as JSON (OpenID Connect Discovery 1.0 §3, RFC 8414
// §2), with this issuer.
func (s *site) metadata(issuer string) string {
	m := map[string]any{
		"issuer":                                issuer,
		"response_types_supported":              []string{"code"},
		"grant_types_supported":                 s.grantTypes(),
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": s.algorithms(),
		"scopes_supported":                      []string{"openid", "profile", "email", "phone"},
		"claims_supported":                      claims(),
		"token_endpoint_auth_methods_supported": s.authMethods(),
	}
	for _, e := range oidc.Endpoints {
		if address := s.endpoint(e.Input); address != "" {
			m[e.Member] = address
			if step := profile.StepOfEndpoint(e.Input); step == profile.StepRevoke || step == profile.StepIntrospect { // RFC 8414 §2
				m[e.Member+"_auth_methods_supported"] = m["token_endpoint_auth_methods_supported"]
			}
		}
	}
	if speaksOAuth(s.p) {
		m["response_modes_supported"] = []string{"query", modeFragment, modeFormPost}
	}
	if a := s.request(profile.StepAuthorize); a != nil && a.Uses("code_challenge") {
		m["code_challenge_methods_supported"] = []string{"S256"}
	}
	if _, isInput := s.p.Inputs[oidc.UserInfoAlgorithmInput]; isInput {
		m["userinfo_signing_alg_values_supported"] = signingAlgorithms
	}
	if algorithms := s.authAlgorithms(); len(algorithms) > 0 {
		m["token_endpoint_auth_signing_alg_values_supported"] = algorithms
	}
	if s.provider.iss {
		m["authorization_response_iss_parameter_supported"] = true
	}
	return string(printable.MustMarshalJSON(m))
}

// claims returns the names of the claims that an id_token or a userinfo response can have.
func claims() []string {
	out := []string{"iss", "sub", "aud", "exp", "iat", "nonce", "at_hash"}
	for _, u := range oidc.UserClaims {
		if !slices.Contains(out, u.Claim) {
			out = append(out, u.Claim)
		}
	}
	return out
}

// algorithms returns the algorithms with which id_tokens may be signed.
func (s *site) algorithms() []signkey.Algorithm {
	if a := s.algorithm(); a.IsShared() {
		return append(slices.Clone(signingAlgorithms), a)
	}
	return signingAlgorithms
}

// endpoint returns the address of the endpoint for an input, or "".
func (s *site) endpoint(input string) string {
	if input == oidc.KeysInput {
		return s.provider.jwksURI
	}
	if input == oidc.LogoutInput {
		return s.logoutURL()
	}
	if step := s.request(profile.StepOfEndpoint(input)); step != nil {
		return s.address(step)
	}
	return ""
}

// grantTypes returns the values of grant_type in the profile's requests.
func (s *site) grantTypes() []string {
	out := []string{}
	for _, name := range []profile.StepName{profile.StepExchange, profile.StepRefresh, profile.StepToken, profile.StepDeviceToken} {
		if step := s.request(name); step != nil {
			if text := string(step.Form["grant_type"]); text != "" && !strings.Contains(text, "{") {
				out = append(out, text)
			}
		}
	}
	return out
}

// authMethods returns the ways in which a client may authenticate at the token endpoint.
func (s *site) authMethods() []string {
	if chosen, ok := s.expect.Known.Text(recipe.AuthMethod); ok {
		return []string{chosen}
	}
	step := s.request(profile.StepExchange)
	out := []string{}
	if step == nil {
		return out
	}
	if step.Uses("basic_auth") {
		out = append(out, recipe.AuthMethodBasic)
	}
	if step.Uses("post_secret") || step.Form["client_secret"].Is("client_secret") {
		out = append(out, recipe.AuthMethodPost)
	}
	if step.Uses("jwt_auth") {
		out = append(out, recipe.AuthMethodSecretJWT, recipe.AuthMethodKeyJWT)
	}
	return out
}

// authAlgorithms returns the algorithms of the JWTs with which a client may authenticate.
func (s *site) authAlgorithms() (out []string) {
	only, chosen := s.expect.Known.Text(recipe.AuthAlgorithm)
	for _, method := range s.authMethods() {
		for _, name := range recipe.AssertionAlgorithms(method) {
			if !chosen || name == only {
				out = append(out, name)
			}
		}
	}
	return out
}
