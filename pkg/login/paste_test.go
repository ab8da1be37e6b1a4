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

// pasting returns a flow in which a person pastes what is sent to texts. told collects the
// reports about wrong texts.
func pasting(t *testing.T, only bool) (f login.Flow, texts chan string, told *[]string) {
	t.Helper()
	f = flow(t, "returned")
	texts, told = make(chan string, 9), new([]string)
	f.PasteOnly = only
	f.Paste = func(ctx context.Context) (string, error) {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case text := <-texts:
			return text, nil
		}
	}
	f.WrongPaste = func(err error) error { *told = append(*told, err.Error()); return nil }
	return f, texts, told
}

// A pasted redirect ends the wait, even after wrong texts.
func TestPasted(t *testing.T) {
	for name, only := range map[string]bool{"while it listens": false, "alone": true} {
		t.Run(name, func(t *testing.T) {
			f, texts, told := pasting(t, only)
			var at string
			f.Show = func(a client.Authorization, l *loopback.Listener) error {
				uri, state := back(t, a)
				at = l.Addr().String()
				texts <- uri + "?code=forged&state=forged"
				texts <- "two words"
				texts <- uri + "?code=C&state=" + state
				return nil
			}
			got, err := code(t.Context(), f)
			if err != nil || got.Code != "C" || got.StateMissing || got.Alone || len(*told) != 2 {
				t.Errorf("%+v, %v; told %q", got, err, *told)
			}
			if conn, err := net.Dial("tcp", at); err == nil {
				conn.Close()
				t.Error("the listener is still open")
			}
		})
	}
}

func TestPastedRefusal(t *testing.T) {
	f, texts, _ := pasting(t, false)
	f.Show = func(a client.Authorization, _ *loopback.Listener) error {
		uri, state := back(t, a)
		texts <- uri + "?error=access_denied&state=" + state
		return nil
	}
	var refused *loopback.CallbackError
	if _, err := code(t.Context(), f); !errors.As(err, &refused) || refused.Code != "access_denied" {
		t.Errorf("got %v", err)
	}
}

// A code without its URL is accepted only with PasteOnly. Otherwise any pasted word would
// end a login.
func TestPastedCodeAlone(t *testing.T) {
	f, texts, _ := pasting(t, true)
	f.RedirectURI = "https://crm.example.com/callback"
	f.Show = func(client.Authorization, *loopback.Listener) error { texts <- "C"; return nil }
	if got, err := code(t.Context(), f); err != nil || got.Code != "C" || !got.Alone {
		t.Errorf("%+v, %v", got, err)
	}
	f, texts, told := pasting(t, false)
	show := visit(t, "code=B&state=STATE")
	f.WrongPaste = func(err error) error { *told = append(*told, err.Error()); return errors.New("enough") }
	f.Show = func(a client.Authorization, l *loopback.Listener) error { texts <- "C"; return nil }
	if got, err := code(t.Context(), f); err == nil || err.Error() != "enough" || len(*told) != 1 {
		t.Errorf("%+v, %v; told %q", got, err, *told)
	}
	f, _, _ = pasting(t, false)
	f.Show = show
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
	f, texts, _ := pasting(t, true)
	f.RedirectURI = "http://" + taken.Addr().String() + "/cb"
	f.Show = func(a client.Authorization, _ *loopback.Listener) error {
		uri, state := back(t, a)
		if uri != f.RedirectURI {
			t.Errorf("redirect_uri is %s", uri)
		}
		texts <- uri + "?code=C&state=" + state
		return nil
	}
	if got, err := code(t.Context(), f); err != nil || got.Code != "C" {
		t.Errorf("%+v, %v", got, err)
	}
}
