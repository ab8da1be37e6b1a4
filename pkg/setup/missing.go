package setup

import (
	"slices"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// missingFlags is the error for flags that are needed without a terminal.
type missingFlags struct {
	flags  []lang.Text
	inputs bool // only inputs are missing
}

func (e *missingFlags) Error() string { return e.Text().EN }

// Text returns the error in both languages.
func (e *missingFlags) Text() lang.Text {
	var en, zh []string
	for _, flag := range e.flags {
		en, zh = append(en, flag.EN), append(zh, flag.ZH)
	}
	return lang.Text{
		EN: "missing, and there is no terminal to ask on: " + strings.Join(en, ", "),
		ZH: "缺少以下内容，又没有终端可供询问：" + strings.Join(zh, "、"),
	}
}

// Unwrap makes it a usage error, or a profile error if only inputs are missing.
func (e *missingFlags) Unwrap() error {
	hint := lang.Text{EN: "Give all of them, or run ssoctl profile new on a terminal.", ZH: "请一并给出，或在终端里执行 ssoctl profile new。"}
	if e.inputs {
		return &profile.Error{Problem: lang.Text{EN: "inputs are missing", ZH: "缺少输入项"}, Hint: hint}
	}
	return &failure.UsageError{Problem: e.Text(), Advice: hint}
}

// lacks records a missing flag, when there is no terminal to ask on.
func (s *Setup) lacks(flag lang.Text) { s.missing = append(s.missing, flag) }

// lacking is the error for everything that is missing; nil if nothing is.
func (s *Setup) lacking() error {
	if len(s.missing) == 0 {
		return nil
	}
	inputs := !slices.ContainsFunc(s.missing, func(flag lang.Text) bool { return !strings.HasPrefix(flag.EN, "--set ") })
	return &missingFlags{s.missing, inputs}
}

// lacksInput records a missing input, when there is no terminal to ask on.
func (s *Setup) lacksInput(name string) {
	in := s.base.Inputs[name]
	flag := "--set " + name + "=VALUE"
	if in.Secret {
		flag = "--set " + name + "=env:" + s.variable(name)
	}
	text := lang.Text{EN: flag, ZH: flag}
	if in.Vendor != "" && in.Vendor != name {
		text = lang.Text{EN: flag + " (the vendor's " + in.Vendor + ")", ZH: flag + "（厂商字段名 " + in.Vendor + "）"}
	}
	s.lacks(text)
}
