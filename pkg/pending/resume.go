package pending

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/expiring"
	"ssoctl/pkg/private"
)

// Resume is a login whose code is spent and which has not come to its end: what its
// steps have yielded, so that the rest can run later. It holds tokens, and is kept as
// a [Login] is.
type Resume struct {
	Profile     string     `json:"profile"`
	Files       []string   `json:"files,omitempty"` // that describe the profile, beside the user's own
	Code        string     `json:"code"`
	RedirectURI string     `json:"redirect_uri,omitempty"`
	Steps       []string   `json:"steps"` // of the whole login
	Responses   []Response `json:"responses"`
	ExpiresAt   time.Time  `json:"expires_at"`
}

// Response is what a vendor sent in one step that has run.
type Response struct {
	Step string    `json:"step"`
	At   time.Time `json:"at"`
	Body []byte    `json:"body"`
}

// ResumeLifetime is how long a login can be resumed.
const ResumeLifetime = 10 * time.Minute

// maxResume is the largest file that is kept, in bytes.
const maxResume = 1 << 20

// Resumes is a folder with at most one login to resume for each profile; without a
// folder, nothing is kept. Profiles of one name in different files are different: the
// tokens of one are not for the addresses of another.
type Resumes struct{ Dir string }

func (s Resumes) folder() expiring.Folder { return expiring.Folder{Dir: s.Dir} }

func resumeName(profile string, files []string) string {
	return hashed(strings.Join(append([]string{"resume", profile}, files...), "\x00"))
}

// Save keeps a login in place of the profile's earlier one.
func (s Resumes) Save(r Resume, now time.Time) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if len(data) > maxResume {
		return fmt.Errorf("the responses are larger than %d MiB", maxResume>>20)
	}
	return s.folder().Save(resumeName(r.Profile, r.Files), data, r.ExpiresAt, now)
}

// Take returns the profile's login and forgets it, so that only one command goes on
// with it. The error wraps ErrNone where there is none or it is too old.
func (s Resumes) Take(profile string, files []string, now time.Time) (Resume, error) {
	path, err := s.folder().Path(resumeName(profile, files))
	if err == nil {
		_, err = private.ReadFile(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return Resume{}, ErrNone
	} else if err != nil {
		return Resume{}, err
	}
	// The name of one process only, so that no other has it too, and that a login which
	// is kept meanwhile stays.
	taken := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.Rename(path, taken); errors.Is(err, fs.ErrNotExist) {
		return Resume{}, ErrNone
	} else if err != nil {
		return Resume{}, err
	}
	data, err := private.ReadFile(taken)
	if err = errors.Join(err, os.Remove(taken)); err != nil {
		return Resume{}, err
	}
	var r Resume
	if err := json.Unmarshal(data, &r); err != nil {
		return Resume{}, fmt.Errorf("%s: %w", path, err)
	}
	if r.Profile != profile || !slices.Equal(r.Files, files) || now.After(r.ExpiresAt) {
		return Resume{}, ErrNone
	}
	return r, nil
}
