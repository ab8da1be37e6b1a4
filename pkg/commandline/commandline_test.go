package commandline_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/lang"
)

// newCall returns a command with one flag of each type and one rule of each kind.
func newCall() *cobra.Command {
	c := &cobra.Command{Use: "call [NAME]", Args: commandline.Arguments(0, 1), RunE: func(*cobra.Command, []string) error { return nil }}
	f := c.Flags()
	var wait time.Duration
	commandline.Duration(f, &wait, "wait", 90*time.Second)
	f.Bool("loud", false, "")
	f.Bool("mute", false, "")
	f.Int("volume", 3, "")
	f.String("user", "", "")
	f.String("password", "", "")
	f.String("number", "", "")
	f.String("contact", "", "")
	f.String("hidden", "", "")
	f.Lookup("hidden").Hidden = true
	var count int
	commandline.Number(f, &count, "count", 3)
	commandline.NameValue(f.Lookup("user"), "") // leaves pflag's name
	commandline.NameValue(f.Lookup("number"), "DIGITS")
	commandline.ExcludeEachOther(c, "loud", "mute")
	commandline.NeedOne(c, "number", "contact")
	commandline.GoTogether(c, "user", "password")
	commandline.GoesWith(c, []string{"loud", "contact"}, "volume", "count")
	return c
}

// complaint returns what is wrong with the arguments of a command line.
func complaint(c *cobra.Command, line string) lang.Text {
	err := c.ParseFlags(strings.Fields(line))
	if err != nil {
		return lang.Of(commandline.FlagError(c, err))
	}
	if err = c.ValidateArgs(c.Flags().Args()); err == nil {
		err = commandline.CheckFlags(c)
	}
	if err == nil {
		err = commandline.CheckEmpty(c, "user", "number", "nosuch")
	}
	if err == nil {
		return lang.Text{}
	}
	return lang.Of(err)
}

