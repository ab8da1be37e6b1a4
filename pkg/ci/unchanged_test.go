package ci_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"ssoctl/pkg/ci"
	"ssoctl/pkg/failure"
)

// TestUnchanged writes texts that a runner would run as commands, and texts that it would
// not.
func TestUnchanged(t *testing.T) {
	for text, obeyed := range map[string]bool{
		"::set-env name=a::b\n":          true,
		"\n \t::stop-commands::x":        true,
		"\u3000::error::b":               true,
		"x\r::error::b":                  true,
		"token##[set-env name=a]b\n":     true,
		"emulated2xk\n":                  false,
		"https://[::1]:8080/a::b#c#[d\n": false,
		"":                               false,
	} {
		var b bytes.Buffer
		n, err := ci.Unchanged{W: &b}.Write([]byte(text))
		if !obeyed && (err != nil || n != len(text) || b.String() != text) {
			t.Errorf("%q: wrote %q, %v", text, b.String(), err)
		}
		if obeyed && (!errors.As(err, new(*ci.CommandError)) || failure.Of(err) != failure.Protocol || b.Len() > 0) {
			t.Errorf("%q: wrote %q, %v", text, b.String(), err)
		}
	}
}

func TestJSON(t *testing.T) {
	const text = `{"a ##[x":"###[set-env name=a]b ::c\n::d"}`
	var b bytes.Buffer
	if n, err := (ci.JSON{W: &b}).Write([]byte(text)); n != len(text) || err != nil {
		t.Fatal(n, err)
	}
	if want := `{"a #\u0023[x":"##\u0023[set-env name=a]b ::c\n::d"}`; b.String() != want {
		t.Errorf("got %s, want %s", b.String(), want)
	}
	var before, after map[string]string
	if err := errors.Join(json.Unmarshal([]byte(text), &before), json.Unmarshal(b.Bytes(), &after)); err != nil || after["a ##[x"] != before["a ##[x"] {
		t.Errorf("got %q, want %q, %v", after, before, err)
	}
}
