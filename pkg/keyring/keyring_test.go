package keyring

import (
	"errors"
	"testing"

	"github.com/zalando/go-keyring"
)

// testdata/script/keyring.txtar tests Get, Set and Delete.
func TestParse(t *testing.T) {
	for text, want := range map[string]Name{
		"crm/client_secret": {"crm", "client_secret"},
		"https://crm/a/b":   {"https://crm/a", "b"},
		"客户/密钥":             {"客户", "密钥"},
		"":                  {}, "/": {}, "crm": {}, "crm/": {}, "/secret": {},
	} {
		got, err := Parse(text)
		if got != want || (err == nil) != (want != Name{}) {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
		if err == nil && got.String() != text {
			t.Errorf("%q: String() = %q", text, got)
		}
	}
}

func TestHints(t *testing.T) {
	none := (&Error{Name{"a", "b"}, errors.New("no bus")}).Hint()
	if missing := (&Error{Name{"a", "b"}, keyring.ErrNotFound}).Hint(); missing == none || missing.EN != "Store it first: ssoctl keyring set a/b" {
		t.Errorf("missing: %q, none: %q", missing.EN, none.EN)
	}
}
