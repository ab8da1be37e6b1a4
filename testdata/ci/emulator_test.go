package ci_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// emulator starts an emulator for the test, and returns the environment of its clients.
func emulator(t *testing.T) (env []string) {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	command := exec.Command(ssoctl(t), "emulate", "oauth2", "-q", "--ready-file", ready)
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	var data []byte
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		var err error
		if data, err = os.ReadFile(ready); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	var inputs struct{ Profiles map[string]map[string]string }
	if err := json.Unmarshal(data, &inputs); err != nil {
		t.Fatal(err)
	}
	oauth2 := inputs.Profiles["oauth2"]
	return []string{
		"SSOCTL_TOKEN_URL=" + oauth2["token_url"], "SSOCTL_CLIENT_ID=" + oauth2["client_id"],
		"SSOCTL_CLIENT_SECRET=" + oauth2["client_secret"],
	}
}
