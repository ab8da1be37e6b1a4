package fault

import (
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// AtCallback is the step of a forged redirect, which brings the code to the application.
const AtCallback profile.StepName = "callback"

// IDToken is the prefix of the kinds of faults that forge an id_token.
const IDToken = "id_token."

// Forgery is a kind of fault in which an OpenID provider, or somebody in its place, states
// something false in an otherwise successful response. A client must notice it.
type Forgery struct {
	At   profile.StepName // "" for each step that returns an id_token
	Kind string
	Text lang.Text // what is false
}

// Forgeries lists the kinds of forgeries.
var Forgeries = []Forgery{
	{"", IDToken + "bad_signature", lang.Text{EN: "the id_token's signature was changed", ZH: "id_token 的签名被改动"}},
	{"", IDToken + "none", lang.Text{EN: "the id_token is not signed, and its alg is none", ZH: "id_token 没有签名，alg 为 none"}},
	{"", IDToken + "aud", lang.Text{EN: "the id_token is for another client", ZH: "id_token 签发给另一个客户端"}},
	{"", IDToken + "iss", lang.Text{EN: "the id_token is from another issuer", ZH: "id_token 的签发者不同"}},
	{"", IDToken + "exp", lang.Text{EN: "the id_token expired an hour ago", ZH: "id_token 一小时前已过期"}},
	{"", IDToken + "azp", lang.Text{EN: "the id_token has two audiences, and azp is not the client", ZH: "id_token 有两个 aud，azp 不是该客户端"}},
	{"", IDToken + "nonce", lang.Text{EN: "the id_token has the nonce of another login", ZH: "id_token 的 nonce 属于另一次登录"}},
	{"", IDToken + "sub", lang.Text{EN: "the id_token and userinfo are about different users", ZH: "id_token 与 userinfo 不是同一个用户"}},
	{"", IDToken + "kid", lang.Text{EN: "the id_token names a key that the JWKS does not have", ZH: "id_token 的 kid 不在 JWKS 中"}},
	{"", IDToken + "at_hash", lang.Text{EN: "the id_token has the hash of another access token", ZH: "id_token 的 at_hash 属于另一个访问令牌"}},
	{"", IDToken + "garbage", lang.Text{EN: "the id_token is not a JWT", ZH: "id_token 不是 JWT"}},
	{profile.StepKeys, "empty", lang.Text{EN: "the JWKS has no keys", ZH: "JWKS 中没有密钥"}},
	{profile.StepKeys, "rotated", lang.Text{EN: "the JWKS has only another key", ZH: "JWKS 中只有别的密钥"}},
	{profile.StepDiscovery, "issuer_mismatch", lang.Text{EN: "the metadata is another issuer's", ZH: "元数据属于另一个签发者"}},
	{AtCallback, "iss", lang.Text{EN: "the redirect has the iss of another issuer (RFC 9207)", ZH: "回调中的 iss 属于另一个签发者（RFC 9207）"}},
}

// Forgery returns the entry of [Forgeries] for the fault.
func (f *Fault) Forgery() (Forgery, bool) {
	i := slices.IndexFunc(Forgeries, func(g Forgery) bool {
		return g.Kind == f.Kind && (f.Step == "" || g.At == "" || g.At == f.Step || g.At == AtCallback && f.Step == profile.StepAuthorize)
	})
	if i < 0 {
		return Forgery{}, false
	}
	return Forgeries[i], true
}

// Forges reports whether the fault is one of [Forgeries].
func (f *Fault) Forges() bool { _, ok := f.Forgery(); return ok }
