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

// clientAuth returns the value of {basic_auth} or {post_auth}. Which of the two
// has one is said by the input token_endpoint_auth_method, so that one recipe
// serves servers of both kinds; without that input both have one.
func (v Values) clientAuth(placeholder string) (string, bool) {
	method, chosen := v.Text(AuthMethod)
	id, _ := v.Text("client_id")
	secret, ok := v.Text("client_secret")
	switch {
	case !ok:
	case placeholder == "basic_auth" && (!chosen || method == AuthMethodBasic):
		return basicAuth(id, secret), true
	case placeholder == "post_auth" && (!chosen || method == AuthMethodPost):
		return secret, true
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
