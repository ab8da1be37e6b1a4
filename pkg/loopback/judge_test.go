package loopback

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// byHand is the redirect that the tests paste.
var byHand = Expect{RedirectURI: "https://crm.example.com/cb?run=1", CodeParams: []string{"code", "auth_code"}, State: "S-7f3a"}

func TestReadAcceptsTheRedirect(t *testing.T) {
	want := Callback{Code: "C", Query: url.Values{"run": {"1"}, "code": {"C"}, "state": {"S-7f3a"}}}
	for _, text := range []string{
		"https://crm.example.com/cb?run=1&code=C&state=S-7f3a",
		"  https://CRM.example.com:443/cb?state=S-7f3a&run=1&code=C#_=_\r\n",
		"crm.example.com/cb?run=1&code=C&state=S-7f3a",
		"https://crm.example.com/cb?run=1#code=C&state=S-7f3a",
	} {
		got, err := byHand.Read(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Read(%q): %v (-want +got):\n%s", text, err, diff)
		}
	}
	for query, want := range map[string]*CallbackError{
		"error=access_denied&error_description=No&state=S-7f3a": {Code: "access_denied", Description: "No"},
		"state=S-7f3a": {Code: "access_denied", StateAlone: true},
	} {
		_, err := byHand.Read("https://crm.example.com/cb?run=1&" + query)
		if diff := cmp.Diff(error(want), err); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// cancelling reads the redirect of a vendor with its own word for a user who declined.
type cancelling struct{}

func (cancelling) Read(params url.Values) Response {
	if len(params["ticket"]) > 1 {
		return Response{Repeated: []string{"ticket"}}
	}
	if params.Get("usercancel") == "1" {
		return Response{Code: params.Get("ticket"), Error: "usercancel", Description: params.Get("why")}
	}
	return Response{Code: params.Get("ticket")}
}

// A Reader decides what the redirect says, after the state has been checked.
func TestReader(t *testing.T) {
	expect := Expect{RedirectURI: "http://127.0.0.1/cb", CodeParams: []string{"ticket"}, ErrorParams: []string{"usercancel"}, Reader: cancelling{}, State: "S"}
	for query, want := range map[string]any{
		"ticket=T&state=S":              Callback{Code: "T", Query: url.Values{"ticket": {"T"}, "state": {"S"}}},
		"usercancel=1&why=No&state=S":   &CallbackError{Code: "usercancel", Description: "No"},
		"ticket=T&usercancel=1&state=S": CodeAndError,
		"ticket=T&ticket=T&state=S":     Repeated,
		"ticket=T&state=x":              StateOther,
		"ticket=T":                      NoState,
		"usercancel=1":                  ErrorWithoutState,
		"code=C&state=S":                OtherNames,
		"error=x":                       Empty,
	} {
		got, err := expect.Read("http://127.0.0.1/cb?" + query)
		var is any = got
		var stray *StrayError
		if errors.As(err, &stray) {
			is = stray.Reason
		} else if err != nil {
			is = err
		}
		if diff := cmp.Diff(want, is); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	for _, name := range []string{"ticket", "usercancel", "state"} {
		reserved := expect
		reserved.RedirectURI += "?" + name + "=x"
		if err := reserved.Check(); err == nil {
			t.Errorf("a redirect_uri with %s is accepted", name)
		}
	}
}

func TestReadRefusesOtherTexts(t *testing.T) {
	const whole = "expected a whole address, such as https://crm.example.com/…?…"
	const blank = "this is not an address: it contains a space or a line break"
	const elsewhere = "the callback's address is not the awaited redirect_uri"
	const lost = "the redirect_uri's own parameters are missing or changed"
	for text, want := range map[string]string{
		"":                             whole,
		"C":                            whole,
		"run=1&code=C":                 elsewhere,
		"https://?code=C":              whole,
		"https://[::1/?x":              whole,
		"two words":                    blank,
		"C\x1b[A":                      blank,
		strings.Repeat("x", maxText+1): "this is too long for an address",
		"http://crm.example.com/cb?run=1&code=C&state=S-7f3a":                 elsewhere,
		"https://crm.example.com:8443/cb?run=1&code=C&state=S-7f3a":           elsewhere,
		"https://evil.example/cb?run=1&code=C&state=S-7f3a":                   elsewhere,
		"https://crm.example.com/?run=1&code=C&state=S-7f3a":                  "the request's path differs from that of the redirect_uri",
		"https://crm.example.com/cb/?run=1&code=C&state=S-7f3a":               "the path ends with a / that the redirect_uri does not have",
		"https://crm.example.com/cb?code=C&state=S-7f3a":                      lost,
		"https://crm.example.com/cb":                                          lost,
		"https://crm.example.com/cb?run=1?code=C&state=S-7f3a":                "the response was appended with a second ? to a redirect_uri that already has a query",
		"https://crm.example.com/cb?run=1&code=C&state=wrong":                 "the callback's state does not belong to this login",
		"https://crm.example.com/cb?run=1&error=access_denied&state=x":        "the callback's state does not belong to this login",
		"https://crm.example.com/cb?run=1&code=C":                             "the callback has no state",
		"https://crm.example.com/cb#run=1&code=C&state=wrong":                 "the callback's state does not belong to this login",
		"https://crm.example.com/cb?run=1#run=1&code=C&state=S-7f3a":          lost,
		"https://crm.example.com/cb?run=1#code=C&code=C&state=S-7f3a":         "the callback has more than one code or auth_code",
		"https://crm.example.com/cb?run=1&state=wrong#code=C&state=S-7f3a":    "the callback's state does not belong to this login",
		"https://crm.example.com/cb?run=1#code=%zz&state=S-7f3a":              whole,
		"https://crm.example.com/cb?run=1":                                    "the callback has no code, no error and no state",
		"https://crm.example.com/cb?run=1&error=invalid_scope":                "the callback has an error, but no state: invalid_scope",
		"https://crm.example.com/cb?run=1&error=Call+0900":                    "the callback has an error, but no state",
		"https://crm.example.com/cb?run=1&code=C&state=S-7f3a&state=":         "the callback has more than one state",
		"https://crm.example.com/cb?run=1&state=S-7f3a&errmsg=X&errcode=1&%0": "the callback's parameters cannot be decoded",
		"https://crm.example.com/cb?run=1&state=S-7f3a&errmsg=X&errcode=1":    "the callback has the right state, but no code or auth_code and no error, only other parameters: errcode, errmsg",
		"https://crm.example.com/cb?run=1&state=S-7f3a&code=&b+c=1&b+d=1":     "the callback has the right state, but no code or auth_code and no error, only other parameters: code (empty), …",
		"https://crm.example.com/cb?run=1&code=C&auth_code=C&state=S-7f3a":    "the callback has more than one code or auth_code",
		"https://crm.example.com/cb?run=1&code=C&error=x&state=S-7f3a":        "the callback has both a code and an error",
		"https://crm.example.com/cb?run=1&code=%zz&state=S-7f3a":              "the callback's parameters cannot be decoded",
	} {
		_, err := byHand.Read(text)
		var stray *StrayError
		if !errors.As(err, &stray) || stray.Error() != want || stray.Text().ZH == "" {
			t.Errorf("Read(%.70q): %v, want %s", text, err, want)
		}
	}
}

// A redirect with the right state may still be from another server (RFC 9207).
func TestIssuer(t *testing.T) {
	expect := Expect{RedirectURI: "http://127.0.0.1/cb", CodeParams: []string{"code"}, State: "S", Issuer: "https://op.example"}
	required, unknown := expect, expect
	required.IssuerRequired, unknown.Issuer = true, ""
	for _, tt := range []struct {
		expect Expect
		query  string
		want   Reason // Unlisted if the redirect is accepted
	}{
		{expect, "code=C&state=S&iss=https%3A%2F%2Fop.example", Unlisted},
		{expect, "code=C&state=S", Unlisted},
		{expect, "code=C&state=S&iss=https%3A%2F%2Fop.example%2F", IssuerOther},
		{expect, "code=C&state=S&iss=", IssuerOther},
		{expect, "code=C&state=S&iss=https%3A%2F%2Fop.example&iss=https%3A%2F%2Fevil.example", IssuerOther},
		{expect, "error=access_denied&state=S&iss=https%3A%2F%2Fevil.example", IssuerOther},
		{expect, "code=C&state=x&iss=https%3A%2F%2Fevil.example", StateOther},
		{required, "code=C&state=S&iss=https%3A%2F%2Fop.example", Unlisted},
		{required, "code=C&state=S", IssuerMissing},
		{required, "error=access_denied&state=S", IssuerMissing},
		{unknown, "code=C&state=S&iss=https%3A%2F%2Fevil.example", Unlisted},
	} {
		_, err := tt.expect.Read("http://127.0.0.1/cb?" + tt.query)
		var stray *StrayError
		got := Unlisted
		if errors.As(err, &stray) {
			got = stray.Reason
		}
		if got != tt.want || (err == nil) != (tt.want == Unlisted) {
			t.Errorf("%s: %v, want reason %d", tt.query, err, tt.want)
		}
	}
}

// A state that was changed on the way is reported as such, and never accepted.
func TestChange(t *testing.T) {
	for _, tt := range []struct {
		want, got string
		reason    Reason
	}{
		{"wXy+abc/def==", "wXy abc/def==", StateSpace},
		{"wXy+abc/def==", "wXy%2Babc%2Fdef%3D%3D", StateEncoded},
		{"wXy+abc/def==", "wXy+abc/def==https://x.example", StateAppended},
		{"wXy+abc/def==", "x:wXy+abc/def==", StatePrepended},
		{"wXy+abc/def==", "wXy+abc/def", StateCut},
		{"wXy+abc/def==", "wXy+", StateOther},
		{"wXy+abc/def==", "", StateOther},
		{"wXy+abc/def==", "wXy-abc/def==", StateOther},
		{"wXy+abc/def==", "%", StateOther},
		{"two words", "two+words", StatePlus},
		{"abc", "ABC", StateOther},
	} {
		if got := Change(tt.want, tt.got); got != tt.reason {
			t.Errorf("Change(%q, %q) = %d, want %d", tt.want, tt.got, got, tt.reason)
		}
		e := Expect{RedirectURI: "http://127.0.0.1/cb", CodeParams: []string{"code"}, State: tt.want}
		if _, err := e.judge(url.Values{"code": {"C"}, "state": {tt.got}}); !errors.As(err, new(*StrayError)) {
			t.Errorf("%q is accepted as %q: %v", tt.got, tt.want, err)
		}
	}
}

// A code alone is accepted only if requested, and part of an address is never accepted
// as a code.
func TestReadAcceptsACodeAlone(t *testing.T) {
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
