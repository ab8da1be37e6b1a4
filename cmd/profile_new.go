package cmd

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
	"ssoctl/profiles"
)

func (r *root) newProfileNew() *cobra.Command {
	var o newProfileOptions
	flags := map[place]*bool{inKeyring: new(bool), inFiles: new(bool), inEnv: new(bool), inPlain: new(bool)}
	c := &cobra.Command{
		Use: "new [NAME]", Args: arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			o.name = strings.Join(args, "")
			for where, chosen := range flags {
				if *chosen {
					o.place = where
				}
			}
			return r.profileNew(c, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "")
	f.BoolVar(&o.all, "all", false, "")
	f.BoolVar(flags[inKeyring], "keyring", false, "")
	f.BoolVar(flags[inFiles], "secret-files", false, "")
	f.BoolVar(flags[inEnv], "secret-env", false, "")
	f.BoolVar(flags[inPlain], "plain-secrets", false, "")
	excludeEachOther(c, "keyring", "secret-files", "secret-env", "plain-secrets")
	_ = c.RegisterFlagCompletionFunc("from", r.profileNames) // fails only for a flag that does not exist
	return c
}

// newProfileOptions holds what the command line says about the new profile.
type newProfileOptions struct {
	name, from string // if "", ask
	all        bool
	place      place // where to keep secrets; if unplaced, ask
}

// newProfile is a profile that is being added to the user's configuration.
type newProfile struct {
	*root
	newProfileOptions
	ask     *prompter       // nil if there is no terminal
	path    string          // of the configuration file
	src     profile.Sources // without the project's file, so that the profile works in every folder
	base    *profile.Profile
	answers map[string]string        // values of inputs and references to secrets
	secrets map[string]secret.String // secrets to be stored
	missing []lang.Text              // flags to give if there is no terminal

	projectNames []string // of the project's profiles
}

func (r *root) profileNew(c *cobra.Command, o newProfileOptions) error {
	if r.format == render.Raw { // before anything is asked or written
		return render.Write(c.Context(), io.Discard, render.Result{}, r.format, "")
	}
	n := &newProfile{root: r, newProfileOptions: o, ask: r.prompter(), answers: map[string]string{}, secrets: map[string]secret.String{}}
	for _, do := range []func() error{n.read, n.choose, n.given, n.inputs, n.lacking, n.commit} {
		if err := do(); errors.Is(err, io.EOF) {
			return usagef(lang.Text{EN: "the input ended before the last answer: nothing was written", ZH: "输入在回答完之前结束，没有写入任何内容"})
		} else if err != nil {
			return err
		}
	}
	n.tell()
	return r.write(c, n.result())
}

// read reads the existing configuration. Faults in it are reported before any question.
func (n *newProfile) read() (err error) {
	if n.path, err = n.ownConfig(); err != nil {
		return err
	}
	user, err := profile.ReadFile(n.path)
	if err != nil {
		return err
	}
	n.src = profile.Sources{Builtin: profiles.FS, User: user}
	if err := n.src.CheckFiles(); err != nil {
		return err
	}
	if n.noProject {
		return nil
	}
	if project, err := n.project(user); err == nil && project != nil { // a project's file with an error is not used anyway
		n.projectNames = profile.Sources{Project: project}.OwnNames()
	}
	return nil
}

// choose decides the name and the profile to start from.
func (n *newProfile) choose() error {
	if n.name != "" {
		if err := n.checkName(n.name); err != nil {
			return err
		}
		if n.isBuiltin(n.name) && n.from == "" {
			n.from = n.name
		}
	}
	if n.name == "" && n.ask == nil {
		n.lacks(lang.Text{EN: "NAME", ZH: "NAME"})
	}
	if n.from == "" && n.ask == nil {
		n.lacks(lang.Text{EN: "--from PROFILE", ZH: "--from PROFILE"})
	} else if n.from == "" {
		if err := n.askFrom(); err != nil {
			return err
		}
	}
	if n.from != "" {
		var err error
		if n.base, err = profile.Load(n.from, n.src); err != nil {
			return err
		}
	}
	if n.name == "" && n.ask != nil {
		return n.askName()
	}
	return n.checkBase(n.name)
}

func (n *newProfile) isBuiltin(name string) bool { return slices.Contains(n.src.BuiltinNames(), name) }

// checkName refuses a name that no new profile can have.
func (n *newProfile) checkName(name string) error {
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
	case slices.Contains(n.src.OwnNames(), name):
		return exists(fmt.Sprintf("%s:%d", n.path, n.src.User.Line("profiles", name)))
	case slices.Contains(n.projectNames, name):
		return exists(projectFile)
	}
	return nil
}

