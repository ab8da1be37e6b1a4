package setup

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/reference"
)

// Place is where a new profile's secrets are kept.
type Place int

// The places.
const (
	Unplaced  Place = iota
	InKeyring       // the system's keyring
	InFiles         // one file for each, beside the configuration
	InEnv           // the environment: ssoctl does not store them
	InPlain         // the configuration itself
)

// variable is the environment variable for a secret.
func (s *Setup) variable(input string) string {
	name := strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(cmp.Or(s.Name, s.From) + "_" + input))
	if name[0] >= '0' && name[0] <= '9' {
		name = "SSO_" + name
	}
	return name
}

// settle decides where to keep secrets, if any given value or any asked input is secret.
func (s *Setup) settle(ctx context.Context, asked []string) error {
	secrets := slices.DeleteFunc(slices.Clone(asked), func(name string) bool { return !s.base.Inputs[name].Secret })
	given := slices.Sorted(maps.Keys(s.secrets))
	switch {
	case s.Place == InEnv && len(given) > 0:
		return failure.Usagef(lang.Text{EN: "--secret-env does not store values: give --set %[1]s=env:NAME, or leave %[1]s out", ZH: "--secret-env 不保存值：请改写 --set %[1]s=env:名称，或不给出 %[1]s"}, given[0])
	case s.Place != Unplaced || len(secrets)+len(given) == 0:
		return nil
	case s.Person != nil:
		return s.askPlace(ctx, append(given, secrets...))
	case len(given) > 0:
		where := "--keyring, --secret-files or --plain-secrets"
		s.lacks(lang.Text{EN: where + " for " + strings.Join(given, ", "), ZH: where + "（保存 " + strings.Join(given, ", ") + "）"})
	}
	return nil
}

// askPlace asks where to keep the secrets. The keyring is the first choice if it works.
func (s *Setup) askPlace(ctx context.Context, names []string) error {
	var places []Place
	_, err := keyring.Get(ctx, s.entry(names[0]))
	switch stored := (*keyring.Error)(nil); {
	case errors.Is(err, context.Canceled):
		return err
	case err == nil || errors.As(err, &stored) && stored.Missing():
		places = append(places, InKeyring)
	default:
		s.Person.Say(0, lang.Of(err))
	}
	places = append(places, InFiles, InEnv, InPlain)
	what := strings.Join(names, ", ")
	s.Person.Say(0, lang.Text{})
	s.Person.Say(0, lang.Text{EN: "Where do you want to keep secrets (" + what + ")?", ZH: "密钥（" + what + "）保存在哪里？"})
	texts := s.placeTexts(names)
	for i, place := range places {
		s.Person.Choice(i+1, 0, "", texts[place])
	}
	i, err := s.Person.Number(ctx, len(places))
	if err != nil {
		return err
	}
	s.Place = places[i-1]
	return nil
}

func (s *Setup) placeTexts(names []string) map[Place]lang.Text {
	variables := make([]string, len(names))
	for i, name := range names {
		variables[i] = s.variable(name)
	}
	list := strings.Join(variables, ", ")
	return map[Place]lang.Text{
		InKeyring: {EN: "the system's keyring", ZH: "系统钥匙串"},
		InFiles:   {EN: "files that only you can read, beside the configuration", ZH: "配置文件旁边、只有你能读的文件"},
		InEnv:     {EN: "environment variables, which you set: " + list, ZH: "由你设置的环境变量：" + list},
		InPlain:   {EN: "the configuration itself, as plain text", ZH: "直接以明文写进配置文件"},
	}
}

// askSecret asks for a secret without showing it, and offers to use one that is stored.
func (s *Setup) askSecret(ctx context.Context, name string) error {
	s.introduce(name)
	if store := s.store(name); store != nil && store.has(ctx) {
		ref := store.reference()
		use, err := s.Person.Yes(ctx, lang.Text{EN: "There is one already: " + ref + ". Use it?", ZH: "已有 " + ref + "，沿用它吗？"}, true)
		if err != nil {
			return err
		}
		if use {
			s.answers[name] = ref
			return nil
		}
	}
	for {
		typed, err := s.Person.Hidden(ctx, lang.Text{EN: "Type it (not shown), or a reference such as env:NAME: ", ZH: "请输入（不显示），也可填引用，如 env:名称："})
		if err != nil {
			return err
		}
		if s.answered(name, strings.TrimSpace(typed.Reveal())) {
			return nil
		}
	}
}

// askVariable asks whether to read an optional secret from the environment. If so, the
// variable must be set from then on.
func (s *Setup) askVariable(ctx context.Context, name string) error {
	s.introduce(name)
	variable := s.variable(name)
	use, err := s.Person.Yes(ctx, lang.Text{EN: "Read it from the environment variable " + variable + "?", ZH: "从环境变量 " + variable + " 读取吗？"}, false)
	if use {
		s.answers[name] = "env:" + variable
	}
	return err
}

// keep stores the secrets and puts references to them into the values. undo reverts what
// was done; it works after an error too, and after ctx has ended.
func (s *Setup) keep(ctx context.Context) (undo func(), err error) {
	var steps []func()
	undo = func() {
		for _, step := range slices.Backward(steps) {
			step()
		}
	}
	for _, input := range slices.Sorted(maps.Keys(s.secrets)) {
		store := s.store(input)
		if store == nil {
			s.answers[input] = s.secrets[input].Reveal()
			continue
		}
		ref := store.reference()
		if s.Person == nil && store.has(ctx) {
			return undo, &failure.UsageError{
				Problem: lang.Text{EN: ref + " already exists", ZH: ref + " 已存在"},
				Advice:  lang.Sprintf(lang.Text{EN: "Use it: --set %s=%s. Or remove it first.", ZH: "沿用它：--set %s=%s；或先将其删除。"}, input, reference.Within(filepath.Dir(s.Path), ref)),
			}
		}
		s.answers[input] = ref
		step, err := store.set(ctx, s.secrets[input])
		steps = append(steps, step)
		if err != nil {
			return undo, err
		}
	}
	return undo, nil
}
