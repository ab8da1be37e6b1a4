package oidc

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"ssoctl/pkg/lang"
)

// VerifyToken verifies any JWT, such as an access token (RFC 9068): the signature, the issuer
// and audience if the verifier has them, and those of exp, nbf and iat that the token has. It
// returns the claims, and what was compared: signature and names of claims. The error is an
// [*Error], or that of the [Source].
func (v *Verifier) VerifyToken(ctx context.Context, text string, now time.Time) (claims map[string]any, compared []string, err error) {
	return v.verify(ctx, anyToken, text, v.anyAlgorithm(), now)
}

// VerifyUserInfo verifies a signed userinfo response (OpenID Connect Core 1.0 §5.3.2): it
// must be from the issuer and for the client, and signed with the registered algorithm; with
// any if registered is "". [SameSubject] compares its sub.
func (v *Verifier) VerifyUserInfo(ctx context.Context, text, registered string, now time.Time) error {
	allowed := v.anyAlgorithm()
	if registered != "" {
		allowed = v.verifiable([]string{registered})
	}
	_, _, err := v.verify(ctx, userInfo, text, allowed, now)
	return err
}

// anyAlgorithm returns the algorithms of tokens other than id_tokens, to which Algorithms are
// not limited.
func (v *Verifier) anyAlgorithm() []string {
	if v.keys.source == nil { // the keys decide
		return v.allowed()
	}
	all := slices.Concat(algorithms, v.allowed())
	slices.Sort(all)
	return slices.Compact(all)
}

// NoIDToken is the error for a response that lacks the required id_token.
func NoIDToken() error {
	return wrong("format", lang.Text{
		EN: "Nothing proves who logged in. Check at the provider that this client may use OpenID Connect, or accept it with --no-verify.",
		ZH: "无法证明是谁登录。请在提供方确认此客户端可以使用 OpenID Connect；也可以用 --no-verify 接受。",
	}, lang.Text{EN: "the response has no id_token, although the scope has openid", ZH: "scope 里有 openid，但响应里没有 id_token"})
}

// UnsignedUserInfo is the error for an unsigned userinfo response, although an algorithm is
// registered.
func UnsignedUserInfo(registered string) error {
	return wrong("alg", lang.Text{
		EN: "Compare userinfo_signed_response_alg with the provider's console. If it is right, do not trust this response.",
		ZH: "请将 userinfo_signed_response_alg 与提供方控制台核对；若无误，请勿信任此响应。",
	}, lang.Text{EN: "the userinfo response is not signed: expected %q", ZH: "用户信息响应没有签名，应为 %q"}, registered)
}

func (v *Verifier) verify(ctx context.Context, what tokenName, text string, allowed []string, now time.Time) (claims map[string]any, compared []string, err error) {
	token, err := v.read(what, text, allowed)
	if err != nil {
		return nil, nil, err
	}
	if _, err = v.keys.VerifySignature(ctx, text); err != nil {
		return nil, nil, err
	}
	if claims, err = claimsOf(what, token); err != nil {
		return nil, nil, err
	}
	if err := v.issuedFor(what, claims); err != nil {
		return nil, nil, err
	}
	compared = []string{"signature"}
	if v.Issuer != "" {
		compared = append(compared, "iss")
	}
	if v.ClientID != "" {
		compared = append(compared, "aud")
	}
	times, err := what.inTime(claims, now)
	if err != nil {
		return nil, nil, err
	}
	return claims, append(compared, times...), nil
}

// inTime returns an error if a token is not valid now. Otherwise it returns the names of the
// claims that it compared.
func (what tokenName) inTime(claims map[string]any, now time.Time) (compared []string, err error) {
	for _, name := range []string{"exp", "nbf", "iat"} {
		if claims[name] == nil {
			continue
		}
		at, ok := Time(claims[name])
		switch {
		case !ok:
			return nil, what.wrong(name, forged, lang.Text{EN: "%s's %s is not a time in seconds since 1970", ZH: "%s的 %s 不是以秒计的时间戳"}, name)
		case name == "exp" && !now.Before(at):
			return nil, what.expired(at, now)
		case name == "nbf" && at.After(now.Add(skew)):
			return nil, what.early(now)
		case name == "iat" && at.After(now.Add(skew)):
			return nil, what.ahead(at, now)
		}
		compared = append(compared, name)
	}
	return compared, nil
}

// UserClaim is a claim about a user (OpenID Connect Core 1.0 §5.1), and the name that it has
// as a field of a user in profiles.
type UserClaim struct{ Field, Claim string }

// UserClaims are the claims that are fields.
var UserClaims = []UserClaim{
	{"subject", "sub"},
	{"name", "name"},
	{"nickname", "nickname"},
	{"username", "preferred_username"},
	{"email", "email"},
	{"phone", "phone_number"},
	{"avatar", "picture"},
}

// UserFields are the fields of all [UserClaims].
func UserFields() []string {
	out := make([]string, len(UserClaims))
	for i, u := range UserClaims {
		out[i] = u.Field
	}
	return out
}

// TimeClaims are the claims that are times (RFC 7519 §4.1, OpenID Connect Core 1.0 §2, §5.1).
var TimeClaims = []string{"exp", "nbf", "iat", "auth_time", "updated_at"}

// Time returns the time that a claim stands for. The claim is a number of seconds since 1970
// as [exactjson.Decode] returns it, and may have a fraction (RFC 7519 §2). ok is false for
// anything else.
func Time(claim any) (at time.Time, ok bool) {
	number, is := claim.(json.Number)
	seconds, err := strconv.ParseFloat(number.String(), 64)
	const latest = 253_402_300_799 // the end of the year 9999
	if !is || err != nil || math.Abs(seconds) > latest {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC(), true
}
