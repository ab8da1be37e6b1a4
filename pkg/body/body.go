// Package body determines the charset and form of the body of an HTTP request or response,
// and why it cannot be read as data.
//
// Call [Inflate] and [Of] first, then [Body.Form], [Body.Text] or [Body.Unreadable]. [JSONP]
// extracts the JSON from a script, [Claims] the claims from a JWT, and [XML] decodes XML.
// Responses to a profile's steps are decoded in one place, profile.Step.Decode, which calls
// this package.
package body

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// FormType is the media type of a form, as in an HTML form or an OAuth token request.
const FormType = "application/x-www-form-urlencoded"

// Body is a body with the headers that describe it. The zero Body is empty.
type Body struct {
	Type     string // Content-Type
	Encoding string // Content-Encoding
	Data     []byte
}

// Of returns the body with the headers of its message.
func Of(header http.Header, data []byte) Body {
	return Body{header.Get("Content-Type"), header.Get("Content-Encoding"), data}
}

// Form is the format of a body.
type Form string

// The forms of bodies.
const (
	Empty  Form = ""       // nothing, or only white space
	JSON   Form = "json"   // under any media type, because many servers send it as text/html; as [FormType], only an object or array
	Script Form = "jsonp"  // JSON in a function call, under any media type: see [JSONP]
	Fields Form = "form"   // has the media type [FormType]
	JWT    Form = "jwt"    // a signed JWT with the media type of a JWT: see [IsJWT] and [Claims]
	Page   Form = "page"   // an HTML page in any charset
	Markup Form = "markup" // other text that starts with <, which [XML] may decode
	Text   Form = "text"   // other text
	Binary Form = "binary" // anything else that is not text: see [Body.Text]
)

// Form returns the form of the body.
func (b Body) Form() Form {
	text, isText := b.Text()
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return Empty
	case text[0] == '<':
		return b.markup(text)
	case !isText:
		return Binary
	case b.Media() == FormType && text[0] != '{' && text[0] != '[':
		return Fields
	case json.Valid(text):
		return JSON
	case b.isJWT(text):
		return JWT
	case b.Media() == FormType:
		return Fields
	}
	if _, isJSONP := JSONP(text); isJSONP {
		return Script
	}
	return Text
}

// markup returns [Page] for an HTML page and [Markup] for other markup. XML with a
// declaration or a namespace is [Markup] even as text/html, unless its root is html.
func (b Body) markup(text []byte) Form {
	const start = 256 // bytes to search for the start of a page
	head := strings.ToLower(string(text[:min(len(text), start)]))
	root := head
	if _, rest, declared := strings.Cut(head, "?>"); declared && strings.HasPrefix(head, "<?xml") {
		root = strings.TrimSpace(rest)
	}
	if strings.HasPrefix(root, "<!doctype html") || strings.HasPrefix(root, "<html") ||
		b.Media() == "text/html" && root == head && !strings.HasPrefix(head, "<?xml") && !strings.Contains(head, " xmlns:") {
		return Page
	}
	return Markup
}

func (b Body) isJWT(text []byte) bool {
	_, signed := Claims(text)
	return IsJWT(b.Media()) && signed
}

// IsMarkup reports whether a body of this form is HTML or other markup.
func (f Form) IsMarkup() bool { return f == Page || f == Markup }

// Media returns the media type in lower case, without parameters; "" if there is none.
func (b Body) Media() string { return Media(b.Type) }

// Media returns the media type of a Content-Type in lower case, without parameters; "" if
// there is none.
func Media(contentType string) string {
	media, _, _ := mime.ParseMediaType(contentType)
	return media
}

// Declares reports whether a Content-Type is well-formed and declares the media type, in
// UTF-8.
func Declares(contentType, media string) bool {
	got, params, err := mime.ParseMediaType(contentType)
	charset := params["charset"]
	return err == nil && got == media && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

// DeclaresJSON reports whether the media type is JSON.
func (b Body) DeclaresJSON() bool {
	media := b.Media()
	return strings.HasSuffix(media, "/json") || strings.HasSuffix(media, "+json")
}

// isBinary reports whether data is not UTF-8 or contains a zero byte.
func isBinary(data []byte) bool {
	return !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0
}
