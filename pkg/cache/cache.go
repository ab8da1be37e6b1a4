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

// Store keeps tokens: a [Folder] those of one machine, a server those of many.
type Store interface {
	// Find returns the entry for key. ok is false if there is none that is good at the time
	// now: the caller can request a new token.
	Find(ctx context.Context, key Key, now time.Time) (e Entry, ok bool)
	// Lock locks key, and waits until no other process holds the lock or ctx is done. It
	// calls waiting once if it has to wait. The lock is nil, without an error, if another
	// process saved an entry meanwhile: the caller can find it. The error is a [*RefusedError]
	// if the process that held the lock called [Lock.Refuse].
	Lock(ctx context.Context, key Key, waiting func()) (Lock, error)
	// Remove deletes the entry for key if it still has the response of e: another process
	// may have replaced it.
	Remove(ctx context.Context, key Key, e Entry) error
}

// Lock is the right to request a token. Call Unlock at the end.
type Lock interface {
	// Save stores the entry for the key. The error is [ErrLost] if the lock was lost, because
	// this process was stopped for too long: another one may have saved a newer token.
	Save(e Entry, now time.Time) error
	// Drop deletes the entry for the key.
	Drop() error
	// Refuse hands why the vendor refused the token to the processes that wait for the lock, and
	// releases it. Processes that come later do not see it.
	Refuse(why []byte)
	Unlock()
}

// RefusedError is the error of [Store.Lock] in a process that waited for one that the vendor
// refused.
type RefusedError struct{ Why []byte } // as passed to [Lock.Refuse]

func (*RefusedError) Error() string { return "another process was refused" }

// ErrLost is the error of a process that held a lock for too long.
var ErrLost = lang.Errorf(lang.Text{EN: "another process took over meanwhile", ZH: "期间已由另一个进程接手"})

// Key identifies a token.
type Key struct {
	// Name is a hash of the request and its inputs. It can be used as a file name.
	Name string
	// Shared is like Name, and the same on all machines: the folders of programs are not
	// part of it.
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
	// Dated says that the vendor sent ExpiresAt as a date. Otherwise it is by the clock of the
	// machine that requested the token, like At.
	Dated bool `json:"dated,omitempty"`
}

// Good reports whether the token can be used at the time now. It stops being good when a
// twelfth of its lifetime is left (10 minutes of 2 hours), because requests take time,
// clocks differ, and some vendors issue a new token only near the end of the old one.
func (e Entry) Good(now time.Time) bool {
	life := e.ExpiresAt.Sub(e.At)
	return !now.Before(e.At) && now.Before(e.ExpiresAt.Add(-life/12))
}

// Largest is the size in bytes above which a response is not kept: no token is as long.
const Largest = 64 << 10
