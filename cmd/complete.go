package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/profile"
)

// complete registers completions for the values of flags.
func (r *root) complete() {
	fixed := func(words ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	}
	for flag, f := range map[string]cobra.CompletionFunc{
		"profile": r.conf.profileNames, "output": fixed("text", "json", "env", "raw"), "lang": fixed("en", "zh"),
	} {
		// It fails only if the flag does not exist or has a completion already.
		_ = r.cmd.RegisterFlagCompletionFunc(flag, f)
	}
}

// profileNames completes the names of profiles that have steps, with their titles.
// Profiles of an untrusted project are left out.
func (o *config) profileNames(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	src, err := withoutProject(o.sources())
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
