package clients_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A client is a library, configured for one application at one platform.
type client interface {
	// authorizeURL returns the address that the user's browser opens.
	authorizeURL(state string) (string, error)
	// exchange sends the code, and keeps the token for user.
	exchange(code string) error
	// setToken replaces that token.
	setToken(string)
	// user reads who logged in.
	user() (user, error)
}

// inputs are what a platform gives an application: client_id, client_secret …
type inputs = map[string]string

// user is what a library returns about the user who logged in.
type user struct{ ID, Name, Nickname, Email string }

// silent, in place of an error's text, means that the library returns no error and an empty
// user, although the platform refused. README.md lists such findings.
const silent = ""

// unasked, in place of an error's text, means that the library sends no request after
// the exchange: the user is in the id_token.
const unasked = "-"

// A login is what a library has to return from the logins at a platform. An error is given by
// a part of its text.
type login struct {
	profile string
	hosts   []string // the hosts that the library has in its code; nil if it is given the addresses
	client  func(inputs) client

	want         user
	usedCode     string
	wrongSecret  string
	invalidToken string
}

// The first user at an emulator, and another one, whose id a float64 would round.
const (
	firstID = "10086"
	largeID = "9007199254740993"
)

func (l login) run(t *testing.T) {
	e := emulate(t, l.profile)
	if l.hosts != nil {
		e.lead(t, l.hosts...)
	}
	used := ""

	t.Run("success", func(t *testing.T) {
		c := l.client(e.inputs)
		address, err := c.authorizeURL("emulated-state")
		if err != nil {
			t.Fatal(err)
		}
		used = e.approve(t, address)
		if err := c.exchange(used); err != nil {
			t.Fatal(err)
		}
		got, err := c.user()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(l.want, got); diff != "" {
			t.Errorf("user (-want +got):\n%s", diff)
		}
	})
	t.Run("large id", func(t *testing.T) {
		c := l.client(e.inputs)
		if err := c.exchange(e.code(t, largeID)); err != nil {
			t.Fatal(err)
		}
		got, err := c.user()
		if want := strings.Replace(l.want.ID, firstID, largeID, 1); err != nil || got.ID != want {
			t.Errorf("user %q, error %v, want %q", got.ID, err, want)
		}
	})
	t.Run("used code", func(t *testing.T) {
		refused(t, l.client(e.inputs).exchange(used), l.usedCode)
	})
	t.Run("wrong secret", func(t *testing.T) {
		wrong := inputs{}
		for name, value := range e.inputs {
			wrong[name] = value
		}
		wrong["client_secret"] = "wrong"
		refused(t, l.client(wrong).exchange(e.code(t, firstID)), l.wrongSecret)
	})
	if l.invalidToken == unasked {
		return
	}
	t.Run("invalid token", func(t *testing.T) {
		c := l.client(e.inputs)
		if err := c.exchange(e.code(t, firstID)); err != nil {
			t.Fatal(err)
		}
		c.setToken("wrong")
		got, err := c.user()
		if l.invalidToken == silent {
			if err != nil || got != (user{}) {
				t.Errorf("user %v, error %v, want neither: update the finding", got, err)
			}
			return
		}
		refused(t, err, l.invalidToken)
	})
}

// refused checks that a library returned an error, with the platform's code in its text.
func refused(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || want == "" || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %q", err, want)
	}
}
