package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/render"
)

// completes reports whether a command line is a shell's request for completions.
func completes(args []string) bool {
	return slices.Contains(args, cobra.ShellCompRequestCmd) || slices.Contains(args, cobra.ShellCompNoDescRequestCmd)
}

// complete registers completions for the values of flags. cobra keeps them, and with them
// the command tree, as long as the process lives.
func (r *root) complete() {
	fixed := func(words ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	}
	for _, f := range []struct {
		command, flag string
		values        cobra.CompletionFunc
	}{
		{"", "profile", r.conf.profileNames},
		{"", "output", fixed(render.Formats...)},
		{"", "lang", fixed("en", "zh")},
		{"profile new", "from", r.conf.profileNames},
		{"qrlogin", "via", fixed(vias...)},
	} {
		c, _, err := r.cmd.Find(strings.Fields(f.command))
		if err == nil {
			err = c.RegisterFlagCompletionFunc(f.flag, f.values)
		}
		if err != nil {
			panic(err) // a command or flag of this table does not exist
		}
	}
}

// profileNames completes the names of profiles that have steps, with their titles.
// Profiles of an untrusted project are left out.
func (o *config) profileNames(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	src, err := project.WithoutUntrusted(o.sources())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var out []cobra.Completion
	for _, name := range append(src.OwnNames(), src.BuiltinNames()...) {
		if p, err := profile.Load(name, src); err == nil && len(p.Steps()) > 0 {
			out = append(out, cobra.CompletionWithDesc(name, o.out.in(p.TitleText())))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
