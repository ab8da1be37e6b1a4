package key

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
)

// ed25519Algorithm is the name of EdDSA with Ed25519 since RFC 9864 §2.2, which go-jose does not
// know. It is not among [Algorithms]: profiles write EdDSA, but servers and clients may use it.
const ed25519Algorithm Algorithm = "Ed25519"

// signEd25519 is [Key.SignToken] for ed25519Algorithm.
func (k Key) signEd25519(header map[string]any, payload []byte) (string, error) {
	header = maps.Clone(header)
	if header == nil {
		header = map[string]any{}
	}
	header["alg"] = string(ed25519Algorithm)
	head, err := json.Marshal(header)
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	text := encode(head) + "." + encode(payload)
	signature, err := k.private().Sign(nil, []byte(text), crypto.Hash(0))
	return text + "." + encode(signature), err
}

// verifyEd25519 is [Token.Verify] for ed25519Algorithm.
func (t Token) verifyEd25519(k Key) bool {
	public, is := k.public().(ed25519.PublicKey)
	end := strings.LastIndexByte(t.text, '.')
	signature, err := base64.RawURLEncoding.DecodeString(t.text[end+1:])
	return is && err == nil && ed25519.Verify(public, []byte(t.text[:end]), signature)
}
