package cmd

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/render"
	"ssoctl/pkg/setup"
	"ssoctl/profiles"
)

// newProfileOptions are the flags of profile new, and what it needs.
type newProfileOptions struct {
	out  *printer
	in   *input
	conf *config

	setup.Options
	provider providerFlags
	places   map[setup.Place]*bool // the flags for where to put secrets
}

func newProfileNew(p *parts) *cobra.Command {
	o := newProfileOptions{out: p.out, in: p.in, conf: p.conf}
	o.places = map[setup.Place]*bool{setup.InKeyring: new(bool), setup.InFiles: new(bool), setup.InEnv: new(bool), setup.InPlain: new(bool)}
	c := &cobra.Command{
		Use: "new [NAME]", Args: commandline.Arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	f := c.Flags()
	f.StringVar(&o.From, "from", "", "")
	f.BoolVar(&o.All, "all", false, "")
	f.BoolVar(o.places[setup.InKeyring], "keyring", false, "")
	f.BoolVar(o.places[setup.InFiles], "secret-files", false, "")
	f.BoolVar(o.places[setup.InEnv], "secret-env", false, "")
	f.BoolVar(o.places[setup.InPlain], "plain-secrets", false, "")
	o.provider.flags(c)
	commandline.ExcludeEachOther(c, "keyring", "secret-files", "secret-env", "plain-secrets")
	return c
}

func (o *newProfileOptions) run(c *cobra.Command, args []string) error {
	o.Name = strings.Join(args, "")
	chosen := o.provider.choose(choice{o.From, o.conf.set})
	o.From = chosen.profile
	if !o.All && !*o.places[setup.InEnv] { // which ask for the secret
		chosen.set = o.provider.publicByFlags(chosen.set)
	}
	if o.provider.issuer != "" {
		o.Redirect = "http://127.0.0.1:0/callback" // any free port, RFC 8252 §7.3
	}
	for where, chosen := range o.places {
		if *chosen {
			o.Place = where
		}
	}
	if o.out.format == render.Raw { // before anything is asked or written
		return render.Write(c.Context(), io.Discard, render.Result{}, render.Options{Format: o.out.format})
	}
	if err := o.readForNew(); err != nil {
		return err
	}
	interrupt.Handle(o.out.stderr) // it writes files
	if ask := o.in.prompt(); ask != nil {
		o.Person = ask
	}
	o.Console = o.out.console()
	s := setup.New(o.Options)
	if err := s.Choose(c.Context()); err != nil {
		return err
	}
	if err := o.giveValues(c.Context(), s, chosen.set); err != nil {
		return err
	}
	if err := s.Add(c.Context()); err != nil {
		return err
	}
	o.sayNext(s)
	return o.out.write(c, s.Result())
}

// readForNew reads the existing configuration. Faults in it are reported before any
// question.
func (o *newProfileOptions) readForNew() (err error) {
	if o.Path, err = o.conf.files().Own(); err != nil {
		return err
	}
	if o.Dir, err = filepath.Abs("."); err != nil {
		return err
	}
	user, err := profile.ReadFile(o.Path)
	if err != nil {
		return err
	}
	o.Sources = profile.Sources{Builtin: profiles.FS, User: user}
	if err := o.Sources.CheckFiles(); err != nil || o.conf.noProject {
		return err
	}
	if theirs, err := o.conf.trust().Read(user); err == nil && theirs != nil { // a project's file with an error is not used anyway
		o.Taken = map[string]string{}
		for _, name := range (profile.Sources{Project: theirs}).OwnNames() {
			o.Taken[name] = project.Name
		}
	}
	return nil
}

// giveValues gives values, INPUT=VALUE, to a new profile.
func (o *newProfileOptions) giveValues(ctx context.Context, s *setup.Setup, set []string) error {
	for _, pair := range set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return failure.Usagef(lang.Text{EN: "--set: expected INPUT=VALUE", ZH: "--set：应为 INPUT=VALUE"}) // do not repeat the value: it may be a secret
		}
		if s.Base() == nil {
			continue
		}
		typed := value != "-" && !reference.Is(value)
		if value == "-" {
			var err error
			if value, err = o.in.readStdin(ctx); err != nil {
				return err
			}
		}
		if err := s.Give(name, value); err != nil {
			return err
		}
		if typed && s.Base().Inputs[name].Secret {
			o.conf.warnOfFlag(name, "--set "+name+"=env:NAME")
		}
	}
	return nil
}

// sayNext says what was written and what to run next.
func (o *newProfileOptions) sayNext(s *setup.Setup) {
	o.out.say(lang.Text{
		EN: "Added [profiles." + s.Name + "] to your configuration. Next:", ZH: "已将 [profiles." + s.Name + "] 写入配置文件。接下来：",
	})
	more := ""
	if o.conf.file != "" {
		more = " --config " + shellquote.Join(o.conf.file)
	}
	for _, command := range s.Next() {
		o.out.progress("  ssoctl %s -p %s%s", command, s.Name, more)
	}
}
