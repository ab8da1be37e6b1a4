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

// VerifyToken verifies a JWT of which nothing is known but who should have made it, such as
// an access token (RFC 9068): its signature, its issuer and audience if the verifier has
// them, and the times that it has. It returns the claims, and what was compared: signature
// and names of claims. The error is an [*Error], or that of the [Source].
func (v *Verifier) VerifyToken(ctx context.Context, text string, now time.Time) (claims map[string]any, compared []string, err error) {
	return v.verify(ctx, anyToken, text, now)
}

// VerifyUserInfo verifies a signed userinfo response (OpenID Connect Core 1.0 §5.3.2): it has
// to be from the issuer and for the client. [SameSubject] compares its sub.
func (v *Verifier) VerifyUserInfo(ctx context.Context, text string, now time.Time) error {
	_, _, err := v.verify(ctx, userInfo, text, now)
	return err
}

func (v *Verifier) verify(ctx context.Context, is named, text string, now time.Time) (claims map[string]any, compared []string, err error) {
	allowed := v.allowed()
	if v.keys.source != nil { // Algorithms are those of id_tokens
		allowed = slices.Concat(algorithms, allowed)
		slices.Sort(allowed)
		allowed = slices.Compact(allowed)
	}
	token, err := v.read(is, text, allowed)
	if err != nil {
		return nil, nil, err
	}
	if _, err = v.keys.VerifySignature(ctx, text); err != nil {
		return nil, nil, err
	}
	if claims, err = claimsOf(is, token); err != nil {
		return nil, nil, err
	}
	if err := v.issuedFor(is, claims); err != nil {
		return nil, nil, err
	}
	compared = []string{"signature"}
	if v.Issuer != "" {
		compared = append(compared, "iss")
	}
	if v.ClientID != "" {
		compared = append(compared, "aud")
	}
	times, err := is.inTime(claims, now)
	if err != nil {
		return nil, nil, err
	}
	return claims, append(compared, times...), nil
}

// inTime returns an error if a token is not valid now, and else the claims that say so.
func (is named) inTime(claims map[string]any, now time.Time) (compared []string, err error) {
	for _, name := range []string{"exp", "nbf", "iat"} {
		if claims[name] == nil {
			continue
		}
		at, ok := Time(claims[name])
		switch {
		case !ok:
			return nil, is.wrong(name, forged, lang.Text{EN: "%s's %s is not a time in seconds since 1970", ZH: "%s的 %s 不是以秒计的时间戳"}, name)
		case name == "exp" && !now.Before(at):
			return nil, is.expired(at, now)
		case name == "nbf" && at.After(now.Add(skew)):
			return nil, is.early(now)
		case name == "iat" && at.After(now.Add(skew)):
			return nil, is.ahead(at, now)
		}
		compared = append(compared, name)
	}
	return compared, nil
}

// TimeClaims are the claims that are times (RFC 7519 §4.1, OpenID Connect Core 1.0 §2, §5.1).
var TimeClaims = []string{"exp", "nbf", "iat", "auth_time", "updated_at"}

// Time returns the time that a claim, as [exactjson.Decode] returns it, stands for: a number of
// seconds since 1970, which may have a fraction (RFC 7519 §2). ok is false for anything else.
func Time(claim any) (at time.Time, ok bool) {
	number, is := claim.(json.Number)
	seconds, err := strconv.ParseFloat(number.String(), 64)
	const most = 253_402_300_799 // the end of the year 9999
	if !is || err != nil || math.Abs(seconds) > most {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC(), true
}
