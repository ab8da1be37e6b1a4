package loopback

import (
	"cmp"
	"net/url"
	"strings"
	"unicode"
)

// StrayError is a redirect that is not the awaited one. It changes nothing.
type StrayError struct{ Problem string }

func (e *StrayError) Error() string { return e.Problem }

// maxText is how much of a text is looked at, in bytes.
const maxText = 64 << 10

// Read judges a redirect that a person brings as text, by what Catch goes by: the
// address to which the browser was sent, without its scheme if need be, as
// browsers hide that; or, with CodeAlone, the code. A redirect with an error
// instead of a code is a *CallbackError; what is not the awaited one, a
// *StrayError that says why.
func (e Expect) Read(text string) (Callback, error) {
	text = strings.TrimSpace(text)
	own, query, err := e.redirect()
	if err != nil {
		return Callback{}, err
	}
	switch {
	case len(text) > maxText:
		return Callback{}, &StrayError{"this is too long for an address"}
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return Callback{}, &StrayError{"this is no address: there is a space or a line end in it"}
	case !strings.ContainsAny(text, "?&%") && !strings.Contains(text, "://"):
		if text == "" || !e.CodeAlone {
			return Callback{}, &StrayError{"this is no whole address, such as " + own.Scheme + "://" + own.Host + "/…?…"}
		}
		return Callback{Code: text, Alone: true}, nil
	case !strings.Contains(text, "://"):
		text = own.Scheme + "://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return Callback{}, &StrayError{"this is no whole address, such as " + own.Scheme + "://" + own.Host + "/…?…"}
	}
	got, err := url.ParseQuery(u.RawQuery)
	switch {
	case err != nil:
		return Callback{}, &StrayError{"the callback's query cannot be understood"}
	case u.Scheme != own.Scheme || !strings.EqualFold(u.Hostname(), own.Hostname()) || Port(u) != Port(own) ||
		!equal(pathOf(u), pathOf(own)) || !echoed(query, got):
		return Callback{}, &StrayError{"the callback came to another address than this login's redirect_uri"}
	}
	return e.judge(got)
}

// pathOf is the path that a browser asks for.
func pathOf(u *url.URL) string { return cmp.Or(u.Path, "/") }

// judge returns what a redirect with this query means: a Callback, a
// *CallbackError, or a *StrayError.
func (e Expect) judge(query url.Values) (Callback, error) {
	states := query["state"]
	missing := e.State != "" && len(states) == 0
	switch {
	case len(states) > 1, missing && !e.StateOptional:
		return Callback{}, &StrayError{"the callback has no single state"}
	case !missing && e.State != "" && !equal(e.State, states[0]):
		return Callback{}, &StrayError{"the callback's state is not that of this login"}
	}

	// RFC 6749, 3.1: parameters must not come more than once, and those without
	// a value count as omitted.
	var codes []string
	for _, name := range e.CodeParams {
		codes = append(codes, query[name]...)
	}
	code, refusal := strings.Join(codes, ""), query.Get("error")
	single := len(codes) <= 1 && len(query["error"]) <= 1 && len(query["error_description"]) <= 1 && len(query["error_uri"]) <= 1
	switch {
	case !single, (code == "") == (refusal == ""):
		return Callback{}, &StrayError{"the callback holds no single " + strings.Join(e.CodeParams, " or ")}
	case refusal != "":
		return Callback{}, &CallbackError{
			Code: refusal, Description: query.Get("error_description"), URI: query.Get("error_uri"), StateMissing: missing,
		}
	}
	return Callback{Code: code, Query: query, StateMissing: missing}, nil
}
