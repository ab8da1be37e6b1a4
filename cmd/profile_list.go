package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletext"
)

// listOptions is what profile list needs.
type listOptions struct {
	out  *printer
	conf *config
}

func newProfileList(p *parts) *cobra.Command {
	o := listOptions{out: p.out, conf: p.conf}
	return &cobra.Command{
		Use:  "list [WORD…]",
		RunE: func(c *cobra.Command, words []string) error { return o.profileList(c, words) },
	}
}

func (o *listOptions) profileList(c *cobra.Command, words []string) error {
	src, err := o.conf.sources()
	if err != nil {
		return err
	}
	all, err := profile.LoadWithSteps(src.Names(), src)
	if err != nil {
		return err
	}
	found := profile.Matching(all, words)
	if len(found) == 0 {
		return profile.NoMatch(all, words)
	}
	return o.out.write(c, profiletext.List(found, src, o.out.language()))
}
