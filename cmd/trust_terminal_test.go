package cmd_test

import (
	"os"
	"path/filepath"
	"testing"

	"ssoctl/pkg/trust"
)

// TestTrustAsks: on a terminal, only an explicit yes trusts a file.
func TestTrustAsks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		keys []string
		then string
		want int // number of trusted files
	}{
		"yes":     {[]string{"y", "Enter"}, `exit 0`, 1},
		"Enter":   {[]string{"Enter"}, `is not trusted\s+hint: Nothing was changed\. To go on without it: --no-project\.\s+exit 3`, 0},
		"no":      {[]string{"n", "o", "Enter"}, `is not trusted(?s:.*)exit 3`, 0},
		"a word":  {[]string{"m", "a", "y", "Enter"}, `is not trusted(?s:.*)exit 3`, 0},
		"the end": {[]string{"C-d"}, `is not trusted(?s:.*)exit 3`, 0},
		"Ctrl-C":  {[]string{"C-c"}, `ssoctl: interrupted\nexit 130`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "ssoctl.toml")
			if err := os.WriteFile(file, []byte("[profiles.shop]\nextends = \"oauth2\"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			term := openTerminalThen(t, 80, 24, []string{"XDG_STATE_HOME=" + dir}, "trust -q "+file, "sh")
			term.await(`(?m)^  shop  new, extends oauth2$(?s:.*)^Trust it\? \[y/N\] *$`)
			term.tmux(append([]string{"send-keys"}, test.keys...)...)
			term.await(test.then)
			trusted, err := trust.Store{Dir: filepath.Join(dir, "ssoctl", "trust")}.List()
			if err != nil || len(trusted) != test.want {
				t.Errorf("trusted files: got %v, want %d; error %v", trusted, test.want, err)
			}
		})
	}
}