// checkBase refuses a profile that has the name of a built-in one but starts from a
// different profile: it would hide the built-in one.
func (n *newProfile) checkBase(name string) error {
	if !n.isBuiltin(name) || n.from == name || n.from == "" {
		return nil
	}
	return &failure.UsageError{
		Problem: lang.Sprintf(lang.Text{
			EN: "%s is a built-in profile: your own profile of that name adds to it and cannot start from %s",
			ZH: "%s 是内置的接入配置：同名的自定义接入配置只能在它的基础上补充，不能以 %s 为基础",
		}, name, n.from),
		Advice: lang.Text{EN: "Choose another name, or start from " + name + ".", ZH: "请换一个名称，或以 " + name + " 为基础。"},
	}
}

// given takes the values of --set.
func (n *newProfile) given() error {
	for _, pair := range n.set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return usagef(lang.Text{EN: "--set: expected INPUT=VALUE", ZH: "--set：应为 INPUT=VALUE"}) // do not repeat the value: it may be a secret
		}
		if n.base == nil {
			continue
		}
		typed := value != "-" && !isReference(value)
		if value == "-" {
			var err error
			if value, err = n.readStdin(); err != nil {
				return err
			}
		}
		if err := n.base.Set(name, value, profile.Origin{From: "flag"}); err != nil {
			return err
		}
		if err := n.take(name, value); err != nil {
			in := n.base.Inputs[name]
			return &profile.Error{Key: name, Problem: lang.Sprintf(lang.Text{EN: "the value %s", ZH: "它的值%s"}, err), Hint: lang.Text{EN: in.Help, ZH: in.HelpZH}}
		}
		if typed && n.base.Inputs[name].Secret {
			n.warnOfFlag(name, "--set "+name+"=env:NAME")
		}
	}
	return nil
}

// take records the value of an input, or a reference to it. The error completes the
// sentence "the value …".
func (n *newProfile) take(name, value string) error {
	in := n.base.Inputs[name]
	if isReference(value) {
		n.answers[name] = value
		return nil
	}
	if _, err := in.Typed(value); err != nil {
		return err
	}
	if in.Secret && value != "" {
		n.secrets[name] = secret.New(value)
		return nil
	}
	n.answers[name] = value
	return nil
}

// has reports whether an input has a value, from flags or from the base profile.
func (n *newProfile) has(name string) bool {
	text, _ := n.base.Given(name)
	return text != ""
}

// lacks records a missing flag, when there is no terminal to ask on.
func (n *newProfile) lacks(flag lang.Text) { n.missing = append(n.missing, flag) }

// result describes what was written, with secrets redacted.
func (n *newProfile) result() render.Result {
	values := map[string]any{}
	for _, v := range n.draft().Values {
		text := v.Text
		if n.base.Inputs[v.Input].Secret && !isReference(text) {
			text = secret.Redacted
		}
		values[v.Input] = text
	}
	return render.Result{Text: n.path, Fields: render.Fields{
		{Name: "profile", Value: n.name}, {Name: "extends", Value: n.from}, {Name: "path", Value: n.path}, {Name: "inputs", Value: values},
	}}
}

// tell says what was written and what to run next.
func (n *newProfile) tell() {
	n.say(lang.Text{
		EN: "Added [profiles." + n.name + "] to your configuration. Next:", ZH: "已将 [profiles." + n.name + "] 写入配置文件。接下来：",
	})
	more := ""
	if path, named := n.configPath(); named {
		more = " --config " + shellquote.Join(path)
	}
	for _, command := range n.next() {
		n.progress("  ssoctl %s -p %s%s", command, n.name, more)
	}
}

// next returns the commands to try a new profile with.
func (n *newProfile) next() []string {
	p := n.base
	switch {
	case len(p.Steps()) == 0:
		return []string{"profile show"}
	case p.Authorize != nil && p.Authorize.Scan:
		return []string{"doctor", "qrlogin"}
	case p.Authorize != nil:
		return []string{"doctor", "login"}
	case p.Token != nil:
		return []string{"doctor", "token"}
	}
	return []string{"doctor"}
}
