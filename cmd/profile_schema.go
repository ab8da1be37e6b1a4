package cmd

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

func newProfileSchema(p *parts) *cobra.Command {
	return &cobra.Command{
		Use: "schema", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return printSchema(c, p.out) },
	}
}

// printSchema prints the schema as it is or, for -o json and --jq, as a result with the
// members of the schema.
func printSchema(c *cobra.Command, out *printer) error {
	text := profile.Schema()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	var fields render.Fields
	for _, name := range slices.Sorted(maps.Keys(members)) {
		fields = append(fields, render.Field{Name: name, Value: members[name]})
	}
	return out.write(c, render.Result{Text: string(text), Alone: true, Fields: fields})
}
