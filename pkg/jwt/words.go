package jwt

import (
	"encoding/json"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
)

// inWords returns the number of a claim, the time that it stands for, and how long before or
// after now that is.
func (v View) inWords(name string, number json.Number) string {
	at, ok := oidc.Time(number)
	if !ok {
		return number.String() + " " + v.notTime(number)
	}
	away := at.Sub(v.Now)
	format := wordsFor(name, away > 0)
	if away < 0 {
		away = -away
	}
	said := lang.Sprintf(format, lang.About(away))
	return lang.Sprintf(lang.Text{EN: "%s (%s: %s)", ZH: "%s（%s：%s）"}, number, at.Format(time.RFC3339), said).In(v.Lang)
}

// notTime says what is wrong with a number that is not a time.
func (v View) notTime(number json.Number) string {
	const later = 253_402_300_799 // see oidc.Time
	if f, err := number.Float64(); err != nil || f <= later {
		return lang.Text{EN: "(not a time)", ZH: "（不是时间）"}.In(v.Lang)
	}
	return lang.Text{EN: "(milliseconds? A JWT has seconds)", ZH: "（可能是毫秒；JWT 应为秒）"}.In(v.Lang)
}

// wordsFor returns the sentence about a claim that is in the future or not.
func wordsFor(name string, future bool) lang.Text {
	switch {
	case name == "exp" && future:
		return lang.Text{EN: "expires in %s", ZH: "%s后过期"}
	case name == "exp":
		return lang.Text{EN: "expired %s ago", ZH: "%s前已过期"}
	case name == "nbf" && future:
		return lang.Text{EN: "not valid before %s from now", ZH: "%s后才生效"}
	case name == "nbf":
		return lang.Text{EN: "valid since %s ago", ZH: "%s前已生效"}
	case future:
		return lang.Text{EN: "in %s, which is in the future", ZH: "%s后，是将来的时间"}
	}
	return lang.Text{EN: "%s ago", ZH: "%s前"}
}
