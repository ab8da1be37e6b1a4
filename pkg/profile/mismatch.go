package profile

import (
	"errors"
	"strings"

	"ssoctl/pkg/lang"
)

// Mismatch returns the error for a value that does not match Pattern. It says what is
// expected, in words if possible, and completes the sentence "the value …".
func (in Input) Mismatch() error {
	if in.Pattern == "https?://.+" {
		return lang.Errorf(lang.Text{EN: "must be an address that begins with https:// or http://", ZH: "应为以 https:// 或 http:// 开头的地址"})
	}
	inner, negated := strings.CutPrefix(in.Pattern, "[^")
	inner, single := strings.CutSuffix(inner, "]+")
	if negated && single && len([]rune(inner)) == 1 {
		return lang.Errorf(lang.Text{EN: "must not contain %s", ZH: "不能含有 %s"}, inner)
	}
	if choices := in.choices(); len(choices) > 0 {
		return lang.Errorf(lang.Text{EN: "must be %s", ZH: "应为 %s"}, lang.Or(choices))
	}
	if sample := in.sample(); sample != "" {
		return lang.Errorf(lang.Text{EN: "should look like %s", ZH: "应形如 %s"}, sample)
	}
	if in.Help != "" {
		return helpError{lang.Errorf(lang.Text{EN: "is not valid (expected: %s)", ZH: "无效（应为：%s）"}, in.help())}
	}
	return lang.Errorf(lang.Text{EN: "does not match %s", ZH: "不符合 %s"}, in.Pattern)
}

func (in Input) help() lang.Text { return lang.Text{EN: in.Help, ZH: in.HelpZH} }

// helpError contains the input's help.
type helpError struct{ error }

func (e helpError) Unwrap() error { return e.error }

// Advice returns the hint for an error about a value: the input's help, unless the error
// contains it.
func (in Input) Advice(err error) lang.Text {
	if _, has := errors.AsType[helpError](err); has {
		return lang.Text{}
	}
	return in.help()
}

// sample returns the example or default if it matches Pattern and has no placeholders;
// otherwise "".
func (in Input) sample() string {
	re, err := in.Matcher()
	if err != nil || in.Secret {
		return ""
	}
	for _, t := range []string{string(in.Example), string(in.Default)} {
		if t != "" && !strings.Contains(t, "{") && re.MatchString(t) {
			return t
		}
	}
	return ""
}
