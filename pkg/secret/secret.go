// Package secret keeps secrets out of outputs and logs.
//
// [String] is a secret that prints as [Redacted]; [New] makes one, and only
// [String.Reveal] shows it. [Mask] shows just enough to tell two secrets apart.
package secret

import (
	"fmt"
	"unique"
)

// Redacted is printed in place of a secret.
const Redacted = "[redacted]"

// String is a secret. Every way of printing or encoding it yields [Redacted]; only
// [String.Reveal] shows the text. The zero String is empty. Equal secrets are equal under
// ==.
//
// The text is behind a handle because fmt does not always call methods: it prints
// unexported fields directly, and %p prints an address.
type String struct{ h unique.Handle[string] }

// New returns s as a secret.
func New(s string) String {
	if s == "" {
		return String{}
	}
	return String{unique.Make(s)}
}

// Reveal returns the text of the secret.
func (s String) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.h.Value()
}

// IsZero reports whether the secret is empty.
func (s String) IsZero() bool { return s == String{} }

// Equal reports whether both secrets are the same. go-cmp uses it in tests; its report of
// a difference does show the secrets.
func (s String) Equal(other String) bool { return s == other }

// String returns [Redacted], or "" for the empty secret.
func (s String) String() string {
	if s.IsZero() {
		return ""
	}
	return Redacted
}

// Format writes the result of [String.String] for every verb, including %#v and %x.
func (s String) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText returns the result of [String.String], for JSON, TOML and the like.
func (s String) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
