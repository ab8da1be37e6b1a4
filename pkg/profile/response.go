package profile

import (
	"bytes"
	"errors"
	"net/http"
	"unicode/utf8"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
)

// ResponseBody is a decoded response, the input of a [Reader].
type ResponseBody struct {
	// Value is JSON as [exactjson.Decode] returns it, XML as [body.XML] does, a form as
	// [body.Pairs] does, null for an empty body, or other text as a string without
	// surrounding white space.
	Value any
	Form  body.Form
}

// IsData reports whether the body is JSON, XML or a form rather than plain text.
func (r ResponseBody) IsData() bool { return r.Form != body.Text && r.Form != body.Empty }

// Decode decodes the body of a response to the step; nothing else does. header may be nil
// for a response that was kept without it. The zero Step decodes a response whose step is
// unknown.
//
// The error is a [*body.Error] if the response is not data that expressions can read, such
// as a web page. Even then Value is its text, unless it is not UTF-8 or has too many values.
func (s *Step) Decode(header http.Header, data []byte) (ResponseBody, error) {
	b := body.Of(header, data)
	text, _ := b.Text()
	text = bytes.TrimSpace(text)
	form, decode := body.JSON, exactjson.Decode
	switch inner, isScript := body.JSONP(text); {
	case !utf8.Valid(text):
		return ResponseBody{}, b.Unreadable()
	case len(text) == 0:
		return ResponseBody{}, nil
	case isScript:
		text, form = inner, body.Script
	case b.Form() == body.Markup:
		form, decode = body.Markup, body.XML
	}
	v, err := decode(text)
	if err != nil && s.isForm(b) {
		form = body.Fields
		v, err = body.Pairs(text)
	}
	switch {
	case err == nil:
		return ResponseBody{v, form}, nil
	case errors.Is(err, exactjson.ErrTooMany):
		return ResponseBody{}, &body.Error{Reason: body.TooManyValues, Form: form, Type: b.Type, Size: len(data), Limit: exactjson.MaxValues}
	}
	a := ResponseBody{string(text), body.Text}
	if e := b.Unreadable(); e != nil {
		return a, e
	}
	return a, nil
}

// isForm reports whether a body that is not JSON is a form: by the profile, otherwise by
// its media type.
func (s *Step) isForm(b body.Body) bool {
	form := b.Form()
	if s.Response == "" {
		return form == body.Fields
	}
	return s.Response == ResponseForm && (form == body.Fields || form == body.Text)
}
