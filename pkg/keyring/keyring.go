// Package keyring keeps secrets in the system's keyring: the Secret Service of a
// Linux desktop (GNOME Keyring, KWallet, KeePassXC), the Keychain of macOS, the
// Credential Manager of Windows.
package keyring

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/zalando/go-keyring"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Name is what a secret is found by.
type Name struct{ Service, User string }

// Parse reads SERVICE/USER; of several slashes the last one counts.
func Parse(text string) (Name, error) {
	i := strings.LastIndexByte(text, '/')
	if i <= 0 || i == len(text)-1 {
		return Name{}, errors.New("has to be SERVICE/USER, such as crm/client_secret")
	}
	return Name{text[:i], text[i+1:]}, nil
}

func (n Name) String() string { return n.Service + "/" + n.User }

// Error is what the keyring could not do.
type Error struct {
	Name Name
	Err  error
}

// Missing reports whether the keyring is there and has nothing of that name.
func (e *Error) Missing() bool { return errors.Is(e.Err, keyring.ErrNotFound) }

func (e *Error) Error() string { return e.Text().EN }

// Text is the error in both languages; what the system says has but one.
func (e *Error) Text() lang.Text {
	if e.Missing() {
		return lang.Text{EN: "the keyring has no such entry", ZH: "钥匙串里没有这一项"}
	}
	return lang.Text{EN: fmt.Sprintf("the keyring cannot be used: %v", e.Err), ZH: fmt.Sprintf("钥匙串不可用：%v", e.Err)}
}

func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() lang.Text {
	if e.Missing() {
		return lang.Text{EN: fmt.Sprintf("Put it there: ssoctl keyring set %s", e.Name), ZH: fmt.Sprintf("请先存入：ssoctl keyring set %s", e.Name)}
	}
	return lang.Text{
		EN: "Servers and containers mostly have no keyring, and one that is locked has to be unlocked on the desktop. Else use env:NAME or file:PATH.",
		ZH: "服务器和容器里一般没有钥匙串；桌面上若已锁定，请先解锁。也可改用 env:名称 或 file:路径。",
	}
}

// Get returns the secret of that name. Somebody may have to unlock the keyring: it
// waits for that until ctx ends. The error is an *Error or the context's.
func Get(ctx context.Context, n Name) (secret.String, error) {
	var text string
	err := n.do(ctx, func() (err error) {
		text, err = keyring.Get(n.Service, n.User)
		return err
	})
	if err != nil { // text may still be written to
		return secret.String{}, err
	}
	return secret.New(text), nil
}

// Set keeps a secret under that name, in place of what was there. It waits and
// fails as Get does.
func Set(ctx context.Context, n Name, s secret.String) error {
	return n.do(ctx, func() error { return keyring.Set(n.Service, n.User, s.Reveal()) })
}

// Delete removes the secret of that name. It waits and fails as Get does.
func Delete(ctx context.Context, n Name) error {
	return n.do(ctx, func() error { return keyring.Delete(n.Service, n.User) })
}

// do leaves f behind when ctx ends: nothing stops it while somebody is asked.
func (n Name) do(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		if err != nil {
			return &Error{n, err}
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
