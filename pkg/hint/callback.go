package hint

import (
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// standards is the profile that lists the errors of RFC 6749 and OpenID Connect.
const standards = "oauth2"

// CallbackRefusal looks up a callback's error in the profile, which may be nil, then in the
// standards.
func CallbackRefusal(e *loopback.CallbackError, p *profile.Profile) (profile.Refusal, bool) {
	if p != nil {
		if known, ok := p.Refusal(e.Code, e.Description); ok {
			return known, true
		}
	}
	p, err := profile.Load(standards, profile.Sources{Builtin: profiles.FS})
	if err != nil {
		return profile.Refusal{}, false
	}
	return p.Refusal(e.Code, e.Description)
}

// callback says what a callback's error means and what to do about it.
func (a Adviser) callback(e *loopback.CallbackError) lang.Text {
	if known, ok := CallbackRefusal(e, a.Profile); ok {
		return profile.WithGuess(known.Text(), known.GuessText())
	}
	return lang.Text{
		EN: "Look this error up in the vendor's documentation, check the application's permissions in its console, and log in again.",
		ZH: "请在厂商文档中查找这个错误，在厂商后台核对应用的权限，然后重新登录。",
	}
}
