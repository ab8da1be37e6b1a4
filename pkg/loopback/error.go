package loopback

import (
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// CallbackError is a redirect that brought an error instead of a code
// (RFC 6749, 4.1.2.1), in the flow that was awaited.
type CallbackError struct {
	// Code, Description and URI are the parameters error, error_description
	// and error_uri, exactly as they came: whoever prints them escapes them.
	// Code is never empty.
	Code, Description, URI string
	// StateMissing is as in Callback.
	StateMissing bool
}

// Error returns all three on one line that is safe for a terminal: control and
// invisible characters are escaped, and each is cut after 300 characters.
func (e *CallbackError) Error() string { return e.Text().EN }

// Text is the error in both languages, as Error has it.
func (e *CallbackError) Text() lang.Text {
	s := e.Said()
	if e.URI != "" {
		s += " (" + printable.Cut(e.URI, said) + ")"
	}
	return lang.Text{EN: "the redirect says " + s, ZH: "回调返回错误：" + s}
}

// Said returns the server's words alone, which need no translation, safe as in
// Error.
func (e *CallbackError) Said() string {
	if e.Description == "" {
		return printable.Cut(e.Code, said)
	}
	return printable.Cut(e.Code, said) + ": " + printable.Cut(e.Description, said)
}

// said is how many characters of each of a server's texts are shown.
const said = 300
