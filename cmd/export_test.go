package cmd

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/manual"
)

// Commands returns all commands that can be run, such as "profile show".
func Commands() []string {
	var out []string
	tree := Tree(&App{})
	commandline.Walk(tree, func(c *cobra.Command) {
		if c != tree && c.Runnable() {
			out = append(out, strings.TrimPrefix(c.CommandPath(), "ssoctl "))
		}
	})
	slices.Sort(out)
	return out
}

// Tree returns the root of the command tree, in the language of args.
func Tree(a *App, args ...string) *cobra.Command {
	if a.Env == nil {
		a.Env = func(string) (string, bool) { return "", false }
	}
	r := newRoot(a, args)
	r.describe()
	return r.cmd
}

// Built returns the names of the commands that a command line builds, except cobra's.
func Built(args ...string) (out []string) {
	r := newRoot(&App{Env: func(string) (string, bool) { return "", false }}, args)
	for _, o := range commands() {
		if c, _, err := r.cmd.Find([]string{o.name}); err == nil && c.Name() == o.name {
			out = append(out, o.name)
		}
	}
	return out
}

// Command returns the command in a command line.
func Command(args []string) (*cobra.Command, error) {
	c, _, err := newRoot(&App{Env: func(string) (string, bool) { return "", false }}, args).cmd.Find(args)
	return c, err
}

// Takes reports whether a global flag has a meaning for a command.
func Takes(c *cobra.Command, flag string) bool { return manual.Takes(commandline.Path(c), flag) }

// UnusedManuals returns the help texts that no command or flag uses, and the commands that
// have no manual.
func UnusedManuals() (out []string) {
	all, shared := maps.Clone(manual.Commands()), manual.Shared()
	commandline.Walk(Tree(&App{}), func(c *cobra.Command) {
		m, ok := all[commandline.Path(c)]
		if !ok {
			out = append(out, c.CommandPath()+" (no manual)")
		}
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if _, own := m.Flags[f.Name]; !own {
				delete(shared, f.Name)
			}
		})
		for name := range m.Flags {
			if c.LocalNonPersistentFlags().Lookup(name) == nil {
				out = append(out, c.CommandPath()+" --"+name)
			}
		}
		delete(all, commandline.Path(c))
	})
	for path := range all {
		out = append(out, path)
	}
	for name := range shared {
		out = append(out, "--"+name)
	}
	slices.Sort(out)
	return out
}
