package cmd

import (
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// standards is the profile that has the errors of RFC 6749 and OpenID Connect.
const standards = "oauth2"

// callbackHint says what a callback's error means: as the profile has it, else as
// the standards do.
func callbackHint(e *loopback.CallbackError, p *profile.Profile) lang.Text {
	if e.Denied() {
		return lang.Text{EN: "The user said no. Start the login again.", ZH: "用户拒绝了登录。请重新发起。"}
	}
	if p != nil {
		if known, ok := p.Refusal(e.Code); ok {
			return withGuess(known.Text(), known.GuessText())
		}
	}
	if p, err := profile.Load(standards, profile.Sources{Builtin: profiles.FS}); err == nil {
		if known, ok := p.Refusal(e.Code); ok {
			return withGuess(known.Text(), known.GuessText())
		}
	}
	return lang.Text{
		EN: "Look this error up at the vendor, see in its console what the application may do, and log in again.",
		ZH: "请在厂商文档中查找这个错误，在厂商后台核对应用的权限，然后重新登录。",
	}
}
