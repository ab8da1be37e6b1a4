package oidc

import (
	"slices"
	"strings"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
)

// SameSubject returns an error unless userinfo, with these members, is about the user of an
// id_token (§5.3.2).
func SameSubject(claims, user map[string]any) error {
	want, _ := claims["sub"].(string)
	got, _ := user["sub"].(string)
	if want != "" && got == want {
		return nil
	}
	return wrong("sub", lang.Text{
		EN: "Do not trust this response: it is about a user other than the one who logged in.",
		ZH: "请勿信任此响应：其中的用户不是登录的那一位。",
	}, lang.Text{
		EN: "userinfo and the id_token are about different users: expected sub %q, got %q", ZH: "用户信息与 id_token 不是同一用户：sub 应为 %q，实际为 %q",
	}, want, shown(user["sub"]))
}

// SameLogin returns an error unless a refreshed id_token is of the same login as the original
// one (§12.2): it has the same issuer, user and client, and the time and nonce of that login if
// it has them.
func SameLogin(original, refreshed map[string]any) error {
	for _, name := range []string{"iss", "sub", "azp", "auth_time", "nonce"} {
		was, is := original[name], refreshed[name]
		optional := is == nil && name != "iss" && name != "sub" || was == nil && name == "auth_time"
		if !optional && shown(was) != shown(is) {
			return otherLogin(name, shown(was), shown(is))
		}
	}
	now := audience(refreshed)
	for _, was := range audience(original) {
		if !slices.Contains(now, was) {
			return otherLogin("aud", was, strings.Join(now, ", "))
		}
	}
	return nil
}

func otherLogin(claim, was, is string) error {
	return wrong(claim, lang.Text{
		EN: "Do not trust this token: it belongs to another login. Log in again.",
		ZH: "请勿信任此令牌：它属于另一次登录。请重新登录。",
	}, lang.Text{
		EN: "the refreshed id_token belongs to another login: its %[1]s was %[2]q, and is %[3]q", ZH: "刷新得到的 id_token 属于另一次登录：%[1]s 原为 %[2]q，现为 %[3]q",
	}, claim, was, is)
}

// shown returns a claim as text.
func shown(claim any) string {
	if text, is := claim.(string); is || claim == nil {
		return text
	}
	text, _ := exactjson.Encode(claim)
	return string(text)
}
