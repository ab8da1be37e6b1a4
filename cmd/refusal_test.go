package cmd_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// TestRefusalsAreDocumented holds the profiles against testdata/refusals, the
// codes that the vendors' documents list: all of them are there, in both
// languages, and what is beside them says that it is a guess.
func TestRefusalsAreDocumented(t *testing.T) {
	src := profile.Sources{Builtin: profiles.FS}
	for _, name := range src.BuiltinNames() {
		p := builtinProfile(t, name)
		if len(p.Extends) > 0 {
			continue // its codes are those of another
		}
		data, err := os.ReadFile(filepath.Join("..", "testdata", "refusals", name+".txt"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // without one, nothing is documented
			t.Fatal(err)
		}
		var documented []string
		for line := range strings.Lines(string(data)) {
			if code := strings.TrimSpace(line); !strings.HasPrefix(code, "#") {
				documented = append(documented, code)
			}
		}
		for _, code := range documented {
			r, ok := p.Refusal(code)
			if !ok || r.EN == "" || r.ZH == "" || r.Kind == "" || r.Guess != "" {
				t.Errorf("%s: the documented refusal %s is not there as such: %+v", name, code, r)
			}
		}
		for _, r := range p.Refusals {
			// The last of its sentences is what to do.
			zh := strings.Split(strings.TrimSuffix(r.ZH, "。"), "。")
			if !strings.Contains(r.EN, ". ") || !strings.Contains(zh[len(zh)-1], "请") {
				t.Errorf("%s: %s does not say what to do: %s %s", name, r.CodeText(), r.EN, r.ZH)
			}
			if r.Guess == "" && !slices.Contains(documented, r.CodeText()) {
				t.Errorf("%s: nothing documents %s, and it does not say that it is a guess", name, r.CodeText())
			}
		}
	}
}
