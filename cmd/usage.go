package cmd

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/suggestion"
)

// flagFault rewords pflag's error about a flag. It does not repeat a value that may be a
// secret.
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
		value := valueOf(lacking.GetFlag())
		return failure.Usagef(lang.Text{EN: "--%[1]s needs a value: --%[1]s %[2]s", ZH: "--%[1]s 需要一个值：--%[1]s %[2]s"}, name, value)
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		problem := lang.Of(invalid.Unwrap())
		switch f.Value.Type() {
		case "bool":
			problem = lang.Text{EN: "expected true or false", ZH: "应为 true 或 false"}
		case "int", "count":
			problem = lang.Text{EN: "expected a whole number", ZH: "应为整数"}
		}
		return failure.Usagef(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, strings.TrimSpace("--"+f.Name+" "+invalid.GetValue()), problem)
	case errors.As(err, &syntax):
		return failure.Usagef(lang.Text{EN: "a flag without a name: write --NAME VALUE or --NAME=VALUE", ZH: "参数没有名字：请写成 --NAME VALUE 或 --NAME=VALUE"})
	}
	return &failure.UsageError{Problem: lang.Of(err), Err: err}
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
		return failure.Usagef(lang.Text{EN: "unknown flag: -%s%s", ZH: "没有这个参数：-%s%s"}, word, didYouMean("--"+word))
	} else if letters != "" {
		return failure.Usagef(lang.Text{EN: "unknown flag: -%s", ZH: "没有这个参数：-%s"}, e.GetSpecifiedName())
	}
	var like []string
	if near := suggestion.Nearest(e.GetSpecifiedName(), names); near != "" {
		like = append(like, "--"+near)
	}
	return failure.Usagef(lang.Text{EN: "unknown flag: --%s%s", ZH: "没有这个参数：--%s%s"}, e.GetSpecifiedName(), didYouMean(like...))
}

// didYouMean is the end of an error about an unknown word; zero without suggestions.
func didYouMean(names ...string) lang.Text {
	if len(names) == 0 {
		return lang.Text{}
	}
	return lang.Text{EN: "; did you mean " + strings.Join(names, " or ") + "?", ZH: "；是不是 " + strings.Join(names, " 或 ") + "？"}
}

// arguments is the [cobra.PositionalArgs] of a command that takes least to most
// arguments. The error repeats no argument, because it may be part of a secret.
func arguments(least, most int) cobra.PositionalArgs {
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

// flagRules is the annotation of a command with its rules for flags, one per line.
const flagRules = "flags"

func addRule(c *cobra.Command, kind string, names []string) {
	if c.Annotations == nil {
		c.Annotations = map[string]string{}
	}
	c.Annotations[flagRules] += kind + " " + strings.Join(names, " ") + "\n"
}

// excludeEachOther allows at most one of the flags. Completion leaves the others out.
func excludeEachOther(c *cobra.Command, names ...string) {
	c.MarkFlagsMutuallyExclusive(names...)
	addRule(c, "exclusive", names)
}

// needOne requires one of the flags.
func needOne(c *cobra.Command, names ...string) {
	c.MarkFlagsOneRequired(names...)
	addRule(c, "one", names)
}

// goTogether requires all of the flags or none.
func goTogether(c *cobra.Command, names ...string) {
	c.MarkFlagsRequiredTogether(names...)
	addRule(c, "together", names)
}

// goesWith allows the flags only together with one of others.
func goesWith(c *cobra.Command, others []string, names ...string) {
	for _, name := range names {
		addRule(c, "with", append([]string{name}, others...))
	}
}

// checkFlags checks the given flags against the command's rules, before cobra does.
func checkFlags(c *cobra.Command) error {
	for rule := range strings.Lines(c.Annotations[flagRules]) {
		words := strings.Fields(rule)
		kind, names := words[0], words[1:]
		if kind == "with" {
			if others := names[1:]; c.Flags().Changed(names[0]) && !slices.ContainsFunc(others, c.Flags().Changed) {
				return failure.Usagef(lang.Text{EN: "--%s goes with %s", ZH: "--%s 要和 %s 一起用"}, names[0], lang.Or(flagNames(others)))
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

func flagNames(names []string) (out []string) {
	for _, name := range names {
		out = append(out, "--"+name)
	}
	return out
}
