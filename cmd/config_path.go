package cmd

import (
	"os"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/render"
)

// configOptions is what config needs.
type configOptions struct {
	out  *printer
	conf *config
}

func newConfig(p *parts) *cobra.Command {
	o := configOptions{out: p.out, conf: p.conf}
	return commandline.Group("config", &cobra.Command{
		Use: "path", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.configPlaces(c) },
	})
}

// configPlaces prints the paths of ssoctl's files. It works even if the files are broken,
// because that is when people look for them.
func (o *configOptions) configPlaces(c *cobra.Command) error {
	files, folders := o.conf.files(), o.conf.folders()
	path, err := files.Own()
	if err != nil {
		return err
	}
	_, err = os.Stat(path)
	fields := render.Fields{{Name: "path", Value: path}, {Name: "exists", Value: err == nil}}
	if theirs, trusted := files.Project(); theirs != "" {
		fields = append(fields, render.Field{Name: "project", Value: map[string]any{"path": theirs, "trusted": trusted}})
	}
	fields = append(fields, render.Field{Name: "state", Value: folders.State()}, render.Field{Name: "cache", Value: folders.Cache()})
	return o.out.write(c, render.Result{Text: path, Alone: true, Fields: fields})
}
