package cmd

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
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
	path, err := o.conf.ownConfig()
	if err != nil {
		return err
	}
	_, err = os.Stat(path)
	fields := render.Fields{{Name: "path", Value: path}, {Name: "exists", Value: err == nil}}
	if place := o.projectPlace(path); place != nil {
		fields = append(fields, render.Field{Name: "project", Value: place})
	}
	fields = append(fields,
		render.Field{Name: "state", Value: o.conf.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"))},
		render.Field{Name: "cache", Value: o.conf.userPath("XDG_CACHE_HOME", ".cache")})
	return o.out.write(c, render.Result{Text: path, Fields: fields})
}

// projectPlace returns the path of the project's file and whether it is trusted, or nil
// if there is no such file or it is not used.
func (o *configOptions) projectPlace(own string) map[string]any {
	if _, err := os.Lstat(project.Name); err != nil || o.conf.noProject || same(own, project.Name) {
		return nil
	}
	path, err := filepath.Abs(project.Name)
	if err != nil {
		return nil
	}
	user, err := profile.ReadFile(own)
	if err != nil {
		user = nil
	} else if _, err := o.conf.trust().Below("", user); err != nil {
		user = nil
	}
	_, err = o.conf.trust().Read(user)
	return map[string]any{"path": path, "trusted": !project.IsUntrusted(err)}
}
