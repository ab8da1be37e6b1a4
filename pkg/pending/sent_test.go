package pending_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/pending"
)

func TestCodes(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	codes := pending.Codes{Dir: filepath.Join(t.TempDir(), "state", "codes")}
	if sent, ok := codes.Find("C0de", now); ok {
		t.Fatalf("nothing was sent, but %+v is found", sent)
	}
	want := pending.Sent{Command: "ssoctl exchange", At: now}
	if err := codes.Save("C0de", want); err != nil {
		t.Fatal(err)
	}
	for code, ok := range map[string]bool{"C0de": true, "C0dE": false, "": false} {
		got, found := codes.Find(code, now.Add(pending.CodeLifetime))
		if found != ok || ok && cmp.Diff(want, got) != "" {
			t.Errorf("%q: %+v, %t", code, got, found)
		}
	}
	if _, ok := codes.Find("C0de", now.Add(pending.CodeLifetime+time.Second)); ok {
		t.Error("it is remembered for ever")
	}
	if info, err := os.Stat(codes.Dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	path := onlyFile(t, codes.Dir)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	if text, err := os.ReadFile(path); err != nil || strings.Contains(path+string(text), "C0de") {
		t.Errorf("the code is kept: %s: %s, %v", path, text, err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := codes.Find("C0de", now); ok {
		t.Error("a damaged file is believed")
	}

	// Saving another forgets those that are too old.
	if err := os.Chtimes(path, now, now.Add(-pending.CodeLifetime-time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := codes.Save("another", want); err != nil {
		t.Fatal(err)
	}
	if another := onlyFile(t, codes.Dir); another == path {
		t.Error("the old file is what is left")
	}
}

func TestCodesWithoutAFolder(t *testing.T) {
	var codes pending.Codes
	if err := codes.Save("C0de", pending.Sent{}); err == nil {
		t.Error("it was saved nowhere")
	}
	if _, ok := codes.Find("C0de", time.Time{}); ok {
		t.Error("it was found nowhere")
	}
}

func onlyFile(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return filepath.Join(dir, files[0].Name())
}
