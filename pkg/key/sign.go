package key

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"slices"

	"ssoctl/pkg/lang"
)

// Hashes are the signatures of [Key.Sign]: RSASSA-PKCS1-v1_5 (RFC 8017 §8.2), ECDSA in DER
// (RFC 3279 §2.2.3) and Ed25519 (RFC 8032).
var Hashes = []string{"rsa-sha256", "rsa-sha1", "ecdsa-sha256", "ed25519"}

// Fits returns an error if the key is of the wrong kind for one of [Hashes].
func (k Key) Fits(hash string) error {
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

// Sign returns the signature of a text, by one of [Hashes]. The same key and text give the
// same signature: ECDSA is deterministic (RFC 6979).
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

// Verify reports whether a signature of a text is right, by one of [Hashes].
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

// sum returns what is signed; for Ed25519, that is the text itself.
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
