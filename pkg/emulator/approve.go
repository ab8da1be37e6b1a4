package emulator

import (
	"errors"
	"fmt"
	"slices"
)

// How the user's browser is answered (Options.Approve). Anything else is the
// user who agrees at once.
const (
	ApproveAuto = "auto" // the first user agrees at once
	ApproveAsk  = "ask"  // a page asks who logs in, and whether
	ApproveDeny = "deny" // the user says no at once
)

// gather completes the options about people, and checks them.
func (e *Emulator) gather() error {
	if len(e.opts.Users) == 0 {
		e.opts.Users = DefaultUsers()
	}
	e.opts.Users = slices.Clone(e.opts.Users)
	if at, err := checkUsers(e.opts.Users); err != nil {
		return fmt.Errorf("emulator: user %d: %w", at+1, err)
	}
	e.someone = e.opts.Users[0]
	switch e.opts.Approve {
	case "":
		e.opts.Approve = ApproveAuto
	case ApproveAuto, ApproveAsk, ApproveDeny:
	default:
		var err error
		if e.someone, err = e.user(e.opts.Approve); err != nil {
			return errors.New("emulator: approve: neither auto, ask nor deny, and " + err.Error())
		}
	}
	return nil
}

// Users returns the people who can log in, the one who does unless another is
// asked for first.
func (e *Emulator) Users() []User {
	out := []User{e.someone}
	for _, u := range e.opts.Users {
		if u != e.someone {
			out = append(out, u)
		}
	}
	return out
}
