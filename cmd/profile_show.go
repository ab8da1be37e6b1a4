package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/profiletext"
	"ssoctl/pkg/render"
)

func (r *root) newProfileShow() *cobra.Command {
	return &cobra.Command{
		Use: "show [NAME]", Args: arguments(0, 1), ValidArgsFunction: r.profileNames,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				r.profile = args[0]
			}
			p, err := r.load()
			if err != nil {
				return err
			}
			view := profiletext.View{Profile: p, Lang: r.language(), Out: r.Out}
			return r.write(c, render.Result{Text: view.Text(), Fields: view.Fields()})
		},
	}
}

func (r *root) newProfileDiff() *cobra.Command {
	return &cobra.Command{
		Use: "diff A B", Args: arguments(2, 2), ValidArgsFunction: r.profileNames,
		RunE: func(c *cobra.Command, args []string) error {
			diff := profiletext.Comparison{Lang: r.language(), Out: r.Out}
			for i, name := range args {
				r.profile = name
				p, err := r.load()
				if err != nil {
					return err
				}
				diff.Profiles[i] = p
			}
			return r.write(c, render.Result{Text: diff.Text(), Fields: diff.Fields()})
		},
	}
}
