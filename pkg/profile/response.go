package profile

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
)

// Response is a decoded response, the input of a [Reader].
type Response struct {
	// Value is JSON as [exactjson.Decode] returns it, XML as [body.XML] does, a form as
	// [body.Pairs] does, the claims of a signed JWT, null for an empty body, or other text
	// as a string without surrounding white space.
	Value  any
	Form   body.Form
	Status int         // 0 if not known
	Header http.Header // nil if not known
	// Memo remembers outputs of expressions. Turn identifies the outputs for this response.
	// [Memo.Remember] sets both.
	Memo *Memo
	Turn int
}

// IsData reports whether the body is JSON, XML, a form or a JWT rather than plain text.
func (r Response) IsData() bool { return r.Form != body.Text && r.Form != body.Empty }

// Decode decodes a response to the step; no other code does. status is 0 and header nil for a
// response that was saved without them. The zero Step decodes a response whose step is
// unknown.
//
// The error is a [*body.Error] if the response is not data that expressions can read, such
// as a web page. Even then Value is its text, unless it is not UTF-8 or has too many values.
func (s *Step) Decode(status int, header http.Header, data []byte) (Response, error) {
	v, form, err := s.decode(body.Of(header, data))
	return Response{Value: v, Form: form, Status: status, Header: header}, err
}

func (s *Step) decode(b body.Body) (v any, form body.Form, err error) {
	text, _ := b.Text()
	text = bytes.TrimSpace(text)
	form = body.JSON
	decode := exactjson.Decode
	switch inner, isScript := body.JSONP(text); {
	case !utf8.Valid(text):
		return nil, body.Empty, b.Unreadable()
	case len(text) == 0:
		return nil, body.Empty, nil
	case isScript:
		text, form = inner, body.Script
	case b.Form() == body.Markup:
		form, decode = body.Markup, body.XML
	case b.Form() == body.JWT && !s.decodesJWT():
		text, _ = body.Claims(text)
		form = body.JWT
	}
	v, err = decode(text)
	if err != nil && s.isForm(b) {
		form = body.Fields
		v, err = body.Pairs(text)
	}
	switch {
	case err == nil:
		return v, form, nil
	case errors.Is(err, exactjson.ErrTooMany):
		return nil, body.Empty, &body.Error{Reason: body.TooManyValues, Form: form, Type: b.Type, Size: len(b.Data), Limit: exactjson.MaxValues}
	}
	if e := b.Unreadable(); e != nil {
		return string(text), body.Text, e
	}
	return string(text), body.Text, nil
}

// decodesJWT reports whether the step wants the text of a JWT instead of its claims: because
// it says so, or because its expressions decode it.
func (s *Step) decodesJWT() bool {
	if s.Response == ResponseText {
		return true
	}
	for _, expr := range s.Read {
		if strings.Contains(expr, "@base64d") {
			return true
		}
	}
	return false
}

// isForm reports whether a body that is not JSON is a form, according to the profile or else
// to its media type.
func (s *Step) isForm(b body.Body) bool {
	form := b.Form()
	if s.Response == "" {
		return form == body.Fields
	}
	return s.Response == ResponseForm && (form == body.Fields || form == body.Text)
}
