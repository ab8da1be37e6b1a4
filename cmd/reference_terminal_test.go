package cmd_test

import "testing"

// TestProgramSeesTheTerminal checks that a program of a cmd: reference has the terminal as
// its stderr, where it can ask for a password.
func TestProgramSeesTheTerminal(t *testing.T) {
	t.Parallel()
	term := openTerminal(t, 100, 24, nil, `authorize-url -p oauth2 --allow-cmd --set authorize_url=http://127.0.0.1:1/ --set token_url=http://127.0.0.1:1/`+
		` --set 'client_id=cmd:sh -c "test -t 2 && echo seen"' --redirect-uri http://127.0.0.1:1/`)
	term.await(`client_id=seen`)
}
