package fleet

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"ssoctl/pkg/cache"
)

// box has the names of a key's entry on the server, and the cipher for its values. Without the key's
// secret, nobody can compute the names, or read or write the values.
type box struct {
	token, lock, events string // names on the server
	aead                cipher.AEAD
}

// newBox derives the box of a key from its secret. A new secret gives a new box, so entries of the
// old secret are never found.
func newBox(key cache.Key) (box, error) {
	names, err := derive(key, "names")
	if err != nil {
		return box{}, err
	}
	values, err := derive(key, "values")
	if err != nil {
		return box{}, err
	}
	block, err := aes.NewCipher(values)
	if err != nil {
		return box{}, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return box{}, err
	}
	mac := hmac.New(sha256.New, names)
	mac.Write([]byte(key.Shared))
	base := "ssoctl:{" + hex.EncodeToString(mac.Sum(nil)[:16]) + "}:" // the braces keep the names on one node of a cluster
	return box{token: base + "token", lock: base + "lock", events: base + "events", aead: aead}, nil
}

// derive returns a key for one use (RFC 5869).
func derive(key cache.Key, use string) ([]byte, error) {
	const size = 32 // AES-256
	return hkdf.Key(sha256.New, []byte(key.Secret.Reveal()), nil, "ssoctl token cache, version 1: "+use, size)
}

// seal encrypts an entry. The result can be decrypted only as the token of this box.
func (b box) seal(rand io.Reader, e cache.Entry) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	return b.encrypt(rand, b.token, text)
}

// encrypt encrypts a text. It can be decrypted only with the same name.
func (b box) encrypt(rand io.Reader, name string, text []byte) ([]byte, error) {
	nonce := make([]byte, b.aead.NonceSize())
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return nil, err
	}
	return b.aead.Seal(nonce, nonce, text, []byte(name)), nil
}

var errDamaged = errors.New("damaged, or not written by ssoctl")

func (b box) open(sealed []byte) (e cache.Entry, err error) {
	text, err := b.decrypt(b.token, sealed)
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal(text, &e)
}

// decrypt is the opposite of encrypt. The error is errDamaged if the value is not from ssoctl, or was
// stored under another name.
func (b box) decrypt(name string, sealed []byte) (text []byte, err error) {
	size := b.aead.NonceSize()
	if len(sealed) < size {
		return nil, errDamaged
	}
	if text, err = b.aead.Open(nil, sealed[:size], sealed[size:], []byte(name)); err != nil {
		return nil, errDamaged
	}
	return text, nil
}
