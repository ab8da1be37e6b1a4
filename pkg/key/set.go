package key

import (
	"encoding/base64"
	"encoding/json"

	"ssoctl/pkg/lang"
)

// Published is a public key of a JWK Set.
type Published struct {
	ID  string // the kid; "" if there is none
	Key Key
	// Exposed is true if the set has the private key, too, so that anybody who reads the set
	// can sign.
	Exposed bool
}

// maxSet is the largest number of keys that are read from a JWK Set.
const maxSet = 100

// ParseSet reads the public keys of a JWK Set (RFC 7517 §5) that are for signatures. It
// leaves out keys that it cannot use, as §5 asks: those of unknown kinds, shared secrets,
// and keys for encryption.
func ParseSet(text []byte) ([]Published, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil || set.Keys == nil {
		return nil, lang.Errorf(lang.Text{EN: "expected a JWK Set: a JSON object with keys", ZH: "应为 JWK Set：含有 keys 的 JSON 对象"})
	}
	if len(set.Keys) > maxSet {
		return nil, lang.Errorf(lang.Text{EN: "the JWK Set has more than %d keys", ZH: "JWK Set 的密钥超过 %d 个"}, maxSet)
	}
	out := []Published{}
	for _, raw := range set.Keys {
		var head struct {
			ID  string `json:"kid"`
			Use string `json:"use"`
		}
		if json.Unmarshal(raw, &head) != nil || head.Use != "" && head.Use != "sig" {
			continue
		}
		if k, err := Parse(string(raw)); err == nil {
			out = append(out, Published{head.ID, k.Public(), k.IsPrivate()})
		}
	}
	return out, nil
}

// ParseVerifying reads a key for signatures that others make: any key that [Parse] reads, or
// a JWK that is a shared secret (kty oct). For a private key, it returns the public half.
func ParseVerifying(text string) (Key, error) {
	var head struct {
		Type   string `json:"kty"`
		Secret string `json:"k"`
	}
	if json.Unmarshal([]byte(text), &head) == nil && head.Type == "oct" {
		secret, err := base64.RawURLEncoding.DecodeString(head.Secret)
		if err != nil || len(secret) == 0 {
			return Key{}, lang.Errorf(lang.Text{EN: "the JWK has no secret in base64url (k)", ZH: "JWK 缺少 base64url 编码的 k"})
		}
		return Shared(string(secret)), nil
	}
	k, err := Parse(text)
	return k.Public(), err
}

// ParseAll returns the public keys in a JWK Set, or in a text with one key that [Parse]
// reads; nil for other texts.
func ParseAll(text string) []Key {
	published, err := ParseSet([]byte(text))
	if err != nil {
		k, err := Parse(text)
		if err != nil {
			return nil
		}
		return []Key{k.Public()}
	}
	var out []Key
	for _, p := range published {
		out = append(out, p.Key)
	}
	return out
}
