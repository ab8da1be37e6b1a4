package commandline

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// flagRules is the annotation of a command with its rules for flags, one per line.
const flagRules = "flags"

func addRule(c *cobra.Command, kind string, names []string) {
	if c.Annotations == nil {
		c.Annotations = map[string]string{}
	}
	c.Annotations[flagRules] += kind + " " + strings.Join(names, " ") + "\n"
}

// ExcludeEachOther allows at most one of the flags. Completion leaves the others out.
func ExcludeEachOther(c *cobra.Command, names ...string) {
	c.MarkFlagsMutuallyExclusive(names...)
	addRule(c, "exclusive", names)
}

// NeedOne requires one of the flags.
func NeedOne(c *cobra.Command, names ...string) {
	c.MarkFlagsOneRequired(names...)
	addRule(c, "one", names)
}

// GoTogether requires all of the flags or none.
func GoTogether(c *cobra.Command, names ...string) {
	c.MarkFlagsRequiredTogether(names...)
	addRule(c, "together", names)
}

// GoesWith allows the flags only together with one of others.
func GoesWith(c *cobra.Command, others []string, names ...string) {
	for _, name := range names {
		addRule(c, "with", append([]string{name}, others...))
	}
}

// CheckFlags checks the given flags against the command's rules, before cobra does.
func CheckFlags(c *cobra.Command) error {
	for rule := range strings.Lines(c.Annotations[flagRules]) {
		words := strings.Fields(rule)
		kind, names := words[0], words[1:]
		if kind == "with" {
			if others := names[1:]; c.Flags().Changed(names[0]) && !slices.ContainsFunc(others, c.Flags().Changed) {
				return failure.Usagef(lang.Text{EN: "--%s requires %s", ZH: "--%s 要和 %s 一起用"}, names[0], lang.Or(flagNames(others)))
			}
			continue
		}
		var given, lacking []string
		for _, name := range names {
			if c.Flags().Changed(name) {
				given = append(given, "--"+name)
			} else {
				lacking = append(lacking, "--"+name)
			}
		}
		switch {
		case kind == "exclusive" && len(given) > 1:
			return failure.Usagef(lang.Text{EN: "%s cannot be combined: give one", ZH: "%s 只能给一个"}, lang.And(given))
		case kind == "one" && len(given) == 0:
			return failure.Usagef(lang.Text{EN: "%s is required", ZH: "需要 %s"}, lang.Or(lacking))
		case kind == "together" && len(given) > 0 && len(lacking) > 0:
			return failure.Usagef(lang.Text{EN: "%s needs %s as well", ZH: "%s 还需要 %s"}, lang.And(given), lang.And(lacking))
		}
	}
	return nil
}

// CheckEmpty returns an error if one of the flags is given, but empty, as with a variable that is
// not set. c need not have all of them.
func CheckEmpty(c *cobra.Command, names ...string) error {
	for _, name := range names {
		if f := c.Flags().Lookup(name); f != nil && f.Changed && f.Value.String() == "" {
			return failure.Usagef(lang.Text{EN: "--%s is empty", ZH: "--%s 的值是空的"}, name)
		}
	}
	return nil
}

func flagNames(names []string) (out []string) {
	for _, name := range names {
		out = append(out, "--"+name)
	}
	return out
}
