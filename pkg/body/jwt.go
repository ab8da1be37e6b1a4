package body

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// IsJWT reports whether a media type is that of a JWT (RFC 7519 §10.3.1), or of one kind of
// JWT, such as application/token-introspection+jwt (RFC 9701).
func IsJWT(media string) bool {
	return media == "application/jwt" || media == "application/jose" || strings.HasSuffix(media, "+jwt")
}

// Claims returns the claims of a signed JWT, as JSON text, without verifying its signature. ok
// is false if the text is not a signed JWT.
func Claims(text []byte) (claims []byte, ok bool) {
	const signed = 3 // parts
	parts := bytes.Split(bytes.TrimSpace(text), []byte("."))
	if len(parts) != signed || jwtPart(parts[0]) == nil {
		return nil, false
	}
	if _, err := base64URL(parts[2]); err != nil {
		return nil, false
	}
	claims = jwtPart(parts[1])
	return claims, claims != nil
}

// IsJWE reports whether the text is an encrypted JWT (RFC 7516).
func IsJWE(text []byte) bool {
	const encrypted = 5 // parts
	parts := bytes.Split(bytes.TrimSpace(text), []byte("."))
	return len(parts) == encrypted && jwtPart(parts[0]) != nil
}

// jwtPart decodes a part of a JWT; nil if it is not a JSON object.
func jwtPart(part []byte) []byte {
	text, err := base64URL(part)
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) || !json.Valid(text) {
		return nil
	}
	return text
}

// base64URL decodes base64url. It accepts padding, which some servers add although RFC 7515
// forbids it.
func base64URL(part []byte) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(string(bytes.TrimRight(part, "=")))
}

// UnsignedJWT returns an unsigned JWT (RFC 7519 §6) with these claims, given as JSON text.
func UnsignedJWT(claims []byte) []byte {
	var compact bytes.Buffer
	if json.Compact(&compact, claims) != nil {
		compact.Reset()
		compact.Write(claims)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return []byte(encode([]byte(`{"alg":"none"}`)) + "." + encode(compact.Bytes()) + ".")
}
