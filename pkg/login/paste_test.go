package login_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"ssoctl/pkg/client"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// pasting is a person who pastes the texts of a channel. It collects the reports about wrong
// texts; enough is the error that Wrong returns.
type pasting struct {
	texts    chan string
	reported []string
	enough   error
}

func (p *pasting) Next(ctx context.Context) (string, error) {
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case text := <-p.texts:
		return text, nil
	}
}

func (p *pasting) Wrong(err error) error {
	p.reported = append(p.reported, err.Error())
	return p.enough
}

// pasted returns a flow in which a person pastes.
func pasted(t *testing.T, only bool) (login.Flow, *pasting) {
	t.Helper()
	f, person := flow(t, "returned"), &pasting{texts: make(chan string, 9)}
	f.PasteOnly, f.Paster = only, person
	return f, person
}

// A pasted redirect ends the wait, even after wrong texts.
func TestPasted(t *testing.T) {
	for name, only := range map[string]bool{"while it listens": false, "alone": true} {
		t.Run(name, func(t *testing.T) {
			f, person := pasted(t, only)
			var at string
			f.View = view(func(a client.Authorization, l *loopback.Listener) error {
				uri, state := back(t, a)
				at = l.Addr().String()
				person.texts <- uri + "?code=forged&state=forged"
				person.texts <- "two words"
				person.texts <- uri + "?code=C&state=" + state
				return nil
			})
			got, err := code(t.Context(), f)
			if err != nil || got.Code != "C" || got.StateMissing || got.Alone || len(person.reported) != 2 {
				t.Errorf("%+v, %v; reported %q", got, err, person.reported)
			}
			if conn, err := net.Dial("tcp", at); err == nil {
				conn.Close()
				t.Error("the listener is still open")
			}
		})
	}
}

func TestPastedRefusal(t *testing.T) {
	f, person := pasted(t, false)
	f.View = view(func(a client.Authorization, _ *loopback.Listener) error {
		uri, state := back(t, a)
		person.texts <- uri + "?error=access_denied&state=" + state
		return nil
	})
	var refused *loopback.CallbackError
	if _, err := code(t.Context(), f); !errors.As(err, &refused) || refused.Code != "access_denied" {
		t.Errorf("got %v", err)
	}
}

// A code without its URL is accepted only with PasteOnly. Otherwise any pasted word would
// end a login.
func TestPastedCodeAlone(t *testing.T) {
	f, person := pasted(t, true)
	f.RedirectURI = "https://crm.example.com/callback"
	f.View = view(func(client.Authorization, *loopback.Listener) error { person.texts <- "C"; return nil })
	if got, err := code(t.Context(), f); err != nil || got.Code != "C" || !got.Alone {
		t.Errorf("%+v, %v", got, err)
	}
	f, person = pasted(t, false)
	show := visit(t, "code=B&state=STATE")
	person.enough = errors.New("enough")
	f.View = view(func(a client.Authorization, l *loopback.Listener) error { person.texts <- "C"; return nil })
	if got, err := code(t.Context(), f); err == nil || err.Error() != "enough" || len(person.reported) != 1 {
		t.Errorf("%+v, %v; reported %q", got, err, person.reported)
	}
	f, _ = pasted(t, false)
	f.View = show
	if got, err := code(t.Context(), f); err != nil || got.Code != "B" {
		t.Errorf("the browser: %+v, %v", got, err)
	}
}

// With PasteOnly, a login works even if the port is taken.
func TestPasteNeedsNoPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	f, person := pasted(t, true)
	f.RedirectURI = "http://" + taken.Addr().String() + "/cb"
	f.View = view(func(a client.Authorization, _ *loopback.Listener) error {
		uri, state := back(t, a)
		if uri != f.RedirectURI {
			t.Errorf("redirect_uri is %s", uri)
		}
		person.texts <- uri + "?code=C&state=" + state
		return nil
	})
	if got, err := code(t.Context(), f); err != nil || got.Code != "C" {
		t.Errorf("%+v, %v", got, err)
	}
}
