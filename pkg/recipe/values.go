package recipe

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"ssoctl/pkg/basicauth"
	"ssoctl/pkg/secret"
)

// Values maps the names of placeholders to their values: string, [secret.String],
// json.Number or bool. The type matters only if a JSON member is a single placeholder.
type Values map[string]any

// Text returns the value of name as text. An empty value counts as missing.
func (v Values) Text(name string) (string, bool) {
	var text string
	switch x := v[name].(type) {
	case nil:
	case string:
		text = x
	case secret.String:
		text = x.Reveal()
	case json.Number:
		text = x.String()
	case bool:
		text = strconv.FormatBool(x)
	default:
		panic(fmt.Sprintf("recipe: value of %s has type %T", name, x))
	}
	return text, text != ""
}

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

func (v Values) clientAuth(placeholder string) (string, bool) {
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

// CodeChallenge returns the code_challenge for a code_verifier by the method S256 (RFC
// 7636 §4.2).
func CodeChallenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
