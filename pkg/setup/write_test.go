package setup

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"ssoctl/pkg/profile"
)

// Profiles that are added at once are all kept, and no lock file is left.
func TestAddAtOnce(t *testing.T) {
	const many = 20
	dir := filepath.Join(t.TempDir(), "ssoctl")
	path := filepath.Join(dir, "config.toml")
	sources := profile.Sources{Builtin: fstest.MapFS{"crm.toml": {Data: []byte(description)}}}
	ended := make(chan error, many)
	for i := range many {
		s := New(Options{Name: fmt.Sprintf("p%d", i), From: "crm", Path: path, Sources: sources})
		s.answers["client_id"] = "C"
		go func() { ended <- s.save(t.Context()) }()
	}
	for range many {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	text, err := os.ReadFile(path)
	if got := strings.Count(string(text), "[profiles.p"); got != many || err != nil {
		t.Errorf("%d profiles, want %d; %v", got, many, err)
	}
	if locks, _ := filepath.Glob(path + ".*"); len(locks) > 0 {
		t.Errorf("left: %q", locks)
	}
}
