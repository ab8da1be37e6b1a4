package cmd_test

import (
	"strings"
	"testing"
)

// TestKeyringIsTypedInto: a typed secret is not shown, even if it cannot be stored because
// there is no keyring.
func TestKeyringIsTypedInto(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ key, then string }{
		"Enter":   {"Enter", `the keyring cannot be used: (?s:.*)exit 3`},
		"nothing": {"C-u", ""},
		"Ctrl-C":  {"C-c", `ssoctl: interrupted\nexit 130`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := openTerminalThen(t, 100, 24, []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"}, "keyring set crm/client_secret", "sh")
			term.await(`(?m)^Secret for crm/client_secret, not shown: *$`)
			term.tmux("send-keys", "s3cr3t-that-is-typed")
			term.tmux("send-keys", test.key)
			if test.then == "" { // Ctrl-U deletes what was typed
				term.tmux("send-keys", "Enter")
				test.then = `ssoctl: nothing was typed(?s:.*)exit 2`
			}
			term.await(test.then)
			if text := term.tmux("capture-pane", "-p", "-S", "-100"); strings.Contains(text, "s3cr3t") {
				t.Errorf("the screen shows the secret:\n%s", text)
			}
			term.givenBack()
		})
	}
}
