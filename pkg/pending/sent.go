package pending

import (
	"encoding/json"
	"errors"
	"io/fs"
	"time"

	"ssoctl/pkg/expiring"
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

func (c Codes) folder() expiring.Folder { return expiring.Folder{Dir: c.Dir} }

func codeName(code string) string { return hashed("code\x00" + code) }

// Find returns when a code was sent; ok is false when nothing is known of that.
func (c Codes) Find(code string, now time.Time) (sent Sent, ok bool) {
	path, err := c.folder().Path(codeName(code))
	if err != nil {
		return Sent{}, false
	}
	data, err := private.ReadFile(path)
	if err != nil || json.Unmarshal(data, &sent) != nil || now.Sub(sent.At) > CodeLifetime {
		return Sent{}, false
	}
	return sent, true
}

// Save remembers that a code was sent. The error wraps fs.ErrExist where that is
// remembered already.
func (c Codes) Save(code string, sent Sent) error {
	data, err := json.Marshal(sent)
	if err != nil {
		return err
	}
	end := sent.At.Add(CodeLifetime)
	err = c.folder().Create(codeName(code), data, end, sent.At)
	if errors.Is(err, fs.ErrExist) {
		if _, known := c.Find(code, sent.At); !known { // it is over
			return c.folder().Save(codeName(code), data, end, sent.At)
		}
	}
	return err
}
