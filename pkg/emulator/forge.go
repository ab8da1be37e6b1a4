package emulator

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/emulator/fault"
	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
)

// The false values in forgeries.
const (
	otherIssuer = "https://issuer.example"
	otherClient = "another-client"
	otherUser   = "another-user"
	otherNonce  = "nonce-of-another-login"
	otherToken  = "another-access-token"
	otherKeyID  = "unknown-key"
)

// Documents with the wrong keys. otherKeys has the key of RFC 7638 §3.1, which nothing here
// signs with.
const (
	noKeys    = `{"keys":[]}`
	otherKeys = `{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"2011-04-29","e":"AQAB",` +
		`"n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}]}`
)

// forgeries returns the kinds of forgeries that a fault can ask for at a step.
func (s *site) forgeries(step *profile.Step) (kinds []string) {
	for _, g := range fault.Forgeries {
		possible := step.Name == g.At && s.isDocument(step.Name)
		switch g.At {
		case "":
			// The key of an HMAC has no id.
			possible = returnsIDToken(step) && !(g.Kind == fault.IDToken+"kid" && s.algorithm().IsShared())
		case fault.AtCallback:
			possible = step.Name == profile.StepAuthorize && s.sendsIss()
		}
		if possible {
			kinds = append(kinds, g.Kind)
		}
	}
	return kinds
}

// canForge reports whether a fault of this kind forges the step's response.
func (s *step) canForge(kind string) bool { return slices.Contains(s.forgeries, kind) }

// forgery returns the kind of the fault that forges the response, or "".
func (c *call) forgery() string {
	if c.fault != nil && c.s.canForge(c.fault.Kind) {
		return c.fault.Kind
	}
	return ""
}

// forgeryText says in words what the fault forges, if it forges anything.
func (c *call) forgeryText() lang.Text {
	if c.forgery() == "" {
		return lang.Text{}
	}
	g, _ := c.fault.Forgery()
	return lang.Sprintf(lang.Text{EN: " (%s)", ZH: "（%s）"}, g.Text)
}

// forgeClaims changes the claims of an id_token as a fault asks.
func (c *call) forgeClaims(claims map[string]any) {
	switch strings.TrimPrefix(c.forgery(), fault.IDToken) {
	case "iss":
		claims["iss"] = otherIssuer
	case "aud":
		claims["aud"] = otherClient
	case "azp":
		claims["aud"], claims["azp"] = []any{claims["aud"], otherClient}, otherClient
	case "exp":
		ended := c.now.Add(-time.Hour)
		claims["iat"], claims["exp"] = ended.Add(-c.s.lifetime()).Unix(), ended.Unix()
	case "nonce":
		claims["nonce"] = otherNonce
	case "sub":
		claims["sub"] = otherUser
	case "at_hash":
		claims["at_hash"] = oidc.TokenHash(c.v.algorithm(), otherToken)
	}
}

// forgeToken returns the id_token with these claims, with a forged header or signature if a
// fault asks for it. honest is the token with the true header and signature.
func (c *call) forgeToken(honest string, payload []byte) (string, bool) {
	signed, signature := honest[:strings.LastIndexByte(honest, '.')+1], honest[strings.LastIndexByte(honest, '.')+1:]
	switch strings.TrimPrefix(c.forgery(), fault.IDToken) {
	case "garbage":
		return "not-an-id_token", true
	case "none":
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + ".", true
	case "bad_signature":
		first := map[bool]string{true: "B", false: "A"}[signature[0] == 'A']
		return signed + first + signature[1:], true
	case "kid":
		a := c.v.algorithm()
		private, _ := signkey.Example(string(a))
		text, err := private.SignToken(a, map[string]any{"typ": "JWT", "kid": otherKeyID}, payload)
		return text, err == nil
	}
	return honest, true
}
