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

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/expiring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
)

// Resume is a login that failed after its code was used, or a refresh that failed after its
// refresh token was used. It holds the responses of the steps that succeeded, so that the
// remaining steps can run later. It contains tokens, and is stored like a [Login].
type Resume struct {
	Profile     string             `json:"profile"`
	Files       []string           `json:"files,omitempty"` // files that define the profile, without the user's configuration
	Code        string             `json:"code"`
	RedirectURI string             `json:"redirect_uri,omitempty"`
	Nonce       string             `json:"nonce,omitempty"`    // that the id_token has to contain
	IDToken     string             `json:"id_token,omitempty"` // of the login that is refreshed
	Steps       []profile.StepName `json:"steps"`              // all steps of the login
	Responses   []Response         `json:"responses"`
	ExpiresAt   time.Time          `json:"expires_at"`
}

// Response is the response of a step that succeeded.
type Response struct {
	Step profile.StepName `json:"step"`
	At   time.Time        `json:"at"`
	Body []byte           `json:"body"`
}

// ResumeLifetime is how long a login can be resumed.
const ResumeLifetime = 10 * time.Minute

// maxFile is the maximum size of a stored file in bytes.
const maxFile = 1 << 20

// checkSize returns an error if the encoded login is too large to store.
func checkSize(data []byte) error {
	if len(data) > maxFile {
		return lang.Errorf(lang.Text{EN: "the responses are larger than %d MiB", ZH: "响应超过 %d MiB"}, maxFile>>20)
	}
	return nil
}

// Resumes is a folder with at most one login for each profile. The zero Resumes stores
// nothing. Profiles of the same name in different files are different profiles, so that
// tokens are never sent to the URLs of another profile.
type Resumes struct{ Dir string }

func (s Resumes) folder() expiring.Folder { return expiring.Folder{Dir: s.Dir} }

func resumeName(profile string, files []string) string {
	return hashed(strings.Join(append([]string{"resume", profile}, files...), "\x00"))
}

// Save stores a login, and replaces an earlier one of the same profile.
func (s Resumes) Save(r Resume, now time.Time) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := checkSize(data); err != nil {
		return err
	}
	return s.folder().Save(resumeName(r.Profile, r.Files), data, r.ExpiresAt, now)
}

// Take returns the profile's login and deletes it, so that only one command can continue
// it. The error wraps [ErrNone] if there is no login or if it has expired.
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
	// Renaming to a name with the process id makes sure that no other process takes the
	// login too, and that Remove does not delete one that is saved meanwhile.
	taken := fmt.Sprintf("%s.%d", path, os.Getpid())
	rename := func() error { return os.Rename(path, taken) }
	if err := atomicfile.Retry(rename); errors.Is(err, fs.ErrNotExist) {
		return Resume{}, ErrNone
	} else if err != nil {
		return Resume{}, err
	}
	data, err := private.ReadFile(taken)
	if err = errors.Join(err, atomicfile.Remove(taken)); err != nil {
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
