package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
)

// TestProfileNewAsks: a typed secret is not shown. Ctrl-C at any question restores the
// terminal and writes no file. After the last answer the profile is appended to the
// file, which keeps what somebody else wrote during the questions.
func TestProfileNewAsks(t *testing.T) {
	t.Parallel()
	name := firstBuiltin(t, func(p *profile.Profile) bool { return p.Authorize == nil && p.Inputs["corp_id"].Required })
	type step struct{ await, keys string }
	steps := []step{
		{`(?m)^Number \[1\]: *$`, "1"},
		{`(?m)^client_id .*\n.*\n> *$`, "AK"},
		{`(?m)^Type it \(not shown\), or a reference such as env:NAME: *$`, "s3cr3t-that-is-typed"},
		{`(?m)^corp_id .*\n.*\n> *$`, "C"},
	}
	for stop := range len(steps) + 1 {
		t.Run([]string{"place", "input", "secret", "last", "done"}[stop], func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			env := []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent", "XDG_CONFIG_HOME=" + dir}
			term := openTerminalThen(t, 80, 40, env, "profile new crm --from "+name, "sh")
			config := filepath.Join(dir, "ssoctl", "config.toml")
			for i, s := range steps[:stop] {
				term.await(s.await)
				if i == len(steps)-1 {
					writeFile(t, config, "# written meanwhile\n")
				}
				term.tmux("send-keys", "-l", s.keys)
				term.tmux("send-keys", "Enter")
			}
			want := map[string]bool{}
			if stop == len(steps) {
				term.await(`(?m)^Added \[profiles\.crm\] to your configuration(?s:.*)^exit 0`)
				want = map[string]bool{"ssoctl/config.toml": true, "ssoctl/secrets/crm.client_secret": true}
				if text, err := os.ReadFile(config); err != nil || !strings.HasPrefix(string(text), "# written meanwhile\n\n[profiles.crm]\n") {
					t.Errorf("the configuration file: error %v, got\n%s", err, text)
				}
			} else {
				term.await(steps[stop].await)
				term.tmux("send-keys", "-l", steps[stop].keys)
				term.tmux("send-keys", "C-c")
				term.await(`ssoctl: interrupted\nexit 130`)
			}
			if text := term.tmux("capture-pane", "-p", "-S", "-100"); strings.Contains(text, "s3cr3t") {
				t.Errorf("the screen shows the secret:\n%s", text)
			}
			if diff := cmp.Diff(want, filesBelow(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			term.givenBack()
		})
	}
}

// filesBelow returns the slash-separated paths of all files below dir, relative to it.
func filesBelow(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			found[filepath.ToSlash(rel)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
