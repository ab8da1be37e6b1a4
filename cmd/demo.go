package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"ssoctl/pkg/demo"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
)

// demoOptions is what demo needs.
type demoOptions struct {
	out     *printer
	conf    *config
	clients *clients
}

func newDemo(p *parts) *cobra.Command {
	o := demoOptions{out: p.out, conf: p.conf, clients: p.clients}
	return &cobra.Command{
		Use: "demo [PROFILE…]", ValidArgsFunction: o.conf.profileNames,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
}

func (o *demoOptions) run(c *cobra.Command, args []string) error {
	d := demo.Demo{Client: o.clients.deps(c.Context()), Refs: o.conf.refs(c.Context()), Console: o.out.console(), Paint: o.out.paint()}
	d.Client.Refs = reference.Resolver{} // every value comes from the emulator
	profiles, err := o.demonstrated(c.Context(), d, args)
	if err != nil {
		return err
	}
	logins, err := d.Run(c.Context(), profiles)
	if err != nil {
		return err
	}
	return o.out.write(c, demo.Result(logins, o.out.language()))
}

// demonstrated returns the profiles that a demo shows: the named ones, or all built-in and
// own profiles that can be shown.
func (o *demoOptions) demonstrated(ctx context.Context, d demo.Demo, names []string) ([]*profile.Profile, error) {
	if len(names) > 0 || o.conf.profile != "" {
		profiles, err := o.conf.emulated(ctx, names)
		if err != nil {
			return nil, err
		}
		for _, p := range profiles {
			if why := d.Prepare(p); !why.IsZero() {
				return nil, failure.Usagef(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, p.Name, why)
			}
		}
		return profiles, nil
	}
	if len(o.conf.set) > 0 {
		return nil, failure.Usagef(lang.Text{EN: "--set needs one profile: name it", ZH: "--set 只用于一个接入配置：请写出它的名字"})
	}
	src, err := o.conf.sources()
	if err != nil {
		return nil, err
	}
	return d.Everything(src), nil
}
