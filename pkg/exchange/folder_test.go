package exchange_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/exchange"
)

// TestFolder checks that files are numbered and complete, that only the user can read them,
// and that none is overwritten.
func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a[b]*", "new")
	f, err := exchange.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := f.Add(sample("x")); err != nil {
			t.Fatal(err)
		}
	}
	again, err := exchange.OpenFolder(dir) // as another run or process would
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 10 {
		for _, folder := range []*exchange.Folder{f, again} {
			wg.Go(func() {
				if _, err := folder.Add(sample("y")); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	files, err := exchange.ReadFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 22 || files[0].Name != "exchange-0001.txtar" || files[21].Name != "exchange-0022.txtar" {
		t.Fatalf("%d files", len(files))
	}
	if diff := cmp.Diff(sample("x"), files[1].Exchange); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 22 {
		t.Errorf("%d files in the folder, want 22: %v", len(entries), err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", e.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v %v", info.Mode(), err)
	}
}

// TestFolderFaults covers files and folders that cannot be read or written.
func TestFolderFaults(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "broken.txtar")
	if err := os.WriteFile(file, []byte("no head"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.ReadFolder(dir); err == nil {
		t.Error("no error for a file that is not an exchange")
	}
	if _, err := exchange.OpenFolder(file); err == nil {
		t.Error("no error for a file opened as a folder")
	}
	f, err := exchange.OpenFolder(filepath.Join(dir, "gone"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "gone")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Add(sample("")); err == nil {
		t.Error("no error for a folder that no longer exists")
	}
	if _, err := f.Add(&exchange.Exchange{}); err == nil {
		t.Error("no error for an exchange without a head")
	}
}
