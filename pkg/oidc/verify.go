package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
)

// algorithms are the algorithms that public keys can verify.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// isKnown reports whether an algorithm can be verified, with a public key or the client's secret.
func isKnown(algorithm string) bool {
	return slices.Contains(key.Algorithms, key.Algorithm(algorithm))
}

// skew is how far the clocks of provider and client may differ for iat.
const skew = 5 * time.Minute

// Verifier verifies the id_tokens of one issuer for one client. It fetches keys once.
type Verifier struct {
	Issuer, ClientID string
	Algorithms       []string // the allowed ones; empty for all that use public keys
	// Secret is the client's secret, for the HMACs among Algorithms (OpenID Connect Core 1.0
	// §10.1). Without it, no HMAC is allowed.
	Secret key.Key
	keys   keys
}

// NewVerifier returns a verifier that fetches keys from a source.
func NewVerifier(issuer, clientID string, algorithms []string, from Source) *Verifier {
	return &Verifier{Issuer: issuer, ClientID: clientID, Algorithms: algorithms, keys: keys{source: from}}
}

// NewVerifierWith returns a verifier with known keys. from says where they come from. Keys
// without a kid are tried for every token. issuer and clientID may be "", see
// [Verifier.VerifyToken].
func NewVerifierWith(known []key.Published, from, issuer, clientID string) *Verifier {
	v := &Verifier{Issuer: issuer, ClientID: clientID, keys: keys{known: known, at: from}}
	for _, k := range known {
		if k.Key.IsShared() {
			v.Secret, v.Algorithms = k.Key, []string{"HS256", "HS384", "HS512"}
		}
	}
	return v
}

// Expect is what an id_token must match. Empty strings are not compared.
type Expect struct {
	Nonce       string // sent when the login was started
	AccessToken string // received with the id_token
	Code        string // exchanged for the id_token
	Now         time.Time
}

// Verify verifies an id_token (OpenID Connect Core 1.0 §3.1.3.7) and returns its claims.
// The error is an [*Error], or that of the [Source].
func (v *Verifier) Verify(ctx context.Context, text string, e Expect) (map[string]any, error) {
	allowed := v.allowed()
	token, err := v.read(idToken, text, allowed)
	if err != nil {
		return nil, err
	}
	v.keys.err = nil
	config := &oidc.Config{ClientID: v.ClientID, SupportedSigningAlgs: allowed, Now: func() time.Time { return e.Now }}
	_, err = oidc.NewVerifier(v.Issuer, &v.keys, config).Verify(ctx, text)
	if v.keys.err != nil {
		return nil, v.keys.err
	}
	claims, unreadable := claimsOf(idToken, token)
	if unreadable != nil {
		return nil, unreadable
	}
	if err != nil {
		return nil, v.explain(err, claims, e.Now)
	}
	if err := v.further(claims, e); err != nil {
		return nil, err
	}
	if err := hashes(token.Algorithm(), claims, e); err != nil {
		return nil, err
	}
	return claims, nil
}

// allowed returns the algorithms that the id_token may be signed with.
func (v *Verifier) allowed() (out []string) {
	if len(v.Algorithms) == 0 {
		return algorithms
	}
	return v.verifiable(v.Algorithms)
}

// verifiable returns the named algorithms that can be verified: HMACs need the secret.
func (v *Verifier) verifiable(named []string) (out []string) {
	for _, a := range named {
		if isKnown(a) && (v.Secret.IsShared() || !key.Algorithm(a).IsShared()) {
			out = append(out, a)
		}
	}
	return out
}

// read reads a token. It returns an error if the algorithm is not allowed.
func (v *Verifier) read(what tokenName, text string, allowed []string) (key.Token, error) {
	const dots = 4 // between the parts of a JWE (RFC 7516 §7.1)
	if strings.Count(text, ".") == dots {
		return key.Token{}, what.wrong("format", lang.Text{
			EN: "Turn off its encryption for this client at the provider.",
			ZH: "请在提供方关闭此客户端的加密。",
		}, lang.Text{EN: "%s is encrypted (JWE), so it cannot be verified", ZH: "%s已加密（JWE），无法验证"})
	}
	token, err := key.ReadToken(text)
	if err != nil {
		return token, what.wrong("format", forged, lang.Text{EN: "%s is %v", ZH: "%s无效：%v"}, err)
	}
	v.keys.what, v.keys.secret = what, v.Secret
	alg := string(token.Algorithm())
	switch {
	case slices.Contains(allowed, alg):
		return token, nil
	case strings.EqualFold(alg, "none") || alg == "":
		return token, what.wrong("alg", forged, lang.Text{EN: `%s is not signed: its alg is "none"`, ZH: `%s没有签名：alg 为 "none"`})
	case key.Algorithm(alg).IsShared() && slices.Contains(v.Algorithms, alg):
		return token, what.wrong("alg", lang.Text{
			EN: "Set client_secret, or choose an algorithm with public keys, such as RS256, for this client at the provider.",
			ZH: "请设置 client_secret，或在提供方为此客户端改用有公钥的算法，例如 RS256。",
		}, lang.Text{
			EN: "%s is signed with %q, which only the client's secret can verify, and no secret is set", ZH: "%s的签名算法为 %q，只能用客户端密钥验证，而这里没有密钥",
		}, alg)
	}
	expected := allowed
	if what == idToken && len(v.Algorithms) > 0 {
		expected = v.Algorithms
	}
	return token, what.wrong("alg", otherAlgorithm(what, token.Algorithm()), lang.Text{
		EN: "%s is signed with %q: expected one of %s", ZH: "%s的签名算法为 %q，应为以下之一：%s",
	}, alg, strings.Join(expected, ", "))
}

