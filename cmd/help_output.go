package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/contract"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// newHelpOutput makes the page about JSON members, a command below cobra's help.
func newHelpOutput(p *parts) *cobra.Command {
	return &cobra.Command{
		Use: "output", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return printContract(c, p.out) },
	}
}

// printContract prints the page or, for -o json and --jq, a JSON Schema for each command.
func printContract(c *cobra.Command, out *printer) error {
	width := 80 // columns
	if columns, _, tty := terminal.Size(out.stdout); tty {
		width = min(columns, width)
	}
	var fields render.Fields
	schemas := contract.Schemas()
	for _, name := range slices.Concat(contract.Commands(), []string{contract.ErrorName}) {
		fields = append(fields, render.Field{Name: name, Value: schemas[name]})
	}
	return out.write(c, render.Result{Text: contract.Page(out.language(), width), Fields: fields})
}
