// Package keyring stores secrets in the system's keyring: the Secret Service of a Linux
// desktop (GNOME Keyring, KWallet, KeePassXC), the macOS Keychain, or the Windows
// Credential Manager.
//
// [Parse] reads the [Name] of an entry; [Get], [Set] and [Delete] work on it and fail
// with an [*Error], which has a [Error.Hint] for the user.
package keyring

import (
	"context"
	"errors"
	"strings"

	"github.com/zalando/go-keyring"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Name identifies a secret in the keyring.
type Name struct{ Service, User string }

// Parse parses SERVICE/USER. USER follows the last slash.
func Parse(text string) (Name, error) {
	i := strings.LastIndexByte(text, '/')
	if i <= 0 || i == len(text)-1 {
		return Name{}, lang.Errorf(lang.Text{EN: "must be SERVICE/USER, such as crm/client_secret", ZH: "应为 SERVICE/USER，例如 crm/client_secret"})
	}
	return Name{text[:i], text[i+1:]}, nil
}

func (n Name) String() string { return n.Service + "/" + n.User }

// Error is the failure of an operation on the entry Name.
type Error struct {
	Name Name
	Err  error
}

// Missing reports whether the keyring works but has no entry of that name.
func (e *Error) Missing() bool { return errors.Is(e.Err, keyring.ErrNotFound) }

func (e *Error) Error() string { return e.Text().EN }

// Failure returns [failure.Profile].
func (*Error) Failure() failure.Kind { return failure.Profile }

// Text returns the error in both languages. The system's message is not translated.
func (e *Error) Text() lang.Text {
	if e.Missing() {
		return lang.Text{EN: "the keyring has no such entry", ZH: "钥匙串里没有这一项"}
	}
	return lang.Sprintf(lang.Text{EN: "the keyring cannot be used: %v", ZH: "钥匙串不可用：%v"}, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Hint says what the user can do about the error.
func (e *Error) Hint() lang.Text {
	if e.Missing() {
		return lang.Sprintf(lang.Text{EN: "Store it first: ssoctl keyring set %s", ZH: "请先存入：ssoctl keyring set %s"}, e.Name)
	}
	return lang.Text{
		EN: "Servers and containers usually have no keyring. On a desktop it may be locked: unlock it. Or use env:NAME or file:PATH instead.",
		ZH: "服务器和容器里一般没有钥匙串；桌面上若已锁定，请先解锁。也可改用 env:名称 或 file:路径。",
	}
}

// Get returns the secret stored under n. If the keyring asks the user to unlock it, Get
// waits until ctx ends. The error is an [*Error] or that of the context.
func Get(ctx context.Context, n Name) (secret.String, error) {
	var text string
	err := n.do(ctx, func() (err error) {
		text, err = keyring.Get(n.Service, n.User)
		return err
	})
	if err != nil { // do not read text: the lookup may still be running
		return secret.String{}, err
	}
	return secret.New(text), nil
}

// Set stores a secret under n, replacing the previous one. It waits and fails as [Get]
// does.
func Set(ctx context.Context, n Name, s secret.String) error {
	return n.do(ctx, func() error { return keyring.Set(n.Service, n.User, s.Reveal()) })
}

// Delete removes the secret stored under n. It waits and fails as [Get] does.
func Delete(ctx context.Context, n Name) error {
	return n.do(ctx, func() error { return keyring.Delete(n.Service, n.User) })
}

// do runs f. If ctx ends it returns and leaves f running: a dialog cannot be interrupted.
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
