package loopback

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// CallbackError is an error response of the authorization server (RFC 6749, 4.1.2.1),
// for the awaited login.
type CallbackError struct {
	// Code, Description and URI are the parameters error, error_description and
	// error_uri, unescaped: escape them before printing. Code is never empty.
	Code, Description, URI string
	// StateAlone says that the redirect brought the right state and nothing else, which is
	// how some vendors say that the user declined. Code is then [Denied].
	StateAlone bool
	// StateMissing is as in [Callback].
	StateMissing bool
}

// Denied is the error code of a user who declined (RFC 6749, 4.1.2.1).
const Denied = "access_denied"

// Scrub removes secrets from all three parameters with scrub. Call it before Text or Said, because
// they cut the parameters, and half a secret would not be recognised.
func (e *CallbackError) Scrub(scrub func(string) string) {
	e.Code, e.Description, e.URI = scrub(e.Code), scrub(e.Description), scrub(e.URI)
}

// Error returns all three parameters on one line that is safe for a terminal: control
// characters and invisible characters are escaped, and each parameter is cut after 300
// characters.
func (e *CallbackError) Error() string { return e.Text().EN }

// Failure returns [failure.Callback].
func (*CallbackError) Failure() failure.Kind { return failure.Callback }

// Text is Error in both languages.
func (e *CallbackError) Text() lang.Text {
	if e.StateAlone {
		return lang.Text{EN: "the redirect has the state and nothing else: the user declined", ZH: "回调只带有 state：用户拒绝了授权"}
	}
	s := e.Said()
	if e.URI != "" {
		s += " (" + printable.Cut(e.URI, said) + ")"
	}
	return lang.Text{EN: "the redirect says " + s, ZH: "回调返回错误：" + s}
}

// Said returns only the server's words, error and error_description, made safe as in
// Error.
func (e *CallbackError) Said() string {
	if e.StateAlone {
		return ""
	}
	if e.Description == "" {
		return printable.Cut(e.Code, said)
	}
	return printable.Cut(e.Code, said) + ": " + printable.Cut(e.Description, said)
}

// said is the maximum length of each parameter in messages, in characters.
const said = 300
