package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"ssoctl/pkg/body"
	"ssoctl/pkg/emulator/sign"
	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
)

// idToken returns an id_token (OpenID Connect Core §2) about the user who logged in. Its
// issuer is the input issuer, or base_url without one. accessToken is the access token in the
// same response; "" for none. A fault may forge the id_token.
func (c *call) idToken(accessToken string) (string, bool) {
	claims := map[string]any{"iat": c.now.Unix(), "exp": c.now.Add(c.s.lifetime()).Unix()}
	add := func(claim, text string) {
		if text != "" {
			claims[claim] = text
		}
	}
	for _, u := range oidc.UserClaims {
		text, _ := c.user.Field(u.Field)
		add(u.Claim, text)
	}
	add("iss", c.v.issuer())
	add("aud", c.v.clientID())
	if accessToken != "" {
		add("at_hash", oidc.TokenHash(c.v.algorithm(), accessToken))
	}
	if c.login != nil {
		add("nonce", c.login.nonce)
	}
	c.forgeClaims(claims)
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", false
	}
	payload = []byte(inASCII(string(payload)))
	token, ok := c.v.signed(c.v.algorithm(), payload)
	if !ok {
		return "", false
	}
	return c.forgeToken(token, payload)
}

// isPlain reports whether an authorize request is OAuth 2.0 without OpenID Connect, although it
// is at an OpenID provider: its scope lacks openid (OpenID Connect Core 1.0 §3.1.2.1). Without a
// scope, the provider's default counts.
func (c *call) isPlain() bool {
	scope := strings.Fields(c.seen.Values["scope"].Reveal())
	return isDiscovered(c.v.p) && len(scope) > 0 && !slices.Contains(scope, "openid")
}

// leaveOutIDToken removes the id_token from a response to a login that did not ask for one.
func (c *call) leaveOutIDToken(response *profile.Filled) {
	if c.login == nil || !c.login.plain {
		return
	}
	if members := c.membersOf(*response); members["id_token"] != nil {
		delete(members, "id_token")
		response.Body = string(printable.MustMarshalJSON(members))
	}
}

// membersOf returns the members of a response that is a JSON object; nil for any other.
func (c *call) membersOf(response profile.Filled) map[string]any {
	decoded, _ := c.s.Decode(response.Status, response.Header, []byte(response.Body))
	members, _ := decoded.Value.(map[string]any)
	if decoded.Form != body.JSON {
		return nil
	}
	return members
}

// issuer returns the input issuer, or base_url without one.
func (s *site) issuer() string {
	issuer, _ := s.inputs.Text(oidc.IssuerInput)
	base, _ := s.inputs.Text("base_url")
	return cmp.Or(issuer, base)
}

func (s *site) clientID() string {
	id, _ := s.inputs.Text("client_id")
	return id
}

// signUserInfo turns a userinfo response into a JWT with its members as claims (OpenID Connect
// Core 1.0 §5.3.2), if an algorithm is registered for that. It reports whether it did.
func (c *call) signUserInfo(response *profile.Filled) bool {
	a := c.v.chosenAlgorithm(oidc.UserInfoAlgorithmInput)
	if c.s.Name != profile.StepUserInfo || c.v.provider == nil || a == "" {
		return false
	}
	claims := c.membersOf(*response)
	if claims == nil {
		return false
	}
	claims["iss"], claims["aud"] = c.v.issuer(), c.v.clientID()
	token, ok := c.v.signed(a, []byte(inASCII(string(printable.MustMarshalJSON(claims)))))
	if ok {
		response.Body = token
	}
	return ok
}

// signed returns a JWT with these claims, which are JSON text in ASCII. The key of an HMAC is
// the client's secret (OpenID Connect Core 1.0 §10.1), and has no id.
func (s *site) signed(a signkey.Algorithm, claims []byte) (string, bool) {
	if !a.IsShared() {
		return signedJWT(a, claims)
	}
	secret, _ := s.inputs.Text("client_secret")
	token, err := signkey.Shared(secret).SignToken(a, map[string]any{"typ": "JWT"}, claims)
	return token, err == nil
}

// signedJWT returns a JWT with these claims, which are JSON text.
func signedJWT(a signkey.Algorithm, claims []byte) (string, bool) {
	keys, err := sign.New(a)
	if err != nil {
		return "", false
	}
	token, err := keys.Sign(a, json.RawMessage(inASCII(string(claims))))
	return token, err == nil
}

// inASCII escapes all characters of a JSON text that base64url writes in a different way
// from base64, so that an expression with @base64d reads the claims too. Encoders such as
// those of Python and PHP escape all but ASCII anyway.
func inASCII(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < '~' && r != '?' && r != '>' {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