// otherAlgorithm says what to do about a token with an algorithm that is not allowed.
func otherAlgorithm(what tokenName, alg key.Algorithm) lang.Text {
	switch {
	case what == idToken:
		return lang.Text{
			EN: "Change the algorithm of id_tokens for this client at the provider, or set id_token_signed_response_alg to the one that the provider's console shows.",
			ZH: "请在提供方修改此客户端 id_token 的签名算法，或按提供方控制台所示设置 id_token_signed_response_alg。",
		}
	case alg.IsShared():
		return lang.Text{
			EN: "Only a secret that both sides have verifies this algorithm, never a published key.",
			ZH: "这种算法只能用双方共有的密钥验证，不能用公布的公钥。",
		}
	}
	return forged
}

// claimsOf returns the claims of a token. It refuses a repeated claim (RFC 7519 §4), because
// another reader of the token may take the other value.
func claimsOf(what tokenName, token key.Token) (map[string]any, error) {
	if name, repeated := exactjson.Repeated(token.Payload); repeated {
		return nil, what.wrong("format", forged, lang.Text{EN: "%s has the claim %q more than once", ZH: "%s中 %q 出现多次"}, name)
	}
	claims := token.Claims()
	if claims == nil {
		return nil, what.wrong("format", forged, lang.Text{EN: "%s's claims are not a JSON object", ZH: "%s的内容不是 JSON 对象"})
	}
	return claims, nil
}

// explain says which claim go-oidc refused. It checks claims in the same order.
func (v *Verifier) explain(err error, claims map[string]any, now time.Time) error {
	if other := v.issuedFor(idToken, claims); other != nil {
		return other
	}
	if expired := (*oidc.TokenExpiredError)(nil); errors.As(err, &expired) {
		if claims["exp"] == nil {
			return wrong("exp", forged, noExp)
		}
		return idToken.expired(expired.Expiry, now)
	}
	if claims["nbf"] != nil && strings.Contains(err.Error(), "nbf") {
		return idToken.early(now)
	}
	return wrong("format", forged, lang.Text{EN: "the id_token cannot be read: %v", ZH: "无法读取 id_token：%v"}, err)
}

// issuedFor returns an error unless a token is from the issuer and for the client. Issuer and
// ClientID are not compared if they are "".
func (v *Verifier) issuedFor(what tokenName, claims map[string]any) error {
	issuer, _ := claims["iss"].(string)
	switch {
	case v.Issuer != "" && issuer != v.Issuer:
		return what.wrong("iss", forged, lang.Text{
			EN: "%s is from another issuer: expected iss %q, got %q", ZH: "%s由别的 issuer 签发：iss 应为 %q，实际为 %q",
		}, v.Issuer, shown(claims["iss"]))
	case v.ClientID != "" && !slices.Contains(audience(claims), v.ClientID):
		return what.wrong("aud", lang.Text{
			EN: "Do not trust this token here. If it is meant for you, check client_id.",
			ZH: "请不要接受这个令牌。如果它本来就是发给你的，请核对 client_id。",
		}, lang.Text{
			EN: "%s is for another client: expected aud %q, got %q", ZH: "%s发给了别的客户端：aud 应为 %q，实际为 %q",
		}, v.ClientID, strings.Join(audience(claims), ", "))
	}
	return nil
}

// further checks what go-oidc leaves to the caller. It also checks issuer, audience and times
// again: go-oidc takes "AUD" for "aud", as encoding/json does, but the user reads and trusts
// the claims with the exact names.
func (v *Verifier) further(claims map[string]any, e Expect) error {
	if err := v.issuedFor(idToken, claims); err != nil {
		return err
	}
	if claims["exp"] == nil {
		return wrong("exp", forged, noExp)
	}
	if _, err := idToken.inTime(claims, e.Now); err != nil {
		return err
	}
	sub, _ := claims["sub"].(string)
	azp, hasAzp := claims["azp"].(string)
	nonce, _ := claims["nonce"].(string)
	switch {
	case sub == "":
		return wrong("sub", forged, lang.Text{EN: "the id_token has no sub", ZH: "id_token 没有 sub"})
	case claims["iat"] == nil:
		return wrong("iat", forged, lang.Text{EN: "the id_token has no iat", ZH: "id_token 没有 iat"})
	case len(audience(claims)) > 1 && !hasAzp, claims["azp"] != nil && azp != v.ClientID:
		return wrong("azp", forged, lang.Text{
			EN: "the id_token was issued to another client: expected azp %q, got %q", ZH: "id_token 颁发给了别的客户端：azp 应为 %q，实际为 %q",
		}, v.ClientID, shown(claims["azp"]))
	case e.Nonce != "" && subtle.ConstantTimeCompare([]byte(nonce), []byte(e.Nonce)) == 0:
		return wrong("nonce", lang.Text{
			EN: "Do not trust this token. Start the login again.",
			ZH: "请勿信任此令牌。请重新登录。",
		}, lang.Text{
			EN: "the nonce in the id_token is not that of this login: the token may be for another login",
			ZH: "id_token 的 nonce 与这次登录不符，该令牌可能属于另一次登录",
		})
	}
	return nil
}

// audience returns aud, which is a string or a list of strings.
func audience(claims map[string]any) (out []string) {
	switch aud := claims["aud"].(type) {
	case string:
		return []string{aud}
	case []any:
		for _, v := range aud {
			text, _ := v.(string)
			out = append(out, text)
		}
	}
	return out
}
