package pending

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
)

func unfinished(name string) Resume {
	return Resume{
		Profile: name, Code: "C", RedirectURI: "http://127.0.0.1:8976/callback", Nonce: "N", Steps: []profile.StepName{"exchange", "userinfo"},
		Responses: []Response{{Step: "exchange", At: now, Body: []byte("{\"t\":\"\xff\"}")}}, ExpiresAt: now.Add(ResumeLifetime),
	}
}

// TestTaken checks that only its own profile can take a login, and only once.
func TestTaken(t *testing.T) {
	s := Resumes{Dir: filepath.Join(folder(t), "resume")}
	for _, profile := range []string{"crm", "crm2", "crm"} { // the third replaces the first
		if err := s.Save(unfinished(profile), now); err != nil {
			t.Fatal(err)
		}
	}
	var taken atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := s.Take("crm", nil, now)
			if err == nil {
				taken.Add(1)
				if diff := cmp.Diff(unfinished("crm"), got); diff != "" {
					t.Error(diff)
				}
			} else if !errors.Is(err, ErrNone) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := taken.Load(); n != 1 {
		t.Errorf("taken %d times, want 1", n)
	}
	if got := files(t, Store(s)); len(got) != 1 {
		t.Errorf("files after Take: %q, want 1", got)
	}
	if _, err := s.Take("crm2", nil, now.Add(ResumeLifetime+1)); !errors.Is(err, ErrNone) {
		t.Errorf("after ResumeLifetime: %v", err)
	}
	if _, err := (Resumes{}).Take("crm", nil, now); !errors.Is(err, ErrNone) {
		t.Errorf("without a folder: %v", err)
	}
}

func TestResumeIsBounded(t *testing.T) {
	s := Resumes{Dir: folder(t)}
	large := unfinished("crm")
	large.Responses[0].Body = make([]byte, maxFile)
	if err := s.Save(large, now); err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("too large: %v", err)
	}
	if err := s.Save(unfinished("old"), now); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(unfinished("new"), now.Add(2*time.Hour)); err != nil { // also removes expired files
		t.Fatal(err)
	}
	if got := files(t, Store(s)); len(got) != 1 {
		t.Errorf("files: %q, want 1", got)
	}
}
