package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/profiletext"
	"ssoctl/pkg/render"
)

func newProfileShow(p *parts) *cobra.Command {
	out, conf := p.out, p.conf
	return &cobra.Command{
		Use: "show [NAME]", Args: commandline.Arguments(0, 1), ValidArgsFunction: conf.profileNames,
		RunE: func(c *cobra.Command, args []string) error {
			p, err := conf.named(c.Context(), strings.Join(append(args, conf.profile)[:1], ""))
			if err != nil {
				return err
			}
			view := profiletext.View{Profile: p, Lang: out.language(), Out: out.stdout}
			return out.write(c, render.Result{Text: view.Text(), Fields: view.Fields()})
		},
	}
}

func newProfileDiff(p *parts) *cobra.Command {
	out, conf := p.out, p.conf
	return &cobra.Command{
		Use: "diff A B", Args: commandline.Arguments(2, 2), ValidArgsFunction: conf.profileNames,
		RunE: func(c *cobra.Command, args []string) error {
			diff := profiletext.Comparison{Lang: out.language(), Out: out.stdout}
			for i, name := range args {
				p, err := conf.named(c.Context(), name)
				if err != nil {
					return err
				}
				diff.Profiles[i] = p
			}
			return out.write(c, render.Result{Text: diff.Text(), Fields: diff.Fields()})
		},
	}
}
