package loopback

import (
	"cmp"
	"net/url"
	"strings"
	"unicode"

	"ssoctl/pkg/lang"
)

// StrayError is a redirect that is not the awaited one. It changes nothing.
type StrayError struct{ Problem lang.Text }

func (e *StrayError) Error() string { return e.Problem.EN }

// Text is the error in both languages.
func (e *StrayError) Text() lang.Text { return e.Problem }

func noAddress(own *url.URL) error {
	like := own.Scheme + "://" + own.Host + "/…?…"
	return &StrayError{lang.Text{EN: "this is no whole address, such as " + like, ZH: "不是完整的地址，应形如 " + like}}
}

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
		return Callback{}, &StrayError{lang.Text{EN: "this is too long for an address", ZH: "内容过长，不是地址"}}
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return Callback{}, &StrayError{lang.Text{EN: "this is no address: there is a space or a line end in it", ZH: "不是地址：其中有空格或换行"}}
	case !strings.ContainsAny(text, "?&%") && !strings.Contains(text, "://"):
		if text == "" || !e.CodeAlone {
			return Callback{}, noAddress(own)
		}
		return Callback{Code: text, Alone: true}, nil
	case !strings.Contains(text, "://"):
		text = own.Scheme + "://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return Callback{}, noAddress(own)
	}
	got, err := url.ParseQuery(u.RawQuery)
	switch {
	case err != nil:
		return Callback{}, &StrayError{lang.Text{EN: "the callback's query cannot be understood", ZH: "回调地址的参数无法解析"}}
	case u.Scheme != own.Scheme || !strings.EqualFold(u.Hostname(), own.Hostname()) || Port(u) != Port(own) ||
		!equal(pathOf(u), pathOf(own)) || !echoed(query, got):
		return Callback{}, &StrayError{lang.Text{EN: "the callback came to another address than this login's redirect_uri", ZH: "回调到达的地址不是这次登录的 redirect_uri"}}
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
		return Callback{}, &StrayError{lang.Text{EN: "the callback has no state, or several", ZH: "回调中没有 state，或有多个"}}
	case !missing && e.State != "" && !equal(e.State, states[0]):
		return Callback{}, &StrayError{lang.Text{EN: "the callback's state is not that of this login", ZH: "回调的 state 不属于这次登录"}}
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
		return Callback{}, &StrayError{lang.Text{
			EN: "the callback holds no single " + strings.Join(e.CodeParams, " or "),
			ZH: "回调中没有唯一的 " + strings.Join(e.CodeParams, " 或 "),
		}}
	case refusal != "":
		return Callback{}, &CallbackError{
			Code: refusal, Description: query.Get("error_description"), URI: query.Get("error_uri"), StateMissing: missing,
		}
	}
	return Callback{Code: code, Query: query, StateMissing: missing}, nil
}
