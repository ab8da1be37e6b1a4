package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// flagFault says in our words what pflag found wrong with a flag. It repeats no value
// that may be a secret.
func flagFault(c *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		lacking *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown)
	case errors.As(err, &lacking):
		name := lacking.GetFlag().Name
		value, _ := pflag.UnquoteUsage(lacking.GetFlag())
		return usagef("--%s needs a value: --%s %s", name, name, value)
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		problem := invalid.Unwrap().Error()
		switch f.Value.Type() {
		case "bool":
			problem = "expected true or false"
		case "int", "count":
			problem = "expected a whole number"
		}
		return usagef("%s: %s", strings.TrimSpace("--"+f.Name+" "+invalid.GetValue()), problem)
	case errors.As(err, &syntax):
		return usagef("a flag without a name: write --NAME VALUE or --NAME=VALUE")
	}
	return &usageError{err: err}
}

func unknownFlag(c *cobra.Command, e *pflag.NotExistError) error {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	letters := e.GetSpecifiedShortnames()
	if word, _, _ := strings.Cut(letters, "="); slices.Contains(names, word) {
		return usagef("unknown flag: -%s; did you mean --%s?", word, word)
	} else if letters != "" {
		return usagef("unknown flag: -%s", e.GetSpecifiedName())
	}
	like := ""
	if near := profile.Suggest(e.GetSpecifiedName(), names); near != "" {
		like = strings.Replace(near, "did you mean ", "did you mean --", 1)
	}
	return usagef("unknown flag: --%s%s", e.GetSpecifiedName(), like)
}

// arguments is the cobra.PositionalArgs of a command that takes so many. The text
// repeats none: one left over may be the second half of a secret.
func arguments(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		n := len(args)
		_, takes, _ := strings.Cut(c.Use, " ")
		usage := c.CommandPath() + " " + takes
		switch {
		case n >= least && n <= most:
			return nil
		case most == 0:
			return usagef("%s takes only flags: %s too many; a value with spaces needs quotes", c.CommandPath(), lang.Count(n, "argument"))
		case least == most:
			return usagef("expected %s, got %d: %s", lang.Count(most, "argument"), n, usage)
		default:
			return usagef("expected at most %s, got %d: %s", lang.Count(most, "argument"), n, usage)
		}
	}
}

// flagRules is the annotation of a command that holds its rules for flags, one a line.
const flagRules = "flags"

func addRule(c *cobra.Command, kind string, names []string) {
	if c.Annotations == nil {
		c.Annotations = map[string]string{}
	}
	c.Annotations[flagRules] += kind + " " + strings.Join(names, " ") + "\n"
}

// excludeEachOther: at most one of the flags may be given. Completion leaves the others
// out.
func excludeEachOther(c *cobra.Command, names ...string) {
	c.MarkFlagsMutuallyExclusive(names...)
	addRule(c, "exclusive", names)
}

// needOne: one of the flags has to be given.
func needOne(c *cobra.Command, names ...string) {
	c.MarkFlagsOneRequired(names...)
	addRule(c, "one", names)
}

// goTogether: all of the flags, or none.
func goTogether(c *cobra.Command, names ...string) {
	c.MarkFlagsRequiredTogether(names...)
	addRule(c, "together", names)
}

// checkFlags holds the given flags against the command's rules, before cobra does.
func checkFlags(c *cobra.Command) error {
	for rule := range strings.Lines(c.Annotations[flagRules]) {
		words := strings.Fields(rule)
		kind, names := words[0], words[1:]
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
			return usagef("%s exclude each other: give one", listed(given, "and"))
		case kind == "one" && len(given) == 0:
			return usagef("%s is needed", listed(lacking, "or"))
		case kind == "together" && len(given) > 0 && len(lacking) > 0:
			return usagef("%s needs %s as well", listed(given, "and"), listed(lacking, "and"))
		}
	}
	return nil
}

// listed is a, b and c.
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return fmt.Sprintf("%s %s %s", strings.Join(words[:n], ", "), last, words[n])
}
