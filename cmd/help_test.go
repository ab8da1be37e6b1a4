package cmd_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/cmd"
)

// everyCommand calls do for every command in both languages. path is the command's name
// without ssoctl, split into words.
func everyCommand(t *testing.T, do func(t *testing.T, c *cobra.Command, path []string, language string)) {
	for _, language := range []string{"en", "zh"} {
		var try func(c *cobra.Command)
		try = func(c *cobra.Command) {
			t.Run(language+" "+c.CommandPath(), func(t *testing.T) { do(t, c, strings.Fields(c.CommandPath())[1:], language) })
			for _, sub := range c.Commands() {
				try(sub)
			}
		}
		try(cmd.Tree(usageApp(nil, nil), "--lang", language))
	}
}

// TestHelpFits checks, for every command's help in a pipe, that no line is wider than 80
// columns, and that a flag's text stays in its own column.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	const columns, flagText, commandText = 80, 28, 17
	everyCommand(t, func(t *testing.T, _ *cobra.Command, path []string, language string) {
		help := helpOf(t, append(path, "--help", "--lang", language)...)
		if other := helpOf(t, append([]string{"--lang", language, "help"}, path...)...); other != help {
			t.Errorf("ssoctl help prints:\n%s\n--help prints:\n%s", other, help)
		}
		for line := range strings.Lines(help) {
			line = strings.TrimSuffix(line, "\n")
			if width := ansi.StringWidth(line); width > columns {
				t.Errorf("got a line of %d columns, want at most %d: %s", width, columns, line)
			}
			indent := len(line) - len(strings.TrimLeft(line, " "))
			if indent > 6 && indent != flagText && indent != commandText {
				t.Errorf("got an indent of %d columns, want at most 6, %d or %d: %s", indent, commandText, flagText, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("the line ends in spaces: %q", line)
			}
		}
		if language == "en" && strings.ContainsFunc(help, isHan) {
			t.Errorf("the English help contains Chinese:\n%s", help)
		}
	})
}

func helpOf(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := usageApp(&out, &errs).Run(t.Context(), args); code != 0 || errs.Len() > 0 {
		t.Fatalf("%q: exit code %d: %s", args, code, &errs)
	}
	return out.String()
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// TestHelpIsComplete checks that every command and every flag has a text in both languages
// and is in a group, and that a flag's text does not repeat the placeholder of its value.
func TestHelpIsComplete(t *testing.T) {
	t.Parallel()
	everyCommand(t, func(t *testing.T, c *cobra.Command, path []string, language string) {
		said := func(what, text string) {
			if text == "" || strings.ContainsFunc(text, isHan) != (language == "zh") {
				t.Errorf("%s: got %q, want a text in %s", what, text, language)
			}
		}
		said("short", c.Short)
		if c.Long != "" {
			said("long", c.Long)
		}
		if len(path) == 1 && c.GroupID == "" {
			t.Error("the command is in no group")
		}
		help := helpOf(t, append(path, "--help", "--lang", language)...)
		c.InheritedFlags() // adds them to c.Flags()
		c.Flags().VisitAll(func(f *pflag.Flag) {
			said("--"+f.Name, f.Usage)
			if strings.Contains(f.Usage, "`") {
				t.Errorf("--%s: the text contains a backquoted placeholder: %s", f.Name, f.Usage)
			}
			listed := slices.ContainsFunc(strings.Split(help, "\n"), func(line string) bool {
				return slices.Contains(strings.Fields(line)[:min(2, len(strings.Fields(line)))], "--"+f.Name)
			})
			if own := c.LocalNonPersistentFlags().Lookup(f.Name) != nil; listed != (own || cmd.Takes(c, f.Name)) {
				t.Errorf("--%s: in the help: got %t, want %t", f.Name, listed, !listed)
			}
		})
	})
}

// TestEveryCommandHasAManual checks that every command has a manual, and that no manual or
// flag text is left over from a command or flag that no longer exists.
func TestEveryCommandHasAManual(t *testing.T) {
	t.Parallel()
	unused := cmd.UnusedManuals()
	if len(unused) > 0 {
		t.Errorf("missing manuals and unused texts: %s", strings.Join(unused, ", "))
	}
}

// TestMeaninglessFlagsAreRefused checks for every command that a global flag is either in
// its help or a usage error that names the command.
func TestMeaninglessFlagsAreRefused(t *testing.T) {
	t.Parallel()
	refused := 0
	everyCommand(t, func(t *testing.T, c *cobra.Command, path []string, language string) {
		if !c.Runnable() {
			return
		}
		c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) {
			if cmd.Takes(c, f.Name) {
				return
			}
			refused++
			value := "--" + f.Name + "=1"
			if f.Value.Type() == "bool" {
				value = "--" + f.Name
			}
			var out, errs bytes.Buffer
			code := usageApp(&out, &errs).Run(t.Context(), append(slices.Clone(path), append(wordsFor(c), value, "--lang", language)...))
			want := map[string]string{"en": "ssoctl: " + c.CommandPath() + " does not take --" + f.Name + ": ", "zh": "ssoctl: " + c.CommandPath() + " 不能用 --" + f.Name + "："}[language]
			if code != 2 || out.Len() > 0 || !strings.HasPrefix(errs.String(), want) {
				t.Errorf("--%s: got exit code %d, want 2, no stdout, and stderr that starts with %q:\n%s", f.Name, code, want, &errs)
			}
		})
	})
	if refused < 200 {
		t.Errorf("tried %d flags without a meaning, want at least 200", refused)
	}
}

// wordsFor returns the arguments that a command needs.
func wordsFor(c *cobra.Command) []string {
	words := map[string][]string{
		"ssoctl profile diff": {"a", "b"}, "ssoctl profile verify": {"d"},
		"ssoctl keyring set": {"a/b"}, "ssoctl keyring delete": {"a/b"}, "ssoctl explain": {"1"},
	}
	return words[c.CommandPath()]
}
