package recipe

import (
	"cmp"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Hashes and Encodings are the values allowed in a [Make].
var (
	Hashes    = slices.Concat([]string{"sha256", "sha1", "md5", "sha512", "hmac-sha256", "hmac-sha1", "hmac-md5", "hmac-sha512"}, key.Hashes)
	Encodings = []string{"hex", "HEX", "base64", "base64url"}
)

// Derivation is a value that was made from a text, with that text: a hash or signature of it,
// a JWT with its claims, or the text in another encoding.
type Derivation struct {
	Name  string // the placeholder
	Make  Make
	Text  secret.String // the text that was hashed or encoded
	Value string
	// Lookup returns the value of a placeholder in the text; nil in a [Seen].
	Lookup func(name string) (string, bool)
	Key    secret.String // the text of the key of a signature; empty for others
}

// IsKeyed reports whether a hash takes a key.
func IsKeyed(hash string) bool { return strings.HasPrefix(hash, "hmac") || key.IsSignature(hash) }

// expandMake returns the text and the key of a make with [Make.IsText]. Both are unusable if
// a required placeholder is missing.
func (m Make) expandMake(value func(string) (string, bool)) (text, key string, missing []Placeholder) {
	text, missing = m.Text.Expand(value)
	key, more := m.Key.Expand(value)
	return text, key, append(missing, more...)
}

// required reports whether a placeholder that is not optional is missing.
func required(missing []Placeholder) bool {
	return slices.ContainsFunc(missing, func(p Placeholder) bool { return !p.Optional })
}

// derive returns the value that is made from a text.
func (m Make) derive(text, key string) (string, error) {
	if e := m.encoding(); e != "" && !slices.Contains(Encodings, e) {
		return "", lang.Errorf(lang.Text{EN: "encoding %q is not one of %s", ZH: "encoding %q 应为以下之一：%s"}, e, lang.List(Encodings))
	}
	if m.Hash == "" {
		return encode([]byte(text), m.encoding()), nil
	}
	sum, err := m.sum(text, key)
	if err != nil {
		return "", err
	}
	return encode(sum, m.encoding()), nil
}

// verify reports whether got is the value that is made from a text.
func (m Make) verify(text, key, got string) bool {
	if m.IsSignature() {
		return m.verifySignature(text, key, got)
	}
	want, err := m.derive(text, key)
	return err == nil && hmac.Equal([]byte(want), []byte(got))
}

// EncodingName returns the encoding of the value in words.
func (m Make) EncodingName() string { return cmp.Or(m.encoding(), "text") }

// encoding returns the encoding of the value; "" for the text itself.
func (m Make) encoding() string {
	if m.Encoding == "" && m.Hash != "" {
		return "hex"
	}
	return m.Encoding
}

// encode writes bytes in one of [Encodings]; unchanged if encoding is "".
func encode(sum []byte, encoding string) string {
	switch encoding {
	case "":
		return string(sum)
	case "HEX":
		return strings.ToUpper(hex.EncodeToString(sum))
	case "base64":
		return base64.StdEncoding.EncodeToString(sum)
	case "base64url":
		return base64.RawURLEncoding.EncodeToString(sum)
	}
	return hex.EncodeToString(sum)
}

// decode is the inverse of encode.
func decode(text, encoding string) ([]byte, error) {
	switch encoding {
	case "":
		return []byte(text), nil
	case "base64":
		return base64.StdEncoding.DecodeString(text)
	case "base64url":
		return base64.RawURLEncoding.DecodeString(text)
	}
	return hex.DecodeString(text)
}

func (m Make) sum(text, key string) ([]byte, error) {
	if m.IsSignature() {
		return m.signature(text, key)
	}
	h, err := newHash(m.Hash, key)
	if err != nil {
		return nil, err
	}
	h.Write([]byte(text))
	return h.Sum(nil), nil
}

func newHash(name, key string) (hash.Hash, error) {
	plain, keyed := strings.CutPrefix(name, "hmac-")
	unkeyed := map[string]func() hash.Hash{"sha256": sha256.New, "sha1": sha1.New, "md5": md5.New, "sha512": sha512.New}[plain]
	switch {
	case unkeyed == nil:
		return nil, lang.Errorf(lang.Text{EN: "hash %q is not one of %s", ZH: "hash %q 应为以下之一：%s"}, name, lang.List(Hashes))
	case keyed:
		return hmac.New(unkeyed, []byte(key)), nil
	}
	return unkeyed(), nil
}
