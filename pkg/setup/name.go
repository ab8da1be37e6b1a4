package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// Choose decides the name and the profile to start from.
func (s *Setup) Choose(ctx context.Context) error { return atEnd(s.choose(ctx)) }

func (s *Setup) choose(ctx context.Context) error {
	if s.Name != "" {
		if err := s.checkName(s.Name, s.Sources); err != nil {
			return err
		}
		if s.isBuiltin(s.Name) {
			s.From = cmp.Or(s.From, s.Name)
		}
	}
	if s.Person == nil && s.Name == "" {
		s.lacks(lang.Text{EN: "NAME", ZH: "NAME"})
	}
	if s.Person == nil && s.From == "" {
		s.lacks(lang.Text{EN: "--from PROFILE", ZH: "--from PROFILE"})
		return nil
	}
	var err error
	if s.From == "" {
		if s.From, err = s.askFrom(ctx); err != nil {
			return err
		}
	}
	if s.base, err = profile.Load(s.From, s.Sources); err != nil {
		return err
	}
	if s.Name == "" && s.Person != nil {
		return s.askName(ctx)
	}
	return s.checkBase(s.Name)
}

func (s *Setup) isBuiltin(name string) bool { return slices.Contains(s.Sources.BuiltinNames(), name) }

// checkName refuses a name that no new profile of the sources can have.
func (s *Setup) checkName(name string, in profile.Sources) error {
	exists := func(place string) error {
		return &failure.UsageError{
			Problem: lang.Text{EN: name + " exists already: " + place, ZH: name + " 已存在：" + place},
			Advice:  lang.Text{EN: "Edit it there, or choose another name.", ZH: "请直接在该处修改，或换一个名称。"},
		}
	}
	switch {
	case !profile.IsBareKey(name):
		return &failure.UsageError{
			Problem: lang.Sprintf(lang.Text{EN: "%q cannot be the name of a profile", ZH: "%q 不能作为接入配置的名称"}, name),
			Advice:  lang.Text{EN: "Use letters, digits, - and _.", ZH: "请只用英文字母、数字、- 和 _。"},
		}
	case slices.Contains(in.OwnNames(), name):
		return exists(fmt.Sprintf("%s:%d", s.Path, in.User.Line("profiles", name)))
	case s.Taken[name] != "":
		return exists(s.Taken[name])
	}
	return nil
}

// checkBase refuses a profile that has the name of a built-in one but starts from a
// different profile: it would hide the built-in one.
func (s *Setup) checkBase(name string) error {
	if !s.isBuiltin(name) || s.From == name {
		return nil
	}
	return &failure.UsageError{
		Problem: lang.Sprintf(lang.Text{
			EN: "%s is a built-in profile: your own profile of that name adds to it and cannot start from %s",
			ZH: "%s 是内置的接入配置：同名的自定义接入配置只能在它的基础上补充，不能以 %s 为基础",
		}, name, s.From),
		Advice: lang.Text{EN: "Choose another name, or start from " + name + ".", ZH: "请换一个名称，或以 " + name + " 为基础。"},
	}
}

// askFrom asks for the profile to start from: a number, a name, or a word that shortens
// the list.
func (s *Setup) askFrom(ctx context.Context) (string, error) {
	all, err := profile.LoadWithSteps(s.Sources.Names(), s.Sources)
	if err != nil {
		return "", err
	}
	shown := all
	s.Person.Say(0, lang.Text{EN: "Which profile do you want to start from?", ZH: "以哪个接入配置为基础？"})
	s.list(shown)
	for {
		answer, err := s.Person.Line(ctx, lang.Text{EN: "Number, name, or part of a name: ", ZH: "编号、名称或关键词："})
		if err != nil {
			return "", err
		}
		if i, err := strconv.Atoi(answer); err == nil && i >= 1 && i <= len(shown) {
			return shown[i-1].Name, nil
		}
		if slices.ContainsFunc(all, func(p *profile.Profile) bool { return p.Name == answer }) {
			return answer, nil
		}
		switch found := profile.Matching(all, strings.Fields(answer)); len(found) {
		case 0:
			s.Person.Say(0, lang.Of(profile.NoMatch(all, strings.Fields(answer))))
			continue
		case 1:
			from := found[0].Name
			s.Person.Say(0, lang.Text{EN: "Starting from " + from + ".", ZH: "以 " + from + " 为基础。"})
			return from, nil
		default:
			shown = found
		}
		s.list(shown)
	}
}

func (s *Setup) list(all []*profile.Profile) {
	const maxWidth = 20 // columns
	width := 0
	for _, p := range all {
		width = min(max(width, terminal.Widest(p.Name)), maxWidth)
	}
	for i, p := range all {
		s.Person.Choice(i+1, width, p.Name, p.TitleText())
	}
}

// askName asks for the name of the new profile and suggests one.
func (s *Setup) askName(ctx context.Context) error {
	offer := "my-" + s.From
	choice := " [" + offer + "]"
	if s.checkName(offer, s.Sources) != nil {
		offer, choice = "", ""
	}
	for {
		name, err := s.Person.Line(ctx, lang.Text{EN: "Name of the new profile" + choice + ": ", ZH: "新接入配置的名称" + choice + "："})
		if err != nil {
			return err
		}
		name = cmp.Or(name, offer)
		problem := cmp.Or(s.checkName(name, s.Sources), s.checkBase(name))
		if problem == nil {
			s.Name = name
			return nil
		}
		s.sayProblem(problem)
	}
}

// sayProblem says why a name cannot be used and what to do.
func (s *Setup) sayProblem(err error) {
	problem := lang.Of(err)
	var advice lang.Text
	if fault := (*failure.UsageError)(nil); errors.As(err, &fault) {
		advice = fault.Advice
	}
	s.Person.Say(0, lang.Join(lang.Text{EN: problem.EN + ".", ZH: problem.In(lang.ZH) + "。"}, advice))
}
