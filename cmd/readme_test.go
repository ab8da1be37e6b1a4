package cmd_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profiletest"
)

// TestReadmesNameEveryProfile checks that the table of built-in profiles in each README
// names each of them once, and no others.
func TestReadmesNameEveryProfile(t *testing.T) {
	t.Parallel()
	var want []string
	for _, p := range profiletest.Builtin(t) {
		want = append(want, p.Name)
	}
	for file, heading := range map[string]string{"README.md": "\n## Vendors\n", "README.zh-CN.md": "\n## 内置的接入配置\n"} {
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		_, section, found := strings.Cut(string(text), heading)
		if !found {
			t.Fatalf("%s: no section %q", file, strings.TrimSpace(heading))
		}
		section, _, _ = strings.Cut(section, "\n## ")
		var got []string
		for _, row := range regexp.MustCompile(`(?m)^\|.*$`).FindAllString(section, -1) {
			for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row, -1) {
				got = append(got, name[1])
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the profiles of its table differ from the built-in ones (-want +got):\n%s", file, diff)
		}
	}
}
