// Package commandline says which command lines are valid, and what is wrong with one that is
// not: in our words and in both languages, where cobra and pflag have their own.
//
// [Arguments] and [Group] are for a command that is made. So are the rules between its flags,
// [ExcludeEachOther], [NeedOne], [GoTogether] and [GoesWith], which [CheckFlags] applies.
// [FlagError] and [UnknownCommand] reword the errors of pflag and cobra.
package commandline

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/suggestion"
)

// Arguments is the [cobra.PositionalArgs] of a command that takes least to most
// arguments. The error repeats no argument, because it may be part of a secret.
func Arguments(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		n := len(args)
		_, takes, _ := strings.Cut(c.Use, " ")
		usage := c.CommandPath() + " " + takes
		switch {
		case n >= least && n <= most:
			return nil
		case most == 0:
			return failure.Usagef(lang.Text{EN: "%s takes only flags: %s too many; a value with spaces needs quotes", ZH: "%s 后面只能写参数：多出 %s；含空格的值要加引号"}, c.CommandPath(), lang.Amount(n, "argument", "个"))
		case least == most:
			return failure.Usagef(lang.Text{EN: "expected %s, got %d: %s", ZH: "应有 %s，实际 %d 个：%s"}, lang.Amount(most, "argument", "个"), n, usage)
		default:
			return failure.Usagef(lang.Text{EN: "expected at most %s, got %d: %s", ZH: "最多 %s，实际 %d 个：%s"}, lang.Amount(most, "argument", "个"), n, usage)
		}
	}
}

// Group returns a command that only has subcommands.
func Group(name string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: name, Args: subcommand,
		RunE: func(*cobra.Command, []string) error {
			var names []string
			for _, sub := range subs {
				names = append(names, sub.Name())
			}
			return failure.Usagef(lang.Text{EN: "%s needs %s", ZH: "%s 后面要写 %s"}, name, lang.Or(names))
		},
	}
	c.AddCommand(subs...)
	return c
}

// subcommand is the [cobra.PositionalArgs] of a command that only has subcommands.
func subcommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return UnknownCommand(c, args[0])
}

// UnknownCommand is the error for a word that names no command below c.
func UnknownCommand(c *cobra.Command, word string) error {
	c.SuggestionsMinimumDistance = 2
	names := c.SuggestionsFor(word)
	slices.Sort(names)
	return failure.Usagef(lang.Text{EN: "unknown command %q for %q%s", ZH: "%[2]q 没有 %[1]q 这个命令%[3]s"}, word, c.CommandPath(), suggestion.DidYouMean(names...))
}

// Strict makes cobra's own commands, help and completion, refuse an unknown word, where cobra
// would print help and succeed.
func Strict(root *cobra.Command) {
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Use = "help [COMMAND]"
			c.Args = func(_ *cobra.Command, args []string) error {
				found, rest, err := root.Find(args)
				if err == nil && len(rest) > 0 {
					err = UnknownCommand(found, rest[0])
				}
				return err
			}
		case "completion":
			c.Args = subcommand
			c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
			for _, shell := range c.Commands() {
				shell.Args = Arguments(0, 0)
			}
		}
	}
}

// Walk calls do for a command and for every command below it.
func Walk(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		Walk(sub, do)
	}
}

// Path returns a command's path below ssoctl, such as "profile show"; "" for ssoctl.
func Path(c *cobra.Command) string {
	_, below, _ := strings.Cut(c.CommandPath(), " ")
	return below
}
