package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/render"
)

func (r *root) newVersion() *cobra.Command {
	return &cobra.Command{
		Use: "version", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return r.printVersion(c) },
	}
}

func (r *root) printVersion(c *cobra.Command) error {
	return r.write(c, render.Result{Text: version(), Fields: render.Fields{{Name: "version", Value: version()}}})
}
