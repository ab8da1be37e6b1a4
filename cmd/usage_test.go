package cmd_test

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/cmd"
)

// ofFramework matches error messages of cobra, pflag, strconv and time.
var ofFramework = regexp.MustCompile(`flags in the group|were all set|must all be set|arg\(s\)|invalid argument|needs an argument|shorthand|flag syntax|strconv|parsing "|required flag|time: |accepts `)

// TestUsageErrorsAreOurs makes mistakes that a framework would report, for every command
// and flag. The exit code must be 2, and our own error and a hint must follow.
func TestUsageErrorsAreOurs(t *testing.T) {
	t.Parallel()
	slips := 0
	var try func(c *cobra.Command)
	try = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			try(sub)
		}
		for _, args := range slipsOf(c) {
			slips++
			checkSlip(t, args)
		}
	}
	try(cmd.Tree(usageApp(nil, nil)))
	if slips < 1000 {
		t.Errorf("tried %d wrong command lines, want at least 1000", slips)
	}
}

// slipsOf returns wrong command lines for one command. The wrong value in --lang fr keeps
// those that would be valid from running.
func slipsOf(c *cobra.Command) [][]string {
	path := strings.Fields(c.CommandPath())[1:]
	line := func(more ...string) []string { return append(append([]string{}, path...), more...) }
	slips := [][]string{
		line("--nosuch"), line("-X"), line("-Xo"), line("--=x"), line("--lang", "fr", "a"), line("--lang", "fr", "a", "b", "c"), line("--lang", "fr"),
	}
	var flags []string
	c.InheritedFlags() // adds them to c.Flags()
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := "--" + f.Name
		if f.NoOptDefVal == "" {
			slips = append(slips, line(name))
		}
		if kind := f.Value.Type(); !strings.HasPrefix(kind, "string") {
			for _, wrong := range []string{"", "x y", "--", "1e999", "%"} {
				slips = append(slips, line(name+"="+wrong))
			}
		}
		if c.LocalFlags().Lookup(f.Name) != nil && f.Name != "help" && f.Name != "version" {
			given := name + "=1"
			slips = append(slips, line(given, "--lang", "fr"))
			for _, other := range flags {
				slips = append(slips, line(given, other, "--lang", "fr"))
			}
			flags = append(flags, given)
		}
	})
	return slips
}

func checkSlip(t *testing.T, args []string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := usageApp(&out, &errs).Run(t.Context(), args)
	if code == 0 && errs.Len() == 0 && !strings.Contains(strings.Join(args, " "), "=") {
		return // the command line is valid for this command
	}
	first, rest, _ := strings.Cut(errs.String(), "\n")
	if code != 2 || out.Len() > 0 || !strings.HasPrefix(first, "ssoctl: ") || !strings.HasPrefix(rest, "hint: ") || ofFramework.MatchString(errs.String()) {
		t.Errorf("%q: exit code %d, want 2; stdout %q, want none; want our own error and a hint in\n%s", args, code, &out, &errs)
	}
}

func usageApp(out, errs *bytes.Buffer) *cmd.App {
	return &cmd.App{
		In: strings.NewReader(""), Out: out, Err: errs, HTTP: &http.Client{Transport: &http.Transport{}},
		Now: time.Now, Rand: rand.Reader, Env: func(string) (string, bool) { return "", false },
	}
}

// Only the commands that a command line names are built, and all if it needs all.
func TestBuildsNamedCommands(t *testing.T) {
	t.Parallel()
	all := cmd.Built()
	if len(all) < 15 {
		t.Errorf("all commands: %v", all)
	}
	for line, want := range map[string][]string{
		"version": {"version"}, "-p token version": {"token", "version"}, "login --help": {"login"},
		"": all, "--version": all, "--help": all, "verson": all, "help login": all, "completion bash": all, "__complete login --": all,
	} {
		if diff := cmp.Diff(want, cmd.Built(strings.Fields(line)...)); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
}
