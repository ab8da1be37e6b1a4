package help_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/help"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/manual"
)

// newTree returns commands whose names have manuals.
func newTree() (root, command *cobra.Command) {
	root = &cobra.Command{Use: "ssoctl"}
	for _, g := range manual.Globals() {
		for _, f := range g.Flags {
			root.PersistentFlags().Bool(f.Name, false, "")
		}
	}
	command = &cobra.Command{Use: "version", Run: func(*cobra.Command, []string) {}}
	var d time.Duration
	commandline.Duration(command.Flags(), &d, "wait", 5*time.Minute)
	root.AddCommand(command)
	return root, command
}

func TestPage(t *testing.T) {
	t.Parallel()
	for l, want := range map[lang.Lang]manual.Page{
		lang.EN: {
			Lang: lang.EN, Long: "Print the version", Usage: []string{"ssoctl version [flags]"},
			Lists: []manual.List{{
				Title: lang.Text{EN: "Flags", ZH: "参数"}, Width: manual.FlagWidth,
				Rows: []manual.Row{{Name: "      --wait DURATION", Text: "how long to wait for the redirect (default 5m)"}},
			}},
		},
		lang.ZH: {
			Lang: lang.ZH, Long: "显示版本", Usage: []string{"ssoctl version [参数]"},
			Lists: []manual.List{{
				Title: lang.Text{EN: "Flags", ZH: "参数"}, Width: manual.FlagWidth,
				Rows: []manual.Row{{Name: "      --wait DURATION", Text: "等待回调的时间（默认 5 分钟）"}},
			}},
		},
	} {
		root, command := newTree()
		help.Describe(root, l)
		got := help.Page(command, l)
		var own []manual.List // lists of global flags are those of the manual
		for _, list := range got.Lists {
			if list.Title.EN == "Flags" {
				own = append(own, list)
			}
		}
		got.Lists = own
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s: %s", l, diff)
		}
	}
}

func TestGlobalFlags(t *testing.T) {
	t.Parallel()
	for flag, want := range map[string]lang.Text{
		"--lang": {},
		"--curl": {
			EN: "ssoctl version does not take --curl: only exchange, token, userinfo and step print their requests",
			ZH: "ssoctl version 不能用 --curl：只有 exchange、token、userinfo、step 能打印请求",
		},
		"--profile": {
			EN: "ssoctl version does not take --profile: it is not about a single profile",
			ZH: "ssoctl version 不能用 --profile：它不针对某个接入配置",
		},
	} {
		_, command := newTree()
		if err := command.ParseFlags([]string{flag}); err != nil {
			t.Fatal(err)
		}
		var got lang.Text
		if err := help.CheckGlobals(command); err != nil {
			got = lang.Of(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", flag, diff)
		}
		help.HideMeaningless(command)
		if hidden := command.Root().PersistentFlags().Lookup(flag[2:]).Hidden; hidden == want.IsZero() {
			t.Errorf("%s: hidden: %t", flag, hidden)
		}
	}
}

// TestDescribe: a command's text of a flag wins over the shared text, hidden flags stay
// hidden, and a second call changes nothing.
func TestDescribe(t *testing.T) {
	t.Parallel()
	root, _ := newTree()
	login := &cobra.Command{Use: "login", Run: func(*cobra.Command, []string) {}}
	root.AddCommand(login)
	var d time.Duration
	commandline.Duration(login.Flags(), &d, "wait", 5*time.Minute)
	login.Flags().String("listen", "", "")
	login.Flags().Bool("unseen", false, "")
	login.Flags().Lookup("unseen").Hidden = true
	help.Describe(root, lang.EN)
	groups := len(root.Groups())
	help.Describe(root, lang.ZH)
	if len(root.Groups()) != groups {
		t.Errorf("%d groups after the second call, %d after the first", len(root.Groups()), groups)
	}
	var rows []manual.Row
	for _, list := range help.Page(login, lang.EN).Lists {
		if list.Title.EN == "Flags" {
			rows = append(rows, list.Rows...)
		}
	}
	want := []manual.Row{
		{Name: "      --listen HOST:PORT", Text: "address on which to wait for the redirect; separate several with commas; port 0 is any free port"},
		{Name: "      --wait DURATION", Text: "how long to wait for the redirect, or with --device for the person (default 5m)"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
