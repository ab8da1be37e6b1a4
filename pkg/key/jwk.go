package key

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/go-jose/go-jose/v4"

	"ssoctl/pkg/lang"
)

// parseJWK reads a JWK (RFC 7517).
func parseJWK(text string) (Key, error) {
	var head struct {
		Type string            `json:"kty"`
		Keys []json.RawMessage `json:"keys"`
		N    string            `json:"n"`
	}
	switch err := json.Unmarshal([]byte(text), &head); {
	case err != nil:
		return Key{}, lang.Errorf(lang.Text{EN: "the JWK is not valid JSON", ZH: "JWK 不是有效的 JSON"}) // err may quote the key
	case head.Keys != nil:
		return Key{}, lang.Errorf(lang.Text{EN: "this is a set of JWKs: give one of its keys", ZH: "这是一组 JWK，请只给出其中一个"})
	case head.Type == "":
		return Key{}, lang.Errorf(lang.Text{EN: "the JWK has no kty", ZH: "JWK 缺少 kty"})
	case head.Type == "oct":
		return Key{}, lang.Errorf(lang.Text{EN: "this JWK is a shared secret (kty oct): a private key is needed", ZH: "这个 JWK 是共享密钥（kty 为 oct），应为私钥"})
	case head.Type == "RSA" && base64.RawURLEncoding.DecodedLen(len(head.N))*8 > jose.MaxRSAModulusBits:
		return Key{}, lang.Errorf(lang.Text{EN: "an RSA key in a JWK has at most %d bits: give a larger key as PEM", ZH: "RSA 密钥写成 JWK 时最多 %d 位，更长的请用 PEM"}, jose.MaxRSAModulusBits)
	}
	var jwk jose.JSONWebKey
	if err := jwk.UnmarshalJSON([]byte(text)); errors.Is(err, jose.ErrUnsupportedKeyType) {
		return Key{}, lang.Errorf(unsupported)
	} else if err != nil {
		return Key{}, lang.Errorf(lang.Text{EN: "the JWK is not a valid %s key: a member is missing, or members do not belong together", ZH: "JWK 不是有效的 %s 密钥：缺少字段，或字段之间互相不符"}, head.Type)
	}
	k, err := newKey(jwk.Key)
	m := k.material()
	m.id = jwk.KeyID
	return keyOf(m), err
}

// Thumbprint returns the key's id by RFC 7638: the SHA-256 of its public half, in base64url.
func (k Key) Thumbprint() string {
	sum, err := (&jose.JSONWebKey{Key: k.public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "" // a shared secret
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// JWKS returns the public halves of keys as a JWK Set (RFC 7517 §5). Each key has the
// algorithm at the same index of algorithms, and its [Key.Thumbprint] as its kid.
func JWKS(algorithms []Algorithm, keys []Key) ([]byte, error) {
	var set jose.JSONWebKeySet
	for i, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.public(), KeyID: k.Thumbprint(), Algorithm: string(algorithms[i]), Use: "sig"})
	}
	return json.Marshal(set)
}
