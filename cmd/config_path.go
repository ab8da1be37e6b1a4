package cmd

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

func (r *root) newConfig() *cobra.Command {
	c := &cobra.Command{
		Use: "config", Args: subcommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef(lang.Text{EN: "config needs path", ZH: "config 后面要写 path"})
		},
	}
	c.AddCommand(&cobra.Command{
		Use: "path", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return r.configPlaces(c) },
	})
	return c
}

// configPlaces prints the paths of ssoctl's files. It works even if the files are broken,
// because that is when people look for them.
func (r *root) configPlaces(c *cobra.Command) error {
	path, err := r.ownConfig()
	if err != nil {
		return err
	}
	_, err = os.Stat(path)
	fields := render.Fields{{Name: "path", Value: path}, {Name: "exists", Value: err == nil}}
	if project := r.projectPlace(path); project != nil {
		fields = append(fields, render.Field{Name: "project", Value: project})
	}
	fields = append(fields,
		render.Field{Name: "state", Value: r.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"))},
		render.Field{Name: "cache", Value: r.userPath("XDG_CACHE_HOME", ".cache")})
	return r.write(c, render.Result{Text: path, Fields: fields})
}

// projectPlace returns the path of the project's file and whether it is trusted, or nil
// if there is no such file or it is not used.
func (r *root) projectPlace(own string) map[string]any {
	if _, err := os.Lstat(projectFile); err != nil || r.noProject || same(own, projectFile) {
		return nil
	}
	path, err := filepath.Abs(projectFile)
	if err != nil {
		return nil
	}
	user, err := profile.ReadFile(own)
	if err != nil {
		user = nil
	} else if _, err := r.trustedFolders(user); err != nil {
		user = nil
	}
	_, err = r.project(user)
	return map[string]any{"path": path, "trusted": !isUntrusted(err)}
}

// ownConfig returns the absolute path of the user's configuration file, which may not
// exist.
func (r *root) ownConfig() (string, error) {
	path, _ := r.configPath()
	if path == "" {
		return "", &profile.Error{Problem: lang.Text{EN: "cannot locate your configuration file: HOME is not set", ZH: "无法确定配置文件的位置：没有设置 HOME"}, Hint: lang.Text{
			EN: "Set HOME or XDG_CONFIG_HOME, or name the file: --config FILE", ZH: "请设置 HOME 或 XDG_CONFIG_HOME，或用 --config FILE 指明文件。",
		}}
	}
	return filepath.Abs(path)
}
