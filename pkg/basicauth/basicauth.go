// Package basicauth reads and writes the credentials of HTTP Basic (RFC 7617) as an OAuth 2.0
// client sends them: client_id and client_secret are form-encoded first (RFC 6749 §2.3.1).
// Call [Encode] and [Decode].
package basicauth

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// Encode returns the credentials, which follow "Basic " in an Authorization header.
func Encode(id, secret string) string {
	return base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id) + ":" + url.QueryEscape(secret)))
}

// Changes reports whether form-encoding changes the id or the secret. Some servers do not
// decode them.
func Changes(id, secret string) bool {
	return url.QueryEscape(id) != id || url.QueryEscape(secret) != secret
}

// Decode returns the id and the secret in an Authorization header. ok is false if the header
// has another scheme or is malformed.
func Decode(header string) (id, secret string, ok bool) {
	if scheme, _, _ := strings.Cut(header, " "); !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	pair, isBase64 := Pair(header)
	id, secret, colon := strings.Cut(pair, ":")
	id, err1 := url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	return id, secret, isBase64 && colon && err1 == nil && err2 == nil
}

// Pair returns the text in credentials, which may follow the scheme Basic: two texts with a
// colon between them, still form-encoded. ok is false if it is not base64.
func Pair(credentials string) (pair string, ok bool) {
	if scheme, rest, has := strings.Cut(credentials, " "); has && strings.EqualFold(scheme, "Basic") {
		credentials = rest
	}
	text, err := base64.StdEncoding.DecodeString(credentials)
	return string(text), err == nil
}
