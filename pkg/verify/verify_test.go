package verify_test

import (
	"os"
	"path/filepath"
	"testing"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/verify"
	"ssoctl/profiles"
)

// verifier returns a Verifier for a built-in profile. change may change the profile first; it
// may be nil.
func verifier(t *testing.T, name string, change func(p *profile.Profile)) verify.Verifier {
	t.Helper()
	p, err := profile.Load(name, profile.Sources{Builtin: profiles.FS})
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(p)
	}
	return verify.Verifier{Profile: p}
}

func load(t *testing.T, path string) *fixture.Fixture {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "vendors", path))
	if err != nil {
		t.Fatal(err)
	}
	x, err := fixture.Parse(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return x
}

// TestDocumented checks that the built-in profiles match the vendors' documents.
func TestDocumented(t *testing.T) {
	root := filepath.Join("..", "..", "testdata", "vendors")
	paths, err := filepath.Glob(filepath.Join(root, "*", "*.txtar"))
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	for _, path := range paths {
		dir, file := filepath.Split(path)
		name := filepath.Base(dir)
		t.Run(name+"/"+file, func(t *testing.T) {
			got, err := verifier(t, name, nil).Compare(t.Context(), load(t, filepath.Join(name, file)))
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range got {
				if !d.Minor {
					t.Error(d)
				}
			}
		})
	}
}
