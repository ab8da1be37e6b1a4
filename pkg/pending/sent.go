package pending

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"ssoctl/pkg/private"
)

// Codes remembers, in a folder, which codes have been sent, so that a vendor's no
// to one that comes again can be told from others. The codes themselves are not
// kept: a file is named by a hash, and goes after CodeLifetime.
type Codes struct{ Dir string }

// CodeLifetime is how long a sent code is remembered: longer than any vendor
// takes it.
const CodeLifetime = time.Hour

// Sent is the first time that a code was sent.
type Sent struct {
	Command string    `json:"command"` // such as ssoctl exchange
	At      time.Time `json:"at"`
}

func (c Codes) path(code string) string {
	sum := sha256.Sum256([]byte("code\x00" + code))
	return filepath.Join(c.Dir, hex.EncodeToString(sum[:16])+".json")
}

// Find returns when a code was sent; ok is false when nothing is known of that.
func (c Codes) Find(code string, now time.Time) (sent Sent, ok bool) {
	if c.Dir == "" {
		return Sent{}, false
	}
	data, err := private.ReadFile(c.path(code))
	if err != nil || json.Unmarshal(data, &sent) != nil || now.Sub(sent.At) > CodeLifetime {
		return Sent{}, false
	}
	return sent, true
}

// Save remembers that a code was sent, and forgets those that are too old.
func (c Codes) Save(code string, sent Sent) error {
	if c.Dir == "" {
		return errNoDir
	}
	if err := private.MkdirAll(c.Dir); err != nil {
		return err
	}
	files, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil && sent.At.Sub(info.ModTime()) > CodeLifetime {
			os.Remove(filepath.Join(c.Dir, f.Name())) // what cannot be dropped stays
		}
	}
	return write(c.path(code), sent)
}
