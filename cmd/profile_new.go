package cmd

import (
	"io"
	"strings"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/render"
	"ssoctl/pkg/setup"
	"ssoctl/profiles"
)

func (r *root) newProfileNew() *cobra.Command {
	var o setup.Options
	flags := map[setup.Place]*bool{setup.InKeyring: new(bool), setup.InFiles: new(bool), setup.InEnv: new(bool), setup.InPlain: new(bool)}
	c := &cobra.Command{
		Use: "new [NAME]", Args: arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Name = strings.Join(args, "")
			for where, chosen := range flags {
				if *chosen {
					o.Place = where
				}
			}
			return r.profileNew(c, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.From, "from", "", "")
	f.BoolVar(&o.All, "all", false, "")
	f.BoolVar(flags[setup.InKeyring], "keyring", false, "")
	f.BoolVar(flags[setup.InFiles], "secret-files", false, "")
	f.BoolVar(flags[setup.InEnv], "secret-env", false, "")
	f.BoolVar(flags[setup.InPlain], "plain-secrets", false, "")
	excludeEachOther(c, "keyring", "secret-files", "secret-env", "plain-secrets")
	_ = c.RegisterFlagCompletionFunc("from", r.profileNames) // fails only for a flag that does not exist
	return c
}

func (r *root) profileNew(c *cobra.Command, o setup.Options) error {
	if r.format == render.Raw { // before anything is asked or written
		return render.Write(c.Context(), io.Discard, render.Result{}, r.format, "")
	}
	if err := r.readForNew(&o); err != nil {
		return err
	}
	if ask := r.prompt(); ask != nil {
		o.Person = ask
	}
	o.Console = r.console()
	s := setup.New(o)
	if err := s.Choose(c.Context()); err != nil {
		return err
	}
	if err := r.giveValues(s); err != nil {
		return err
	}
	if err := s.Add(c.Context()); err != nil {
		return err
	}
	r.sayNext(s)
	return r.write(c, s.Result())
}

// readForNew reads the existing configuration. Faults in it are reported before any
// question.
func (r *root) readForNew(o *setup.Options) (err error) {
	if o.Path, err = r.ownConfig(); err != nil {
		return err
	}
	user, err := profile.ReadFile(o.Path)
	if err != nil {
		return err
	}
	o.Sources = profile.Sources{Builtin: profiles.FS, User: user}
	if err := o.Sources.CheckFiles(); err != nil || r.noProject {
		return err
	}
	if project, err := r.project(user); err == nil && project != nil { // a project's file with an error is not used anyway
		o.Taken = map[string]string{}
		for _, name := range (profile.Sources{Project: project}).OwnNames() {
			o.Taken[name] = projectFile
		}
	}
	return nil
}

// giveValues gives the values of --set to a new profile.
func (r *root) giveValues(s *setup.Setup) error {
	for _, pair := range r.set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return usagef(lang.Text{EN: "--set: expected INPUT=VALUE", ZH: "--set：应为 INPUT=VALUE"}) // do not repeat the value: it may be a secret
		}
		if s.Base() == nil {
			continue
		}
		typed := value != "-" && !reference.Is(value)
		if value == "-" {
			var err error
			if value, err = r.readStdin(); err != nil {
				return err
			}
		}
		if err := s.Give(name, value); err != nil {
			return err
		}
		if typed && s.Base().Inputs[name].Secret {
			r.warnOfFlag(name, "--set "+name+"=env:NAME")
		}
	}
	return nil
}

// sayNext says what was written and what to run next.
func (r *root) sayNext(s *setup.Setup) {
	r.say(lang.Text{
		EN: "Added [profiles." + s.Name + "] to your configuration. Next:", ZH: "已将 [profiles." + s.Name + "] 写入配置文件。接下来：",
	})
	more := ""
	if path, named := r.configPath(); named {
		more = " --config " + shellquote.Join(path)
	}
	for _, command := range s.Next() {
		r.progress("  ssoctl %s -p %s%s", command, s.Name, more)
	}
}
