package setup

import (
	"context"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// inputs asks for every required input that has no value, and with All for optional inputs
// too. Without a terminal it records the missing inputs.
func (s *Setup) inputs(ctx context.Context) error {
	if s.base == nil {
		return nil
	}
	if s.isBuiltin(s.Name) {
		s.Console.Say(lang.Text{EN: s.Name + " is a built-in profile: your values are added to it, under the same name.", ZH: s.Name + " 是内置的接入配置：你的值会以同一名称补充进去。"})
	}
	names, skipped := s.unanswered()
	if len(skipped) > 0 && s.Person != nil {
		list := strings.Join(skipped, ", ")
		s.Person.Say(0, lang.Text{EN: "Skipping optional inputs: " + list + ". To enter them, use --all.", ZH: "可选项不询问：" + list + "。如需逐项填写，请加 --all。"})
	}
	if err := s.settle(ctx, names); err != nil {
		return err
	}
	for _, name := range names {
		if err := s.input(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// unanswered returns the inputs to ask for, and the optional ones that are not asked for.
func (s *Setup) unanswered() (names, skipped []string) {
	for _, name := range s.base.InputNames() {
		_, from := s.base.Given(name)
		switch in := s.base.Inputs[name]; {
		case from.From == "flag" || in.Required && s.has(name): // given already
		case in.Required || s.All && s.Person != nil || s.takesSecret(name):
			names = append(names, name)
		default:
			skipped = append(skipped, name)
		}
	}
	return names, skipped
}

// has reports whether an input has a value, from flags or from the base profile.
func (s *Setup) has(name string) bool {
	text, _ := s.base.Given(name)
	return text != ""
}

// takesSecret reports whether --secret-env asks for an optional client_secret: the client
// then is not a public one, unless it authenticates in another way.
func (s *Setup) takesSecret(name string) bool {
	method, _ := s.base.Given(recipe.AuthMethod)
	return s.Place == InEnv && name == "client_secret" && !s.has(recipe.ClientKey) && method != "none" && method != "private_key_jwt"
}

func (s *Setup) input(ctx context.Context, name string) error {
	switch in := s.base.Inputs[name]; {
	case in.Secret && s.Place == InEnv && (in.Required || !s.All || s.Person == nil):
		s.answers[name] = "env:" + s.variable(name)
	case in.Secret && s.Place == InEnv:
		return s.askVariable(ctx, name)
	case s.Person == nil && name == "redirect_uri" && s.Redirect != "":
		s.answers[name] = s.Redirect
	case s.Person == nil:
		s.lacksInput(name)
	case in.Secret:
		return s.askSecret(ctx, name)
	default:
		return s.askInput(ctx, name)
	}
	return nil
}

// introduce describes an input: its name, the vendor's name, its help, its default.
func (s *Setup) introduce(name string) {
	in := s.base.Inputs[name]
	head := lang.Text{EN: name, ZH: name}
	if in.Vendor != "" && in.Vendor != name {
		head = lang.Text{EN: name + "  the vendor's " + in.Vendor, ZH: name + "  厂商字段名 " + in.Vendor}
	}
	s.Person.Say(0, lang.Text{})
	s.Person.Say(0, head)
	for _, more := range []lang.Text{{EN: in.Help, ZH: in.HelpZH}, profile.Unverified(s.base.GuessOf(name))} {
		if !more.IsZero() {
			s.Person.Say(2, more)
		}
	}
	switch text, _ := s.base.Shown(name); {
	case text != "":
		s.Person.Say(2, lang.Text{EN: "Enter keeps " + text, ZH: "按回车沿用 " + text})
	case !in.Required:
		s.Person.Say(2, lang.Text{EN: "Optional: Enter leaves it out", ZH: "可选：按回车跳过"})
	}
}

// askInput asks for an input until the answer is valid.
func (s *Setup) askInput(ctx context.Context, name string) error {
	s.introduce(name)
	for {
		text, err := s.Person.Line(ctx, lang.Text{EN: "> ", ZH: "> "})
		if err != nil {
			return err
		}
		if s.answered(name, text) {
			return nil
		}
	}
}

// answered records an answer and returns true, or says why it is not valid.
func (s *Setup) answered(name, text string) bool {
	if text == "" && (!s.base.Inputs[name].Required || s.has(name)) {
		return true
	}
	if text == "" {
		s.Person.Say(0, lang.Text{EN: name + " is required; Ctrl-C stops", ZH: name + " 是必填项；按 Ctrl-C 停止"})
		return false
	}
	if err := s.take(name, text); err != nil {
		s.Person.Say(0, lang.Sprintf(lang.Text{EN: "This value %s", ZH: "这个值%s"}, err))
		return false
	}
	return true
}
