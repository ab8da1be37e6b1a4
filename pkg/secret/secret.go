// Package secret keeps secrets out of logs: a String that prints redacted, the
// references by which a configuration names a secret without holding it, and a
// Scrubber that takes secrets out of any text.
package secret

import (
	"fmt"
	"unique"
)

// Redacted is what every printed secret looks like.
const Redacted = "[redacted]"

// String is a secret. Every way of printing or encoding it yields Redacted, so
// only a call of Reveal shows it. The zero String is empty. Equal secrets are
// equal under ==.
//
// The text stands behind a handle because fmt prints what it finds, past every
// method, where it may not call one: in an unexported field, and for %p. There
// it finds an address.
type String struct{ h unique.Handle[string] }

// New makes a secret of s.
func New(s string) String {
	if s == "" {
		return String{}
	}
	return String{unique.Make(s)}
}

// Reveal returns the secret itself.
func (s String) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.h.Value()
}

// IsZero reports whether the secret is empty.
func (s String) IsZero() bool { return s == String{} }

// Equal reports whether both are the same secret. go-cmp compares by it, and its
// report of a difference, which is for tests, does show the secrets.
func (s String) Equal(other String) bool { return s == other }

// String returns Redacted, or nothing for the empty secret.
func (s String) String() string {
	if s.IsZero() {
		return ""
	}
	return Redacted
}

// Format writes what String returns for every verb, %#v and %x among them.
func (s String) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText yields what String returns, for JSON, TOML and the like.
func (s String) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
