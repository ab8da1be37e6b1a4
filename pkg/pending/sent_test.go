package pending_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/pending"
)

func TestCodes(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	codes := pending.Codes{Dir: filepath.Join(t.TempDir(), "state", "codes")}
	if sent, ok := codes.Find("C0de", now); ok {
		t.Fatalf("found %+v before Save", sent)
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
		t.Error("the code is remembered after CodeLifetime")
	}
	if info, err := os.Stat(codes.Dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode of the folder: %v, %v", info.Mode(), err)
	}
	path := onlyFile(t, codes.Dir)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the file: %v, %v", info.Mode(), err)
	}
	if text, err := os.ReadFile(path); err != nil || strings.Contains(path+string(text), "C0de") {
		t.Errorf("the file contains the code: %s: %s, %v", path, text, err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := codes.Find("C0de", now); ok {
		t.Error("a damaged file counts as a sent code")
	}

	// The first record is kept until it expires.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	later := pending.Sent{Command: "ssoctl login", At: now.Add(time.Minute)}
	over := pending.Sent{Command: "ssoctl login", At: now.Add(2 * pending.CodeLifetime)}
	for _, step := range []struct {
		save, want pending.Sent
		err        error
	}{{want, want, nil}, {later, want, fs.ErrExist}, {over, over, nil}} {
		err := codes.Save("C0de", step.save)
		got, _ := codes.Find("C0de", step.save.At)
		if diff := cmp.Diff(step.want, got); diff != "" || !errors.Is(err, step.err) {
			t.Errorf("%v: %v %s", step.save.At, err, diff)
		}
	}
}

// Exactly one of many processes that save the same code at the same time succeeds.
func TestCodeIsSentOnce(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	codes := pending.Codes{Dir: filepath.Join(t.TempDir(), "codes")}
	var first atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := codes.Save("C0de", pending.Sent{Command: "ssoctl exchange", At: now}); err == nil {
				first.Add(1)
			} else if !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := first.Load(); n != 1 {
		t.Errorf("%d calls of Save succeeded, want 1", n)
	}
}

func TestCodesWithoutAFolder(t *testing.T) {
	var codes pending.Codes
	if err := codes.Save("C0de", pending.Sent{}); err == nil {
		t.Error("Save succeeds without a folder")
	}
	if _, ok := codes.Find("C0de", time.Time{}); ok {
		t.Error("Find succeeds without a folder")
	}
}

func onlyFile(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q, %v", files, err)
	}
	return files[0]
}
