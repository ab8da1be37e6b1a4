package recipe

import (
	"slices"

	"ssoctl/pkg/basicauth"
)

// The input token_endpoint_auth_method and its values (RFC 7591 §2). It says how a client
// authenticates at the token endpoint.
const (
	AuthMethod          = "token_endpoint_auth_method"
	AuthMethodBasic     = "client_secret_basic"
	AuthMethodPost      = "client_secret_post"
	AuthMethodSecretJWT = "client_secret_jwt"
	AuthMethodKeyJWT    = "private_key_jwt"
	AuthMethodNone      = "none"
)

// ClientAuth are the placeholders that authenticate the client: {basic_auth} in a header,
// {post_id} and {post_secret} in the body, and a JWT with its type. The input
// token_endpoint_auth_method decides which of them have values, so that one recipe fits every
// server. Without that input, the first three have values.
var ClientAuth = []string{"basic_auth", "post_id", "post_secret", jwtAuth, jwtAuthType}

// IsClientAuth reports whether a placeholder is one of [ClientAuth].
func IsClientAuth(placeholder string) bool { return slices.Contains(ClientAuth, placeholder) }

// clientAuth returns the value of one of [ClientAuth], except the JWT: that is made, see
// [Recipe.Authenticated]. ok is false if the client does not send it.
func (v Values) clientAuth(placeholder string) (text string, ok bool) {
	method, chosen := v.Text(AuthMethod)
	id, hasID := v.Text("client_id")
	secret, hasSecret := v.Text("client_secret")
	switch placeholder {
	case "basic_auth":
		if hasSecret && (!chosen || method == AuthMethodBasic) {
			return "Basic " + basicauth.Encode(id, secret), true
		}
	case "post_secret":
		if hasSecret && (!chosen || method == AuthMethodPost) {
			return secret, true
		}
	case "post_id": // a client without a secret sends it too (RFC 6749 §3.2.1)
		if hasID && (!chosen || method != AuthMethodBasic || !hasSecret) {
			return id, true
		}
	case jwtAuthType:
		if IsJWTAuth(method) {
			return JWTBearer, true
		}
	}
	return "", false
}
