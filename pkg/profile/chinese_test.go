package profile_test

import (
	"strings"
	"testing"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// TestBuiltinsSpeakChinese: every text for people in a built-in profile has Chinese.
func TestBuiltinsSpeakChinese(t *testing.T) {
	src := profile.Sources{Builtin: profiles.FS}
	for _, name := range src.BuiltinNames() {
		p, err := profile.Load(name, src)
		if err != nil {
			t.Fatal(err)
		}
		check := func(what string, text lang.Text) {
			if text.EN != "" && !strings.ContainsFunc(text.ZH, isHan) {
				t.Errorf("%s: %s: no Chinese for %q", name, what, text.EN)
			}
		}
		check("title", p.TitleText())
		for input, in := range p.Inputs {
			check(input, lang.Text{EN: in.Help, ZH: in.HelpZH})
			check(input, p.GuessOf(input))
		}
		for _, s := range p.Steps() {
			check(string(s.Name), s.GuessText())
		}
		for step, why := range p.NotOffered {
			check(string(step), why.Text())
		}
		for _, r := range p.Refusals {
			check(r.CodeText(), r.Text())
			check(r.CodeText(), r.GuessText())
		}
	}
}
