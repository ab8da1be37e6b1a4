package recipe

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// Sign says how {sign} is computed: as the digest of Text. Text may contain these parts of
// the request: {method}, {path} (after the path of base_url), {path_compact} ({path}
// without slashes), {params} (the raw query of a GET, the raw body of other methods),
// {body}, {query_sorted} (the sorted pairs of the raw query).
type Sign struct {
	Text     Template `toml:"text"`
	Hash     string   `toml:"hash"`     // one of Hashes
	Encoding string   `toml:"encoding"` // one of Encodings
	Key      Template `toml:"key"`      // for the hmac hashes
}

// Hashes and Encodings are the values allowed in [Sign].
var (
	Hashes    = []string{"sha256", "sha1", "md5", "hmac-sha256", "hmac-sha1"}
	Encodings = []string{"hex", "HEX", "base64", "base64url"}
)

// SignPlaceholders are the names that are allowed only in a signature's text.
var SignPlaceholders = []string{"method", "path", "path_compact", "params", "body", "query_sorted"}

// signed holds the parts of a request that a signature's text can contain.
type signed struct{ method, path, rawQuery, body string }

func (s signed) value(name string) (string, bool) {
	switch name {
	case "method":
		return s.method, true
	case "path":
		return s.path, true
	case "path_compact":
		return strings.ReplaceAll(s.path, "/", ""), true
	case "params":
		if s.method == "GET" {
			return s.rawQuery, true
		}
		return s.body, true
	case "body":
		return s.body, true
	case "query_sorted":
		pairs := strings.Split(s.rawQuery, "&")
		slices.Sort(pairs)
		return strings.Join(pairs, "&"), true
	}
	return "", false
}

// digest returns the signature and the text that was hashed, given the parsed text and
// key. sign is "" if a required placeholder is missing.
func (s Sign) digest(t, k parts, value func(string) (string, bool)) (sign, text string, missing []Placeholder, err error) {
	text, missing = t.expand(value)
	key, more := k.expand(value)
	missing = append(missing, more...)
	if required(missing) {
		return "", text, missing, nil
	}
	sum, err := s.sum(text, key)
	if err != nil {
		return "", text, missing, err
	}
	if !slices.Contains(Encodings, s.encoding()) {
		return "", text, missing, lang.Errorf(lang.Text{EN: "sign.encoding %q is not one of %s", ZH: "sign.encoding %q 应为以下之一：%s"}, s.Encoding, lang.List(Encodings))
	}
	return encode(sum, s.encoding()), text, missing, nil
}

// required reports whether a placeholder that is not optional is missing.
func required(missing []Placeholder) bool {
	return slices.ContainsFunc(missing, func(p Placeholder) bool { return !p.Optional })
}

func (s Sign) encoding() string {
	if s.Encoding == "" {
		return "hex"
	}
	return s.Encoding
}

// encode encodes a digest in one of [Encodings].
func encode(sum []byte, encoding string) string {
	switch encoding {
	case "HEX":
		return strings.ToUpper(hex.EncodeToString(sum))
	case "base64":
		return base64.StdEncoding.EncodeToString(sum)
	case "base64url":
		return base64.RawURLEncoding.EncodeToString(sum)
	}
	return hex.EncodeToString(sum)
}

// isKeyed reports whether a hash takes a key.
func isKeyed(hash string) bool { return strings.HasPrefix(hash, "hmac") }

func (s Sign) sum(text, key string) ([]byte, error) {
	h, err := newHash(s.Hash, key)
	if err != nil {
		return nil, err
	}
	h.Write([]byte(text))
	return h.Sum(nil), nil
}

func newHash(name, key string) (hash.Hash, error) {
	switch name {
	case "sha256":
		return sha256.New(), nil
	case "sha1":
		return sha1.New(), nil
	case "md5":
		return md5.New(), nil
	case "hmac-sha256":
		return hmac.New(sha256.New, []byte(key)), nil
	case "hmac-sha1":
		return hmac.New(sha1.New, []byte(key)), nil
	}
	return nil, lang.Errorf(lang.Text{EN: "sign.hash %q is not one of %s", ZH: "sign.hash %q 应为以下之一：%s"}, name, lang.List(Hashes))
}
