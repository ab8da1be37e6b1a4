package pending

import (
	"encoding/json"
	"errors"
	"io/fs"
	"time"

	"ssoctl/pkg/expiring"
)

// Codes is a folder that remembers which codes were sent, to explain the refusal of a code
// that is sent twice. It does not contain the codes: the name of each file is a hash. Files
// are removed after [CodeLifetime].
type Codes struct{ Dir string }

// CodeLifetime is how long a sent code is remembered. No vendor accepts a code for longer.
const CodeLifetime = time.Hour

// Sent says when a code was first sent, and by which command.
type Sent struct {
	Command string    `json:"command"` // such as ssoctl exchange
	At      time.Time `json:"at"`
}

func (c Codes) folder() expiring.Folder { return expiring.Folder{Dir: c.Dir} }

func codeName(code string) string { return hashed("code\x00" + code) }

// Find returns when a code was first sent. ok is false if it is not remembered.
func (c Codes) Find(code string, now time.Time) (sent Sent, ok bool) {
	sent, err := c.read(code)
	return sent, err == nil && !sent.expired(now)
}

func (s Sent) expired(now time.Time) bool { return now.Sub(s.At) > CodeLifetime }

// read returns what is remembered of a code, expired or not.
func (c Codes) read(code string) (sent Sent, err error) {
	path, err := c.folder().Path(codeName(code))
	if err != nil {
		return Sent{}, err
	}
	return expiring.Read[Sent](path)
}

// Save remembers that a code was sent. The error wraps [fs.ErrExist] if the code is
// remembered already.
func (c Codes) Save(code string, sent Sent) error {
	data, err := json.Marshal(sent)
	if err != nil {
		return err
	}
	end := sent.At.Add(CodeLifetime)
	err = c.folder().Create(codeName(code), data, end, sent.At)
	if errors.Is(err, fs.ErrExist) {
		// A file that cannot be read is still being written by another command.
		if old, unreadable := c.read(code); unreadable == nil && old.expired(sent.At) {
			return c.folder().Save(codeName(code), data, end, sent.At)
		}
	}
	return err
}