func TestWrongCommandLines(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]lang.Text{
		"--number 1":                           {},
		"--contact x --volume 2 --wait 3m Ada": {},
		"--number 1 --user a --password b":     {},
		"":                                     {EN: "--number or --contact is required", ZH: "需要 --number 或 --contact"},
		"--number=":                            {EN: "--number is empty", ZH: "--number 的值是空的"},
		"--number 1 --loud --mute":             {EN: "--loud and --mute cannot be combined: give one", ZH: "--loud 和 --mute 只能给一个"},
		"--number 1 --user a":                  {EN: "--user needs --password as well", ZH: "--user 还需要 --password"},
		"--number 1 --volume 2":                {EN: "--volume requires --loud or --contact", ZH: "--volume 要和 --loud 或 --contact 一起用"},
		"--number 1 --count 2":                 {EN: "--count requires --loud or --contact", ZH: "--count 要和 --loud 或 --contact 一起用"},
		"--contact x --count 3":                {},
		"--contact x --count 4":                {EN: "--count 4: expected a number from 0 to 3", ZH: "--count 4：应为 0 到 3 之间的整数"},
		"--contact x --count -1":               {EN: "--count -1: expected a number from 0 to 3", ZH: "--count -1：应为 0 到 3 之间的整数"},
		"--hiden x":                            {EN: "unknown flag: --hiden", ZH: "没有这个参数：--hiden"},
		"--number 1 Ada Bob":                   {EN: "expected at most 1 argument, got 2: call [NAME]", ZH: "最多 1 个，实际 2 个：call [NAME]"},
		"--number":                             {EN: "--number needs a value: --number DIGITS", ZH: "--number 需要一个值：--number DIGITS"},
		"--user":                               {EN: "--user needs a value: --user STRING", ZH: "--user 需要一个值：--user STRING"},
		"--volume much":                        {EN: "--volume much: expected a whole number", ZH: "--volume much：应为整数"},
		"--loud=maybe":                         {EN: "--loud maybe: expected true or false", ZH: "--loud maybe：应为 true 或 false"},
		"--nummer 1":                           {EN: "unknown flag: --nummer; did you mean --number?", ZH: "没有这个参数：--nummer；是不是 --number？"},
		"-number 1":                            {EN: "unknown flag: -number; did you mean --number?", ZH: "没有这个参数：-number；是不是 --number？"},
		"-x":                                   {EN: "unknown flag: -x", ZH: "没有这个参数：-x"},
		"--=1":                                 {EN: "a flag without a name: write --NAME VALUE or --NAME=VALUE", ZH: "参数没有名字：请写成 --NAME VALUE 或 --NAME=VALUE"},
	} {
		if diff := cmp.Diff(want, complaint(newCall(), line)); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	got := map[string]lang.Text{}
	for _, name := range []string{"wait", "loud", "volume", "user"} {
		got[name] = commandline.Default(newCall().Flags().Lookup(name))
	}
	want := map[string]lang.Text{"wait": lang.Span(90 * time.Second), "loud": {}, "volume": {EN: "3", ZH: "3"}, "user": {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownCommand(t *testing.T) {
	t.Parallel()
	run := func(*cobra.Command, []string) error { return nil }
	group := commandline.Group("phone", &cobra.Command{Use: "call", RunE: run}, &cobra.Command{Use: "hang-up", RunE: run})
	for line, want := range map[string]lang.Text{
		"":     {EN: "phone needs call or hang-up", ZH: "phone 后面要写 call 或 hang-up"},
		"cal":  {EN: `unknown command "cal" for "phone"; did you mean call?`, ZH: `"phone" 没有 "cal" 这个命令；是不是 call？`},
		"text": {EN: `unknown command "text" for "phone"`, ZH: `"phone" 没有 "text" 这个命令`},
	} {
		group.SetArgs(strings.Fields(line))
		group.SilenceErrors, group.SilenceUsage = true, true
		if diff := cmp.Diff(want, lang.Of(group.Execute())); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
}

func TestValueNames(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, name := range []string{"wait", "loud", "count", "user", "number"} {
		got[name] = commandline.ValueName(newCall().Flags().Lookup(name))
	}
	want := map[string]string{"wait": "DURATION", "loud": "", "count": "N", "user": "STRING", "number": "DIGITS"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	c := &cobra.Command{Use: "call A B"}
	for _, tt := range []struct {
		least, most int
		args        string
		want        lang.Text
	}{
		{0, 0, "", lang.Text{}},
		{0, 0, "a b", lang.Text{EN: "call takes only flags: 2 arguments too many; a value with spaces needs quotes", ZH: "call 后面只能写参数：多出 2 个；含空格的值要加引号"}},
		{2, 2, "a b", lang.Text{}},
		{2, 2, "a", lang.Text{EN: "expected 2 arguments, got 1: call A B", ZH: "应有 2 个，实际 1 个：call A B"}},
		{2, 2, "a b c", lang.Text{EN: "expected 2 arguments, got 3: call A B", ZH: "应有 2 个，实际 3 个：call A B"}},
		{1, 2, "a b c", lang.Text{EN: "expected at most 2 arguments, got 3: call A B", ZH: "最多 2 个，实际 3 个：call A B"}},
	} {
		var got lang.Text
		if err := commandline.Arguments(tt.least, tt.most)(c, strings.Fields(tt.args)); err != nil {
			got = lang.Of(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%d to %d, %q: %s", tt.least, tt.most, tt.args, diff)
		}
	}
}

// TestStrict: help and completion refuse what they do not know.
func TestStrict(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]lang.Text{
		"help call":                {},
		"help cal":                 {EN: `unknown command "cal" for "phone"; did you mean call?`, ZH: `"phone" 没有 "cal" 这个命令；是不是 call？`},
		"help call x":              {EN: `unknown command "x" for "phone call"`, ZH: `"phone call" 没有 "x" 这个命令`},
		"completion bash":          {},
		"completion nosuch":        {EN: `unknown command "nosuch" for "phone completion"`, ZH: `"phone completion" 没有 "nosuch" 这个命令`},
		"completion bash too much": {EN: "phone completion bash takes only flags: 2 arguments too many; a value with spaces needs quotes", ZH: "phone completion bash 后面只能写参数：多出 2 个；含空格的值要加引号"},
	} {
		root := commandline.Group("phone", &cobra.Command{Use: "call", Run: func(*cobra.Command, []string) {}})
		root.SilenceErrors, root.SilenceUsage = true, true
		root.SetOut(io.Discard)
		root.InitDefaultHelpCmd()
		root.InitDefaultCompletionCmd()
		commandline.Strict(root)
		root.SetArgs(strings.Fields(line))
		var got lang.Text
		if err := root.Execute(); err != nil {
			got = lang.Of(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
}
