package key

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"math/big"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// Hashes are the signature algorithms of [Key.Sign]: RSASSA-PKCS1-v1_5 (RFC 8017 §8.2), ECDSA
// in DER (RFC 3279 §2.2.3) and Ed25519 (RFC 8032).
var Hashes = []string{"rsa-sha256", "rsa-sha1", "ecdsa-sha256", "ed25519"}

// Fits returns an error if the key is of the wrong kind for one of [Hashes] or [Algorithms].
func (k Key) Fits(hash string) error {
	if a := Algorithm(hash); slices.Contains(Algorithms, a) || a == ed25519Algorithm {
		return k.FitsAlgorithm(Algorithm(hash))
	}
	var fits bool
	var needs lang.Text
	switch hash {
	case "rsa-sha256", "rsa-sha1":
		_, fits = k.public().(*rsa.PublicKey)
		needs = lang.Text{EN: "an RSA key", ZH: "RSA 密钥"}
	case "ecdsa-sha256":
		_, fits = k.public().(*ecdsa.PublicKey)
		needs = lang.Text{EN: "an EC key", ZH: "EC 密钥"}
	case "ed25519":
		_, fits = k.public().(ed25519.PublicKey)
		needs = lang.Text{EN: "an Ed25519 key", ZH: "Ed25519 密钥"}
	default:
		return lang.Errorf(lang.Text{EN: "unknown hash %q: expected one of %s", ZH: "没有 %q 这种哈希，应为以下之一：%s"}, hash, lang.List(Hashes))
	}
	if !fits {
		return k.misfit(hash, needs)
	}
	return nil
}

func (k Key) misfit(algorithm string, needs lang.Text) error {
	return lang.Errorf(lang.Text{EN: "%s needs %s, but this is %s", ZH: "%s 需要 %s，而这是 %s"}, algorithm, needs, k.Kind())
}

// Sign signs a text with one of [Hashes]. The same key and text give the same signature:
// ECDSA is deterministic (RFC 6979).
func (k Key) Sign(hash string, text []byte) ([]byte, error) {
	if err := k.Fits(hash); err != nil {
		return nil, err
	}
	if k.private() == nil {
		return nil, lang.Errorf(onlyPublic)
	}
	digest, kind := sum(hash, text)
	return k.private().Sign(nil, digest, kind)
}

// Verify reports whether a signature of a text, made with one of [Hashes], is valid.
func (k Key) Verify(hash string, text, signature []byte) bool {
	if k.Fits(hash) != nil {
		return false
	}
	digest, kind := sum(hash, text)
	switch public := k.public().(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(public, kind, digest, signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(public, digest, signature)
	case ed25519.PublicKey:
		return ed25519.Verify(public, text, signature)
	}
	return false
}

// sum returns the digest that is signed; for Ed25519, the text itself.
func sum(hash string, text []byte) ([]byte, crypto.Hash) {
	switch hash {
	case "ed25519":
		return text, 0
	case "rsa-sha1":
		digest := sha1.Sum(text)
		return digest[:], crypto.SHA1
	}
	digest := sha256.Sum256(text)
	return digest[:], crypto.SHA256
}

// IsSignature reports whether a hash is one of [Hashes].
func IsSignature(hash string) bool { return slices.Contains(Hashes, hash) }

// Recover returns the digest that an RSA signature contains, and which of [Hashes] made it;
// false if another key made the signature. The digest does not tell what text was signed.
func (k Key) Recover(signature []byte) (hash string, digest []byte, ok bool) {
	public, is := k.public().(*rsa.PublicKey)
	if !is || len(signature) != public.Size() {
		return "", nil, false
	}
	encoded := new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(public.E)), public.N).FillBytes(make([]byte, public.Size()))
	for _, of := range []struct {
		hash, prefix string // DigestInfo, RFC 8017 §9.2, note 1
		size         int
	}{
		{"rsa-sha256", "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", sha256.Size},
		{"rsa-sha1", "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14", sha1.Size},
	} {
		digest := encoded[len(encoded)-of.size:]
		padding := len(encoded) - 3 - len(of.prefix) - of.size
		if want := "\x00\x01" + strings.Repeat("\xff", padding) + "\x00" + of.prefix + string(digest); want == string(encoded) {
			return of.hash, digest, true
		}
	}
	return "", nil, false
}
