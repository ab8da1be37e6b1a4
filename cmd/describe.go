package cmd

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/manual"
)

// describe gives every command its help from [manual.Commands], in the user's language. It
// takes half a millisecond, so it runs only if help is needed.
func (r *root) describe() {
	if len(r.cmd.Groups()) > 0 {
		return // done
	}
	for _, g := range manual.Groups() {
		r.cmd.AddGroup(&cobra.Group{ID: g.ID, Title: r.out.in(g.Title)})
	}
	for _, g := range manual.Globals() {
		for _, f := range g.Flags {
			describeFlag(r.cmd.PersistentFlags().Lookup(f.Name), r.out.in(f.Text))
		}
	}
	shared := manual.Shared()
	walk(r.cmd, func(c *cobra.Command) {
		m, ok := manual.Commands()[pathBelow(c)]
		if !ok {
			return
		}
		c.GroupID, c.Short, c.Long, c.Example = m.Group, r.out.in(m.Short), r.out.in(m.Long), strings.Trim(m.Examples, "\n")
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if text, own := m.Flags[f.Name]; own {
				describeFlag(f, r.out.in(text))
			} else if text, ok := shared[f.Name]; ok {
				describeFlag(f, r.out.in(text))
			}
		})
	})
}

// valueName is the key of the annotation that holds the name of a flag's value in help.
const valueName = "value"

// describeFlag sets a flag's text in help, and the name of its value.
func describeFlag(f *pflag.Flag, text string) {
	var value string
	if value, f.Usage = manual.Usage(text); value != "" {
		if f.Annotations == nil {
			f.Annotations = map[string][]string{}
		}
		f.Annotations[valueName] = []string{value}
	}
}

// valueOf returns the name of a flag's value in help, "" if the flag takes none.
func valueOf(f *pflag.Flag) string {
	if name := f.Annotations[valueName]; len(name) > 0 {
		return name[0]
	}
	if f.NoOptDefVal != "" {
		return ""
	}
	return strings.ToUpper(f.Value.Type())
}

// pathBelow returns a command's path below ssoctl, such as "profile show"; "" for ssoctl.
func pathBelow(c *cobra.Command) string {
	_, below, _ := strings.Cut(c.CommandPath(), " ")
	return below
}

// walk calls do for a command and for every command below it.
func walk(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		walk(sub, do)
	}
}

// hideMeaningless hides the global flags that a command does not take from its help, its
// manual page and its completion.
func hideMeaningless(c *cobra.Command) {
	path := pathBelow(c)
	c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { f.Hidden = !manual.Takes(path, f.Name) })
}

// checkGlobals returns an error if a given global flag is one that the command does not take.
func checkGlobals(c *cobra.Command) (err error) {
	path, globals := pathBelow(c), c.Root().PersistentFlags()
	c.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && globals.Lookup(f.Name) == f && !manual.Takes(path, f.Name) {
			err = failure.Usagef(lang.Text{EN: "%s does not take --%s: %s", ZH: "%s 不能用 --%s：%s"}, c.CommandPath(), f.Name, manual.WhyNot(path, f.Name))
		}
	})
	return err
}

// EachCommand calls do for ssoctl and for every command below it, until do returns an
// error. The global flags that a command does not take are hidden. It is for generators of
// documentation.
func EachCommand(do func(*cobra.Command) error) error {
	r := newRoot(&App{Env: func(string) (string, bool) { return "", false }}, nil)
	r.describe()
	var all []*cobra.Command // before do: cobra's generators add commands
	walk(r.cmd, func(c *cobra.Command) { all = append(all, c) })
	for _, c := range all {
		hideMeaningless(c)
		if err := do(c); err != nil {
			return err
		}
	}
	return nil
}
