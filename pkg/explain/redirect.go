package explain

import (
	"net/url"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// stateAlone explains a redirect with a state and nothing else.
var stateAlone = lang.Text{
	EN: "The redirect has the state and nothing else, which is how some vendors say that the user declined. Log in again and agree.",
	ZH: "回调只带有 state，有些厂商以此表示用户拒绝了授权。请重新登录并同意授权。",
}

// redirected returns how the client would read a redirect with these parameters. Refusals in
// the standard's notation are left to the expressions for responses, because some vendors
// report those in the redirect too. alone is true if the caller chose this profile.
func (r *reader) redirected(params url.Values, alone bool) Found {
	f := Found{How: none, Profiles: []*profile.Profile{r.Profile}, Steps: []profile.StepName{profile.StepAuthorize}}
	says := r.redirect.Says(params)
	switch {
	case len(says.Repeated) > 0:
	case says.Error != "" && r.Authorize.ReadsRedirect():
		f.How, f.Code = Unlisted, says.Error
		if known, ok := r.Refusal(says.Error, says.Message); ok {
			f.How, f.Kind, f.Message, f.Meaning, f.Guess = Listed, known.Kind, known.Message, known.Text(), known.GuessText()
		}
	case says.Error == "" && says.Code != "":
		f.How = Yes
	case alone && len(params) == 1 && params.Get("state") != "" && r.StartUses("state"):
		f.How, f.Code, f.Kind, f.Meaning = Listed, loopback.Denied, profile.KindDenied, stateAlone
	}
	return f
}
