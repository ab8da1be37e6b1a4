package manual_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/manual"
)

// TestPage: paragraphs and texts beside names are wrapped, what begins with a space and
// examples are not, a wide name has its own line, and an empty list is left out.
func TestPage(t *testing.T) {
	page := manual.Page{
		Lang: lang.ZH, Long: "one two three four five six\nseven eight\n\n  keep this line of more than thirty columns\n\n登录\n成功",
		Usage: []string{"x y [参数]"}, Examples: "  x y --with-a-long-value aaaaaaaaaaaaaaaa",
		Lists: []manual.List{
			{Title: lang.Text{EN: "Empty", ZH: "空"}, Width: 10},
			{Title: lang.Text{EN: "Flags", ZH: "参数"}, Width: 10, Rows: []manual.Row{{"  -a", "one two three four five six"}, {"  --longer", "text"}}},
		},
		More: "x COMMAND --help",
	}
	want := `one two three four five six
seven eight

  keep this line of more than thirty columns

登录成功

用法：
  x y [参数]

示例：
  x y --with-a-long-value aaaaaaaaaaaaaaaa

参数：
  -a      one two three four
          five six
  --longer
          text

查看某个命令的用法：x COMMAND --help
`
	if diff := cmp.Diff(want, page.Format(30)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUsage(t *testing.T) {
	for text, want := range map[string][2]string{
		"`FILE` to write to": {"FILE", "to write to"},
		"no progress":        {"", "no progress"},
	} {
		value, usage := manual.Usage(text)
		if got := [2]string{value, usage}; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestTakes: a global flag applies to the commands that it affects; the reason why it does
// not apply names the way to see the requests of a login.
func TestTakes(t *testing.T) {
	for _, c := range []struct {
		path, flag string
		takes      bool
	}{
		{"login", "proxy", true},
		{"login", "curl", false},
		{"exchange", "curl", true},
		{"version", "proxy", false},
		{"version", "lang", true},
		{"unknown", "proxy", true},
	} {
		if got := manual.Takes(c.path, c.flag); got != c.takes {
			t.Errorf("%s --%s: got %t, want %t", c.path, c.flag, got, c.takes)
		}
	}
	if login, version := manual.WhyNot("login", "curl").EN, manual.WhyNot("version", "curl").EN; len(login) <= len(version) {
		t.Errorf("login --curl: got %q, want more than %q", login, version)
	}
}

// Only commands that send a profile's requests take all global flags. A command that
// is missing in takes would take all, too.
func TestTakesAll(t *testing.T) {
	var all []string
	for path := range manual.Commands() {
		takes := true
		for _, g := range manual.Globals() {
			for _, f := range g.Flags {
				takes = takes && manual.Takes(path, f.Name)
			}
		}
		if takes {
			all = append(all, path)
		}
	}
	slices.Sort(all)
	if diff := cmp.Diff([]string{"", "exchange", "step", "token", "userinfo"}, all); diff != "" {
		t.Error(diff)
	}
}
