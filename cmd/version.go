package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/render"
)

func (r *root) newVersion() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return r.write(c, render.Result{Text: version(), Fields: render.Fields{{Name: "version", Value: version()}}})
		},
	}
}
