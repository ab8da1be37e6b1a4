package profile

import (
	"ssoctl/pkg/lang"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/secret"
)

// Shown returns an input's value for a person, redacted if it is a secret, and where it
// comes from: a file and line, "environment", "flag", "default", or "missing" or
// "optional" without a value. References are not resolved.
func (p *Profile) Shown(input string) (value string, from lang.Text) {
	text, origin := p.Given(input)
	switch {
	case origin.From == "" && p.Inputs[input].Required:
		return "", lang.Text{EN: "missing", ZH: "缺少"}
	case origin.From == "":
		return "", lang.Text{EN: "optional", ZH: "可选"}
	case p.Inputs[input].Secret && text != "" && (origin.Verbatim || !reference.Is(text)):
		text = secret.Redacted
	}
	zh := map[string]string{"default": "默认值", "flag": "命令行参数"}[origin.String()]
	return text, lang.Text{EN: origin.String(), ZH: zh}
}

// Unverified returns a guess (see [Step.GuessText]) as a text for people; zero if there is
// none.
func Unverified(guess lang.Text) lang.Text {
	if guess.IsZero() {
		return guess
	}
	return lang.Sprintf(lang.Text{EN: "unverified: %s", ZH: "推测：%s"}, guess)
}
