package profile

import (
	"maps"
	"slices"
	"time"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// maxAhead is how far iat and nbf may be in the future, because clocks differ.
const maxAhead = 5 * time.Minute

// makeJWT checks how a signed token is made.
func (l *linter) makeJWT(path []string, j recipe.JWT) {
	path = sub(path, "jwt")
	at := func(keys ...string) []string { return append(slices.Clone(path), keys...) }
	algorithms := lang.List(key.Algorithms)
	switch {
	case j.Alg == "":
		l.needs(path, "alg", lang.Sprintf(lang.Text{EN: "missing key alg: one of %s", ZH: "缺少键 alg，应为以下之一：%s"}, algorithms))
	case !slices.Contains(key.Algorithms, key.Algorithm(j.Alg)):
		l.errorf(at("alg"), lang.Text{EN: "unknown algorithm %q: expected one of %s", ZH: "没有 %q 这种算法，应为以下之一：%s"}, j.Alg, algorithms)
	}
	if j.Key == "" {
		l.needs(path, "key", lang.Text{EN: "missing key key: the key that signs the token", ZH: "缺少键 key：签名用的密钥"})
	}
	for _, name := range []string{"alg", "kid"} {
		if _, has := j.Header[name]; has {
			l.errorf(at("header", name), lang.Text{EN: "write it as jwt.%s", ZH: "请写成 jwt.%s"}, name)
		}
	}
	for _, name := range []string{"crit", "b64", "jwk"} { // RFC 7515 §4.1.3 and §4.1.11, RFC 7797
		if _, has := j.Header[name]; has {
			l.errorf(at("header", name), lang.Text{EN: "not supported: it changes how the token is made or verified", ZH: "不支持：它会改变令牌的生成或验证方式"})
		}
	}
	l.privateKey(at("key"), recipe.Make{JWT: &j})
	l.numbers(at("header"), j.Header)
	l.numbers(at("claims"), j.Claims)
	for _, name := range slices.Sorted(maps.Keys(j.Claims)) {
		if !slices.Contains(recipe.TimeClaims, name) {
			continue
		}
		text, is := j.Claims[name].(string)
		switch span, err := recipe.ParseSpan(text); {
		case name == "exp" && is && err == nil && span <= 0:
			l.errorf(at("claims", name), lang.Text{EN: "the token would have expired before it is sent", ZH: "令牌在发送之前就已过期"})
		case name != "exp" && is && err == nil && span > maxAhead:
			l.errorf(at("claims", name), lang.Text{EN: "the token would not be valid yet when it is sent", ZH: "令牌发送时尚未生效"})
		case err != nil || !is:
			l.errorf(at("claims", name), lang.Text{EN: "expected a time relative to now, such as \"0s\", \"5m\" or \"-30s\"", ZH: "应为距现在的时长，例如 \"0s\"、\"5m\"、\"-30s\""})
		}
	}
}
