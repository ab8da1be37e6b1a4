package cmd

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/render"
)

// load finds the chosen profile and gives it the values of flags and environment.
func (o *config) load(ctx context.Context) (*profile.Profile, error) { return o.loadOf(ctx, o.choice) }

// named does what load does, for the profile of that name; "" means the default.
func (o *config) named(ctx context.Context, name string) (*profile.Profile, error) {
	return o.loadOf(ctx, choice{name, o.set})
}

// loadOf is load for another choice.
func (o *config) loadOf(ctx context.Context, chosen choice) (*profile.Profile, error) {
	p, err := o.bare(chosen.profile)
	if err != nil {
		return nil, err
	}
	o.loaded = p
	return p, o.values(ctx, p, chosen.set)
}

// bare finds the profile of a name without the values of flags and environment.
func (o *config) bare(name string) (*profile.Profile, error) {
	src, err := o.sources()
	if err != nil {
		return nil, err
	}
	return profile.LoadChosen(name, src)
}

// values sets the inputs of p from the environment and from set, INPUT=VALUE.
func (o *config) values(ctx context.Context, p *profile.Profile, set []string) error {
	if err := o.fromEnv(p); err != nil {
		return err
	}
	for _, pair := range set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return failure.Usagef(lang.Text{EN: "--set: expected INPUT=VALUE", ZH: "--set：应为 INPUT=VALUE"}) // do not repeat the value: it may be a secret
		}
		if err := o.setInput(ctx, p, name, value); err != nil {
			return err
		}
	}
	return nil
}

// fromEnv sets the inputs of p from the environment.
func (o *config) fromEnv(p *profile.Profile) error {
	for _, name := range p.InputNames() {
		env := render.Variable(name)
		if name == "state" {
			continue // -o env prints SSOCTL_STATE, but a state belongs to one login
		}
		if v, ok := o.env(env); ok && v != "" {
			if err := p.Set(name, v, profile.Origin{From: "environment", File: env}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *config) setInput(ctx context.Context, p *profile.Profile, name, value string) error {
	plain := value != "-" && !reference.Is(value)
	stdin := value == "-"
	if stdin {
		text, err := o.in.readStdin(ctx)
		if err != nil {
			return err
		}
		value = text
	}
	if err := p.Give(name, value, profile.Origin{From: "flag", Verbatim: stdin}); err != nil {
		return err
	}
	if in := p.Inputs[name]; plain && in.Secret {
		instead := render.Variable(name)
		if in.Undeclared { // it cannot be set by an SSOCTL_ variable
			instead = "--set " + name + "=env:NAME"
		}
		o.warnOfFlag(name, instead)
	}
	return nil
}

// warnOfFlag warns about a secret that --set gives in plain text.
func (o *config) warnOfFlag(name, instead string) {
	o.out.warnOfArgument(lang.Text{EN: name, ZH: " " + name}, lang.Sprintf(lang.Text{
		EN: "%s, or --set %s=- with standard input", ZH: " %s，或用 --set %s=- 从标准输入读取",
	}, instead, name))
}

// checkRedirectFlag returns an error for a value of --redirect-uri that the input cannot have.
func checkRedirectFlag(in profile.Input, uri string) error {
	if err := in.CheckRedirectURI(uri); uri != "" && err != nil {
		return failure.Usagef(lang.Text{EN: "--redirect-uri %s: it %v", ZH: "--redirect-uri %s：%v"}, uri, err)
	}
	return nil
}

// redirectFlag sets the profile's redirect_uri from the flag.
func redirectFlag(p *profile.Profile, uri string) error {
	if uri == "" {
		return nil
	}
	if err := checkRedirectFlag(p.Inputs["redirect_uri"], uri); err != nil {
		return err
	}
	p.Declare("redirect_uri") // the listener needs it even if the vendor is not told
	return p.Set("redirect_uri", uri, profile.Origin{From: "flag"})
}

// redirectURI is the profile's redirect_uri, "" if it has none.
func (o *config) redirectURI(ctx context.Context, p *profile.Profile) (string, error) {
	return p.Value("redirect_uri", o.refs(ctx))
}

// emulated returns the profiles to serve. Values from flags and environment are used only
// if there is a single profile: otherwise it is not clear which one they belong to.
func (o *config) emulated(ctx context.Context, names []string) ([]*profile.Profile, error) {
	src, err := o.sources()
	if err != nil {
		return nil, err
	}
	if len(names) == 1 || len(names) == 0 && o.profile != "" {
		p, err := o.named(ctx, strings.Join(append(slices.Clone(names), o.profile)[:1], ""))
		if err == nil && len(p.Steps()) == 0 {
			err = failure.Usagef(lang.Text{EN: "%s has no steps: it only serves as a base for other profiles", ZH: "%s 没有步骤：它只用来被其他接入配置继承"}, p.Name)
		}
		return []*profile.Profile{p}, err
	}
	if len(o.set) > 0 {
		return nil, failure.Usagef(lang.Text{EN: "--set needs one profile: name it", ZH: "--set 只用于一个接入配置：请写出它的名字"})
	}
	if len(names) == 0 {
		names = src.BuiltinNames()
	}
	return profile.LoadWithSteps(names, src)
}

// files says which configuration files are read.
func (o *config) files() project.Files {
	f := project.Files{User: o.file, Named: o.file != "", Alone: o.noProject, Trust: o.trust()}
	f.User = cmp.Or(f.User, o.folders().Config("config.toml"))
	return f
}

// sources reads the configuration files.
func (o *config) sources() (profile.Sources, error) {
	src, err := o.files().Sources()
	o.cache = src.Cache()
	return src, err
}
