package recipe

import "maps"

// The placeholders of a JWT that authenticates the client (RFC 7523 §2.2), and of its type.
const (
	jwtAuth     = "jwt_auth"
	jwtAuthType = "jwt_auth_type"
	jwtAuthID   = "jwt_auth_id" // its jti
)

// JWTBearer is the client_assertion_type of a JWT that authenticates the client.
const JWTBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// The inputs of a JWT with which a client authenticates, besides client_id and client_secret.
const (
	ClientKey         = "client_key"                      // a private key, for [AuthMethodKeyJWT]
	ClientCertificate = "client_key_x5t"                  // the thumbprint of its certificate; not an input
	ClientKeyID       = "client_key_id"                   // its kid
	AuthAlgorithm     = "token_endpoint_auth_signing_alg" // OpenID Connect Registration 1.0 §2
	AssertionAudience = "client_assertion_audience"       // see [Recipe.Audience]
)

// assertionLifetime is how long the JWT is valid. It is used at once.
const assertionLifetime = "60s"

// IsAssertion reports whether the value of a placeholder is the JWT that authenticates the
// client.
func IsAssertion(placeholder string) bool { return placeholder == jwtAuth }

// IsJWTAuth reports whether a method of [AuthMethod] authenticates with a JWT.
func IsJWTAuth(method string) bool {
	return method == AuthMethodSecretJWT || method == AuthMethodKeyJWT
}

// Authenticated returns the recipe with the make of {jwt_auth} added, if the values say that
// the client authenticates with a JWT. The values must include [AuthAlgorithm].
// [Recipe.Build] calls it.
func (r Recipe) Authenticated(v Values) Recipe {
	method, _ := v.Text(AuthMethod)
	if _, own := r.Makes[jwtAuth]; own || !IsJWTAuth(method) || !r.mentions(jwtAuth) {
		return r
	}
	makes := maps.Clone(r.Makes)
	if makes == nil {
		makes = map[string]Make{}
	}
	makes[jwtAuth] = Make{JWT: r.assertion(method, v)}
	makes[jwtAuthID] = Make{Random: 32}
	r.Makes = makes
	return r
}

// mentions reports whether a placeholder is in a member of the recipe.
func (r Recipe) mentions(placeholder string) (found bool) {
	r.EachTemplate(func(_ string, t Template) {
		for _, p := range t.Placeholders() {
			found = found || p.Name == placeholder
		}
	})
	return found
}

// assertion says how the JWT is made (RFC 7523 §3, OpenID Connect Core 1.0 §9).
func (r Recipe) assertion(method string, v Values) *JWT {
	alg, _ := v.Text(AuthAlgorithm)
	j := &JWT{Alg: alg, Key: "{" + ClientKey + "}", Kid: "{" + ClientKeyID + "?}", Claims: map[string]any{
		"iss": "{client_id}", "sub": "{client_id}", "aud": string(r.Audience(v)), "jti": "{" + jwtAuthID + "}", "iat": "0s", "exp": assertionLifetime,
	}}
	if method == AuthMethodSecretJWT {
		j.Key, j.Kid = "{client_secret}", ""
	} else if _, has := v.Text(ClientCertificate); has {
		j.Header = map[string]any{"x5t#S256": "{" + ClientCertificate + "}"}
	}
	return j
}

// Audience returns the aud of the client's JWT: the issuer, as draft-ietf-oauth-rfc7523bis
// and FAPI 2.0 require, because a JWT for an endpoint could be passed on to another server
// that claims the same endpoint; without an issuer, the endpoint (RFC 7523 §3).
func (r Recipe) Audience(v Values) Template {
	for _, name := range []string{AssertionAudience, "issuer"} {
		if _, has := v.Text(name); has {
			return Template("{" + name + "}")
		}
	}
	return r.URL
}
