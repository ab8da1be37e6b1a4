package oidc

import (
	"time"

	"ssoctl/pkg/lang"
)

func (what tokenName) expired(exp, now time.Time) error {
	return what.wrong("exp", clock, lang.Text{
		EN: "%s has expired: exp is %s, now it is %s", ZH: "%s已过期：exp 为 %s，现在是 %s",
	}, stamp(exp), stamp(now))
}

func (what tokenName) early(now time.Time) error {
	return what.wrong("nbf", clock, lang.Text{EN: "%s is not valid yet: its nbf is later than now, %s", ZH: "%s尚未生效：nbf 晚于现在（%s）"}, stamp(now))
}

func (what tokenName) ahead(iat, now time.Time) error {
	return what.wrong("iat", clock, lang.Text{
		EN: "%s was issued in the future: iat is %s, now it is %s", ZH: "%s的签发时间在未来：iat 为 %s，现在是 %s",
	}, stamp(iat), stamp(now))
}

var noExp = lang.Text{EN: "the id_token has no exp", ZH: "id_token 没有 exp"}

var clock = lang.Text{
	EN: "Check this machine's clock. If it is right, do not trust this token.",
	ZH: "请核对本机时钟；若时钟无误，请勿信任此令牌。",
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
