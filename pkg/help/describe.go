// Package help gives the commands of cobra their help from [ssoctl/pkg/manual], and prints it.
//
// [Describe] fills in the texts of every command and flag, [Page] lays out the help of one
// command. A command shows and accepts only the global flags that mean something to it: see
// [HideMeaningless] and [CheckGlobals].
package help

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/manual"
)

// Describe gives root and every command below it its help from [manual.Commands], in one
// language. It takes half a millisecond, so call it only if help is needed.
func Describe(root *cobra.Command, l lang.Lang) {
	if len(root.Groups()) > 0 {
		return // done
	}
	for _, g := range manual.Groups() {
		root.AddGroup(&cobra.Group{ID: g.ID, Title: g.Title.In(l)})
	}
	for _, g := range manual.Globals() {
		for _, f := range g.Flags {
			describeFlag(root.PersistentFlags().Lookup(f.Name), f.Text.In(l))
		}
	}
	shared := manual.Shared()
	commandline.Walk(root, func(c *cobra.Command) {
		m, ok := manual.Commands()[commandline.Path(c)]
		if !ok {
			return
		}
		c.GroupID, c.Short, c.Long, c.Example = m.Group, m.Short.In(l), m.Long.In(l), strings.Trim(m.Examples, "\n")
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if text, own := m.Flags[f.Name]; own {
				describeFlag(f, text.In(l))
			} else if text, ok := shared[f.Name]; ok {
				describeFlag(f, text.In(l))
			}
		})
	})
}

// describeFlag sets a flag's text in help, and the name of its value.
func describeFlag(f *pflag.Flag, text string) {
	var value string
	value, f.Usage = manual.Usage(text)
	commandline.NameValue(f, value)
}

// HideMeaningless hides the global flags that a command does not take from its help, its
// manual page and its completion.
func HideMeaningless(c *cobra.Command) {
	path := commandline.Path(c)
	c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { f.Hidden = !manual.Takes(path, f.Name) })
}

// CheckGlobals returns an error if a given global flag is one that the command does not take.
func CheckGlobals(c *cobra.Command) (err error) {
	path, globals := commandline.Path(c), c.Root().PersistentFlags()
	c.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && globals.Lookup(f.Name) == f && !manual.Takes(path, f.Name) {
			err = failure.Usagef(lang.Text{EN: "%s does not take --%s: %s", ZH: "%s 不能用 --%s：%s"}, c.CommandPath(), f.Name, manual.WhyNot(path, f.Name))
		}
	})
	return err
}
