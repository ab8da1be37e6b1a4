package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"ssoctl/cmd"
)

// Every command has a page, with its flags and without those that mean nothing to it.
func TestPages(t *testing.T) {
	dir, commands := t.TempDir(), 0
	if err := cmd.EachCommand(func(c *cobra.Command) error { commands++; return write(dir, c) }); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "ssoctl*.1"))
	if err != nil || len(pages) != commands || commands < 30 {
		t.Fatalf("%d pages of %d commands: %v", len(pages), commands, err)
	}
	for name, want := range map[string]struct{ has, lacks string }{
		"ssoctl-version.1": {`--output`, `--proxy`},
		"ssoctl-token.1":   {`--proxy`, `--listen`},
		"ssoctl-emulate.1": {`/<profile>`, `--har`},
		"ssoctl.1":         {`SSOCTL_<INPUT>`, "`"},
	} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		page := string(data)
		if !strings.Contains(page, want.has) || strings.Contains(page, want.lacks) {
			t.Errorf("%s: should have %s, and not %s:\n%s", name, want.has, want.lacks, page)
		}
	}
}
