package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
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

// checkNumbers says whose field, of those that some vendor's example has as a
// JSON number, is none.
func (e *Emulator) checkNumbers(users []User) error {
	for _, name := range e.names {
		for _, s := range e.vendors[name].steps {
			for _, field := range s.numbers() {
				for _, u := range users {
					if text, _ := u.field(field); !isNumber(text) {
						return fmt.Errorf("emulator: user %s: %s of %s has %s as a number, so it cannot be %s: give digits, or do without %s",
							u.Label(), s.Name, name, field, shown(text), name)
					}
				}
			}
		}
	}
	return nil
}

// numbers are the fields of users that the step's example has as JSON numbers:
// in whose place digits are JSON, and a word is not.
func (s *step) numbers() (out []string) {
	r := reading{example: s.Example.Parse()}
	digits := trials(r.example)[0]
	for _, ph := range r.example.Placeholders() {
		word := maps.Clone(digits)
		word[ph.Name] = "word"
		if slices.Contains(fields, ph.Name) && json.Valid([]byte(r.with(digits))) && !json.Valid([]byte(r.with(word))) {
			out = append(out, ph.Name)
		}
	}
	return out
}

func isNumber(text string) bool {
	var n json.Number
	return json.Unmarshal([]byte(text), &n) == nil && n.String() == text
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

// listUsers tells who can log in.
func (e *Emulator) listUsers(w http.ResponseWriter, _ *http.Request) (int, error) {
	writeJSON(w, http.StatusOK, map[string]any{"approve": e.opts.Approve, "users": e.Users()})
	return http.StatusOK, nil
}
