package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/regularfile"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/terminal"
)

// place is where a new profile's secrets are kept.
type place int

const (
	unplaced  place = iota
	inKeyring       // the system's keyring
	inFiles         // one file for each, beside the configuration
	inEnv           // the environment: ssoctl does not store them
	inPlain         // the configuration itself
)

// secretsDir is the folder for inFiles, beside the configuration.
const secretsDir = "secrets"

// variable is the environment variable for a secret.
func (n *newProfile) variable(input string) string {
	name := strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(cmp.Or(n.name, n.from) + "_" + input))
	if name[0] >= '0' && name[0] <= '9' {
		name = "SSO_" + name
	}
	return name
}

// settle decides where to keep secrets, if a given value or an input to ask for is secret.
func (n *newProfile) settle(asked []string) error {
	secrets := slices.DeleteFunc(slices.Clone(asked), func(name string) bool { return !n.base.Inputs[name].Secret })
	given := slices.Sorted(maps.Keys(n.secrets))
	switch {
	case n.place == inEnv && len(given) > 0:
		return usagef(lang.Text{EN: "--secret-env does not store values: give --set %[1]s=env:NAME, or leave %[1]s out", ZH: "--secret-env 不保存值：请改写 --set %[1]s=env:名称，或不给出 %[1]s"}, given[0])
	case n.place != unplaced || len(secrets)+len(given) == 0:
		return nil
	case n.ask != nil:
		return n.askPlace(append(given, secrets...))
	case len(given) > 0:
		where := "--keyring, --secret-files or --plain-secrets"
		n.lacks(lang.Text{EN: where + " for " + strings.Join(given, ", "), ZH: where + "（保存 " + strings.Join(given, ", ") + "）"})
	}
	return nil
}

// askPlace asks where to keep the secrets. The keyring is the first choice if it works.
func (n *newProfile) askPlace(names []string) error {
	variables := make([]string, len(names))
	for i, name := range names {
		variables[i] = n.variable(name)
	}
	list := strings.Join(variables, ", ")
	type choice struct {
		place
		text lang.Text
	}
	choices := []choice{
		{inFiles, lang.Text{EN: "files that only you can read, beside the configuration", ZH: "配置文件旁边、只有你能读的文件"}},
		{inEnv, lang.Text{EN: "environment variables, which you set: " + list, ZH: "由你设置的环境变量：" + list}},
		{inPlain, lang.Text{EN: "the configuration itself, as plain text", ZH: "直接以明文写进配置文件"}},
	}
	_, err := keyring.Get(n.ask.ctx, n.entry(names[0]))
	switch stored := (*keyring.Error)(nil); {
	case errors.Is(err, context.Canceled):
		return err
	case err == nil || errors.As(err, &stored) && stored.Missing():
		choices = slices.Insert(choices, 0, choice{inKeyring, lang.Text{EN: "the system's keyring", ZH: "系统钥匙串"}})
	default:
		n.ask.say(0, lang.Of(err))
	}
	what := strings.Join(names, ", ")
	fmt.Fprintln(n.Err)
	n.ask.say(0, lang.Text{EN: "Where do you want to keep secrets (" + what + ")?", ZH: "密钥（" + what + "）保存在哪里？"})
	for i, c := range choices {
		fmt.Fprintf(n.Err, "%4d  %s\n", i+1, terminal.Fit(n.Err, n.in(c.text), 6))
	}
	i, err := n.ask.number(len(choices))
	if err != nil {
		return err
	}
	n.place = choices[i-1].place
	return nil
}

// askSecret asks for a secret without showing it, and offers to use one that is stored.
func (n *newProfile) askSecret(name string) error {
	n.introduce(name)
	if reference, kept := n.kept(name); kept {
		use, err := n.ask.yes(lang.Text{EN: "There is one already: " + reference + ". Use it?", ZH: "已有 " + reference + "，沿用它吗？"}, true)
		if err != nil {
			return err
		}
		if use {
			n.answers[name] = reference
			return nil
		}
	}
	for {
		s, err := n.ask.hidden(lang.Text{EN: "Type it (not shown), or a reference such as env:NAME: ", ZH: "请输入（不显示），也可填引用，如 env:名称："})
		if err != nil {
			return err
		}
		if n.answered(name, strings.TrimSpace(s.Reveal())) {
			return nil
		}
	}
}

