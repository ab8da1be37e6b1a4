package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/render"
)

func newVersion(p *parts) *cobra.Command {
	return &cobra.Command{
		Use: "version", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return printVersion(c, p.out) },
	}
}

func printVersion(c *cobra.Command, out *printer) error {
	v := version()
	return out.write(c, render.Result{Text: v, Alone: true, Fields: render.Fields{{Name: "version", Value: v}}})
}
