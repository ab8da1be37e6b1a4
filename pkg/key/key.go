// Package key reads the private and public keys of signatures from text, and signs and
// verifies with them.
//
// [Parse] reads a key in the formats that people have: PEM, a JWK (RFC 7517) or bare base64.
// [Key.Sign] and [Key.Verify] are for the signatures of requests, [Key.SignToken] and
// [Token.Verify] for JWTs. [Example] returns a key that an RFC publishes, for tests and the
// emulator.
//
// No error contains any part of a key.
package key

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"ssoctl/pkg/lang"
)

// Key is a private key, a public key, or a shared secret. It prints as [redacted].
type Key struct {
	// It is a function because fmt prints unexported fields without calling Format, but cannot
	// print what a function returns.
	of func() material
}

type material struct {
	private crypto.Signer    // nil for a public key and a shared secret
	public  crypto.PublicKey // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
	shared  []byte           // for HMAC
	from    origin
	id      string // the kid of a JWK
	// certificate is the thumbprint of the key's certificate, see [Key.Certificate].
	certificate string
}

// origin says what a public key was read from.
type origin int

const (
	fromKey origin = iota
	fromCertificate
)

// The sizes of RSA keys in bits. crypto/rsa refuses smaller ones; larger ones take seconds.
const minRSA, maxRSA = 1024, 8192

func keyOf(m material) Key { return Key{func() material { return m }} }

func (k Key) material() material {
	if k.of == nil {
		return material{}
	}
	return k.of()
}

// ID returns the kid of a key that was read from a JWK; "" if it has none.
func (k Key) ID() string { return k.material().id }

// Certificate returns the SHA-256 of the certificate that came with a private key in PEM, in
// base64url (x5t#S256, RFC 7515 §4.1.8); "" if none did.
func (k Key) Certificate() string { return k.material().certificate }

func (k Key) private() crypto.Signer { return k.material().private }

func (k Key) public() crypto.PublicKey { return k.material().public }

// Format writes the same for every verb.
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[redacted]") }

// Parse reads a key. The text is PEM (PKCS#8, PKCS#1, SEC 1, a public key or a
// certificate), a JWK, or the base64 of one of the DER structures without PEM's lines. In PEM
// and base64, \n (a backslash and an n) and spaces may stand for line ends, as they do in
// environment variables.
func Parse(text string) (Key, error) {
	text = strings.TrimSpace(text)
	var k Key
	var err error
	switch {
	case text == "":
		return Key{}, lang.Errorf(empty)
	case text[0] == '{':
		k, err = parseJWK(text)
	case strings.Contains(text, "-----BEGIN"):
		k, err = parsePEM(text)
	default:
		k, err = parseBase64(text)
	}
	if err != nil {
		return Key{}, err
	}
	if public, is := k.public().(*rsa.PublicKey); is {
		if bits := public.N.BitLen(); bits < minRSA || bits > maxRSA {
			return Key{}, lang.Errorf(lang.Text{EN: "an RSA key of %d bits: expected %d to %d", ZH: "RSA 密钥为 %d 位，应为 %d 到 %d 位"}, bits, minRSA, maxRSA)
		}
	}
	return k, nil
}

// ParsePrivate is [Parse] for a text that must be a private key.
func ParsePrivate(text string) (Key, error) {
	k, err := Parse(text)
	switch {
	case err != nil:
		return Key{}, err
	case k.private() != nil:
		return k, nil
	case k.material().from == fromCertificate:
		return Key{}, lang.Errorf(onlyCertificate)
	}
	return Key{}, lang.Errorf(onlyPublic)
}

// Shared returns a shared secret as the key of an HMAC.
func Shared(text string) Key { return keyOf(material{shared: []byte(text)}) }

var (
	empty           = lang.Text{EN: "the key is empty", ZH: "密钥为空"}
	onlyPublic      = lang.Text{EN: "this is a public key: the private key is needed", ZH: "这是公钥，应为私钥"}
	onlyCertificate = lang.Text{EN: "this is a certificate: the private key is needed", ZH: "这是证书，应为私钥"}
)

// newKey converts a key of the standard library.
func newKey(parsed any) (Key, error) {
	switch x := parsed.(type) {
	case *rsa.PrivateKey:
		return keyOf(material{private: x, public: &x.PublicKey}), nil
	case *ecdsa.PrivateKey:
		return keyOf(material{private: x, public: &x.PublicKey}), nil
	case ed25519.PrivateKey:
		return keyOf(material{private: x, public: x.Public()}), nil
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
		return keyOf(material{public: x}), nil
	}
	return Key{}, lang.Errorf(unsupported)
}

var unsupported = lang.Text{EN: "unsupported kind of key: expected RSA, EC (P-256, P-384, P-521) or Ed25519", ZH: "不支持这种密钥，应为 RSA、EC（P-256、P-384、P-521）或 Ed25519"}

// Public returns the public half of a key.
func (k Key) Public() Key {
	m := k.material()
	return keyOf(material{public: m.public, from: m.from, id: m.id})
}

// PEM returns a private key as PKCS#8, a public key as SubjectPublicKeyInfo, both in PEM. It
// returns "" for a shared secret.
func (k Key) PEM() string {
	label, der, err := "PRIVATE KEY", []byte(nil), error(nil)
	if k.private() != nil {
		der, err = x509.MarshalPKCS8PrivateKey(k.private())
	} else {
		label = "PUBLIC KEY"
		der, err = x509.MarshalPKIXPublicKey(k.public())
	}
	if err != nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

// IsPrivate reports whether the key can sign.
func (k Key) IsPrivate() bool { return k.private() != nil || k.material().shared != nil }

// IsShared reports whether the key is a shared secret that is not empty.
func (k Key) IsShared() bool { return len(k.material().shared) > 0 }

// SameAs reports whether two keys have the same public half.
func (k Key) SameAs(other Key) bool {
	public, is := k.public().(interface{ Equal(crypto.PublicKey) bool })
	return is && public.Equal(other.public())
}

// Kind says what kind of key it is, such as "an RSA key of 2048 bits".
func (k Key) Kind() lang.Text {
	switch x := k.public().(type) {
	case *rsa.PublicKey:
		return lang.Sprintf(lang.Text{EN: "an RSA key of %d bits", ZH: "%d 位的 RSA 密钥"}, x.N.BitLen())
	case *ecdsa.PublicKey:
		return lang.Sprintf(lang.Text{EN: "an EC key (%s)", ZH: "EC 密钥（%s）"}, x.Curve.Params().Name)
	case ed25519.PublicKey:
		return lang.Text{EN: "an Ed25519 key", ZH: "Ed25519 密钥"}
	}
	return lang.Text{EN: "a shared secret", ZH: "共享密钥"}
}
