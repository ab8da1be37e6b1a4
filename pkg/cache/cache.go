// Package cache keeps application tokens between runs, because vendors limit how often a
// client may request one.
//
// Use a [Store], such as a [Folder]: call [Store.Find]. If there is no token, call
// [Store.Lock], so that only one process requests it, then Find again, request the token, and
// call [Lock.Save].
package cache

import (
	"context"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Store keeps tokens. A [Folder] keeps them for one machine, ssoctl/pkg/fleet for many machines.
type Store interface {
	// Find returns the entry for key. ok is false if no entry is good at the time now, so that
	// a new token is needed: see [Entry.Good].
	Find(ctx context.Context, key Key, now time.Time) (e Entry, ok bool)
	// Lock locks key. It waits while another process holds the lock, at most until ctx is done,
	// and calls waiting once if it has to wait. It returns a nil Lock without an error if another
	// process saved an entry meanwhile: call Find again. The error is a [*RefusedError] if the
	// process that held the lock called [Lock.Refuse].
	Lock(ctx context.Context, key Key, waiting func()) (Lock, error)
	// Remove deletes the entry for key if it still has the response of e: another process
	// may have replaced it.
	Remove(ctx context.Context, key Key, e Entry) error
}

// Lock is the right to request a token. Call Unlock at the end.
type Lock interface {
	// Save stores the entry for the key. The error is [ErrLost] if this process lost the lock,
	// because it was stopped for too long: another one may have saved a newer token.
	Save(e Entry, now time.Time) error
	// Drop deletes the entry for the key.
	Drop() error
	// Refuse releases the lock, and passes why, the vendor's refusal, to the processes that wait
	// for the lock. Later processes do not get it.
	Refuse(why []byte)
	Unlock()
}

// RefusedError is the error of [Store.Lock] if the vendor refused a token to the process that held
// the lock.
type RefusedError struct{ Why []byte } // as passed to [Lock.Refuse]

func (*RefusedError) Error() string { return "another process was refused" }

// ErrLost is the error of a process that held a lock for too long.
var ErrLost = lang.Errorf(lang.Text{EN: "another process took over meanwhile", ZH: "期间已由另一个进程接手"})

// Key identifies a token.
type Key struct {
	// Name is a hash of the request and its inputs. It can be used as a file name.
	Name string
	// Shared is like Name, but the same on all machines, because it does not depend on folders
	// of this machine.
	Shared string
	// Secret contains the secret inputs that stay the same between runs; "" if there are none.
	Secret secret.String
}

// Entry is a token in the vendor's response.
type Entry struct {
	Profile   string    `json:"profile"`        // name of the profile that requested the token
	Step      string    `json:"step,omitempty"` // the step that got it, "" for [token]
	Address   string    `json:"address"`        // URL of the request, without its query
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
	Response  []byte    `json:"answer"` // body of the response
	// Dated says that the vendor sent ExpiresAt as a date. Otherwise ExpiresAt, like At, is by
	// the clock of the machine that requested the token.
	Dated bool `json:"dated,omitempty"`
}

// Good reports whether the token can be used at the time now. It stops being good when a
// twelfth of its lifetime is left (10 minutes of 2 hours), because requests take time,
// clocks differ, and some vendors issue a new token only near the end of the old one.
func (e Entry) Good(now time.Time) bool {
	life := e.ExpiresAt.Sub(e.At)
	return !now.Before(e.At) && now.Before(e.ExpiresAt.Add(-life/12))
}

// Largest is the maximum size in bytes of a response that is kept. No token is that long.
const Largest = 64 << 10
