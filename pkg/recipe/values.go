package recipe

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	"ssoctl/pkg/secret"
)

// Values are what placeholders stand for. A value is a string, a
// secret.String, a json.Number or a bool; its type shows only where a JSON
// member is nothing but the placeholder.
type Values map[string]any

// Text returns the value of name as text. An empty value is no value.
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

// The ways in which a client proves who it is at the token endpoint: the names
// of RFC 7591 §2, as values of the input token_endpoint_auth_method.
const (
	AuthMethod      = "token_endpoint_auth_method"
	AuthMethodBasic = "client_secret_basic"
	AuthMethodPost  = "client_secret_post"
	AuthMethodNone  = "none"
)

// IsClientAuth reports whether a placeholder is one of those by which a client
// proves who it is: {basic_auth} in a header, {post_id} and {post_secret} in the
// body. Which of them has a value is said by the input
// token_endpoint_auth_method, so that one recipe serves servers of every kind;
// without that input all have one.
func IsClientAuth(placeholder string) bool {
	return placeholder == "basic_auth" || placeholder == "post_id" || placeholder == "post_secret"
}

func (v Values) clientAuth(placeholder string) (string, bool) {
	method, chosen := v.Text(AuthMethod)
	id, hasID := v.Text("client_id")
	secret, hasSecret := v.Text("client_secret")
	switch placeholder {
	case "basic_auth":
		if hasSecret && (!chosen || method == AuthMethodBasic) {
			return basicAuth(id, secret), true
		}
	case "post_secret":
		if hasSecret && (!chosen || method == AuthMethodPost) {
			return secret, true
		}
	case "post_id": // also of a client that has no secret (RFC 6749 §3.2.1)
		if hasID && (!chosen || method != AuthMethodBasic || !hasSecret) {
			return id, true
		}
	}
	return "", false
}

// basicAuth is RFC 6749 §2.3.1: both parts are form-encoded before RFC 7617.
func basicAuth(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}

// CodeChallenge is RFC 7636 §4.2 by the method S256.
func CodeChallenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