// askVariable asks whether to read an optional secret from the environment. If so, the
// variable must be set from then on.
func (n *newProfile) askVariable(name string) error {
	n.introduce(name)
	variable := n.variable(name)
	use, err := n.ask.yes(lang.Text{EN: "Read it from the environment variable " + variable + "?", ZH: "从环境变量 " + variable + " 读取吗？"}, false)
	if use {
		n.answers[name] = "env:" + variable
	}
	return err
}

// entry is the keyring's entry for a secret.
func (n *newProfile) entry(input string) keyring.Name {
	return keyring.Name{Service: n.name, User: input}
}

// secretFile is the file for a secret, and the reference to it.
func (n *newProfile) secretFile(input string) (path, reference string) {
	name := filepath.Join(secretsDir, n.name+"."+input)
	return filepath.Join(filepath.Dir(n.path), name), "file:" + filepath.ToSlash(name)
}

// kept returns the reference to a secret, and whether the secret is stored already.
func (n *newProfile) kept(input string) (reference string, kept bool) {
	switch n.place {
	case inKeyring:
		_, err := keyring.Get(n.cmd.Context(), n.entry(input))
		return "keyring:" + n.entry(input).String(), err == nil
	case inFiles:
		path, reference := n.secretFile(input)
		_, err := os.Lstat(path)
		return reference, err == nil
	}
	return "", false
}

// keep stores the secrets and puts references to them into the values. undo reverts what
// was done; it works after an error too, and after ctx has ended.
func (n *newProfile) keep(ctx context.Context) (undo func(), err error) {
	var steps []func()
	undo = func() {
		for _, step := range slices.Backward(steps) {
			step()
		}
	}
	for _, input := range slices.Sorted(maps.Keys(n.secrets)) {
		if n.ask == nil {
			if reference, kept := n.kept(input); kept {
				return undo, &failure.UsageError{
					Problem: lang.Text{EN: reference + " already exists", ZH: reference + " 已存在"},
					Advice:  lang.Sprintf(lang.Text{EN: "Use it: --set %s=%s. Or remove it first.", ZH: "沿用它：--set %s=%s；或先将其删除。"}, input, reference),
				}
			}
		}
		var step func()
		switch s := n.secrets[input]; n.place {
		case inKeyring:
			n.answers[input] = "keyring:" + n.entry(input).String()
			step, err = keepInKeyring(ctx, n.entry(input), s)
		case inFiles:
			var path string
			path, n.answers[input] = n.secretFile(input)
			step, err = keepInFile(path, s)
		default:
			n.answers[input] = s.Reveal()
			continue
		}
		steps = append(steps, step)
		if err != nil {
			return undo, err
		}
	}
	return undo, nil
}

// keepInKeyring sets an entry. undo restores the previous one, or deletes it.
func keepInKeyring(ctx context.Context, entry keyring.Name, s secret.String) (undo func(), err error) {
	before, err := keyring.Get(ctx, entry)
	undo = func() {}
	if stored := (*keyring.Error)(nil); err != nil && (!errors.As(err, &stored) || !stored.Missing()) {
		return undo, err
	}
	existed := err == nil
	undo = func() {
		const enough = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), enough)
		defer cancel()
		if existed { // a failed undo is not reported: the error that caused it is
			_ = keyring.Set(ctx, entry, before)
		} else {
			_ = keyring.Delete(ctx, entry)
		}
	}
	return undo, keyring.Set(ctx, entry, s)
}

// keepInFile writes a secret into its own file, with mode 0600. undo restores the previous
// file, or deletes it.
func keepInFile(path string, s secret.String) (undo func(), err error) {
	dir := filepath.Dir(path)
	_, noDir := os.Stat(dir)
	if err := private.MkdirAll(dir); err != nil {
		return func() {}, err
	}
	before, err := private.ReadFile(path)
	existed := err == nil
	undo = func() { // a failed undo is not reported: the error that caused it is
		if existed {
			_ = atomicfile.Write(path, before, 0o600)
			return
		}
		_ = os.Remove(path)
		if regularfile.IsAbsent(noDir) {
			_ = os.Remove(dir) // fails if it is not empty
		}
	}
	if !existed && !regularfile.IsAbsent(err) {
		return func() {}, err
	}
	if err := atomicfile.Write(path, []byte(s.Reveal()+"\n"), 0o600); err != nil {
		return undo, profile.Unwritable(path, err, lang.Text{})
	}
	return undo, nil
}
