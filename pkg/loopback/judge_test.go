package loopback

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// byHand is what a person brings.
var byHand = Expect{RedirectURI: "https://crm.example.com/cb?run=1", CodeParams: []string{"code", "auth_code"}, State: "S-7f3a"}

func TestReadTakesTheRedirect(t *testing.T) {
	want := Callback{Code: "C", Query: url.Values{"run": {"1"}, "code": {"C"}, "state": {"S-7f3a"}}}
	for _, text := range []string{
		"https://crm.example.com/cb?run=1&code=C&state=S-7f3a",
		"  https://CRM.example.com:443/cb?state=S-7f3a&run=1&code=C#_=_\r\n",
		"crm.example.com/cb?run=1&code=C&state=S-7f3a",
	} {
		got, err := byHand.Read(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Read(%q): %v (-want +got):\n%s", text, err, diff)
		}
	}
	_, err := byHand.Read("https://crm.example.com/cb?run=1&error=access_denied&error_description=No&state=S-7f3a")
	if diff := cmp.Diff(error(&CallbackError{Code: "access_denied", Description: "No"}), err); diff != "" {
		t.Errorf("an error (-want +got):\n%s", diff)
	}
}

func TestReadRefusesWhatIsNot(t *testing.T) {
	const whole = "this is no whole address, such as https://crm.example.com/…?…"
	const elsewhere = "the callback came to another address than this login's redirect_uri"
	for text, want := range map[string]string{
		"":                             whole,
		"C":                            whole,
		"run=1&code=C":                 elsewhere,
		"https://?code=C":              whole,
		"https://[::1/?x":              whole,
		"two words":                    "this is no address: there is a space or a line end in it",
		"C\x1b[A":                      "this is no address: there is a space or a line end in it",
		strings.Repeat("x", maxText+1): "this is too long for an address",
		"http://crm.example.com/cb?run=1&code=C&state=S-7f3a":              elsewhere,
		"https://crm.example.com:8443/cb?run=1&code=C&state=S-7f3a":        elsewhere,
		"https://evil.example/cb?run=1&code=C&state=S-7f3a":                elsewhere,
		"https://crm.example.com/?run=1&code=C&state=S-7f3a":               elsewhere,
		"https://crm.example.com/cb?code=C&state=S-7f3a":                   elsewhere,
		"https://crm.example.com/cb":                                       elsewhere,
		"https://crm.example.com/cb?run=1&code=C&state=wrong":              "the callback's state is not that of this login",
		"https://crm.example.com/cb?run=1&error=access_denied&state=x":     "the callback's state is not that of this login",
		"https://crm.example.com/cb?run=1&code=C":                          "the callback has no state, or several",
		"https://crm.example.com/cb?run=1&code=C&state=S-7f3a&state=":      "the callback has no state, or several",
		"https://crm.example.com/cb?run=1&state=S-7f3a":                    "the callback holds no single code or auth_code",
		"https://crm.example.com/cb?run=1&code=C&auth_code=C&state=S-7f3a": "the callback holds no single code or auth_code",
		"https://crm.example.com/cb?run=1&code=%zz&state=S-7f3a":           "the callback's query cannot be understood",
	} {
		_, err := byHand.Read(text)
		var stray *StrayError
		if !errors.As(err, &stray) || stray.Problem.EN != want || stray.Problem.ZH == "" {
			t.Errorf("Read(%.60q): %v, want %s", text, err, want)
		}
	}
}

// A code alone is taken only where that was asked for, and never a piece of an
// address for one.
func TestReadTakesACodeAlone(t *testing.T) {
	alone := byHand
	alone.CodeAlone = true
	got, err := alone.Read(" 4/0Ab_c-d.e~f+g== \n")
	if diff := cmp.Diff(Callback{Code: "4/0Ab_c-d.e~f+g==", Alone: true}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, text := range []string{"", "C D", "code=C&state=S-7f3a", "4%2F0Ab", "?code=C", "https://crm.example.com/cb"} {
		if got, err := alone.Read(text); !errors.As(err, new(*StrayError)) {
			t.Errorf("Read(%q): %+v, %v", text, got, err)
		}
	}
}
