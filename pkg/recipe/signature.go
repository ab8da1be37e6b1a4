package recipe

import (
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"slices"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// PrivateKey returns the private key of a signature or a JWT, and its algorithm: one of
// [key.Hashes] or [key.Algorithms]. ok is false if the make has no private key, such as an
// HMAC.
func (m Make) PrivateKey() (algorithm string, private Template, ok bool) {
	switch {
	case m.IsSignature():
		return m.Hash, m.Key, true
	case m.JWT != nil && !key.Algorithm(m.JWT.Alg).IsShared():
		return m.JWT.Alg, m.JWT.Key, true
	}
	return "", "", false
}

// IsSignature reports whether the make signs a text with a private key.
func (m Make) IsSignature() bool { return key.IsSignature(m.Hash) }

// signature returns the bytes of a signature by the private key in keyText.
func (m Make) signature(text, keyText string) ([]byte, error) {
	k, err := key.ParsePrivate(keyText)
	if err != nil {
		return nil, err
	}
	return k.Sign(m.Hash, []byte(text))
}

// verifySignature reports whether got is a signature of a text. A server may have only the
// public half of the key.
func (m Make) verifySignature(text, keyText, got string) bool {
	signature, err := decode(got, m.encoding())
	if err != nil || encode(signature, m.encoding()) != got {
		return false
	}
	k, err := key.Parse(keyText)
	return err == nil && k.Verify(m.Hash, []byte(text), signature)
}

// OtherKey reports whether a signature that does not match was made with a key other than the
// one in the make. It can tell only for RSA, and otherwise returns false.
func (d Derivation) OtherKey(got string) bool {
	k, err := key.Parse(d.Key.Reveal())
	if err != nil || k.Fits("rsa-sha256") != nil {
		return false
	}
	return len(signatureTargets(d.Make, k, got)) == 0
}

// signatureTargets returns what a search must find: the digest in an RSA signature, or any
// other signature itself.
func signatureTargets(m Make, k key.Key, got string) []target {
	var out []target
	for _, w := range sortedWritings(m.encoding()) {
		signature, err := w.read(got)
		if err != nil || len(signature) == 0 || w.write(signature) != got {
			continue
		}
		sum := signature
		if k.Fits("rsa-sha256") == nil {
			if _, digest, ok := k.Recover(signature); ok {
				sum = digest
			} else {
				continue
			}
		}
		if !slices.ContainsFunc(out, func(t target) bool { return t.sum == string(sum) }) {
			out = append(out, target{string(sum), w.name})
		}
	}
	return out
}

// NoSignatureError says that a text cannot be a signature by the key of the make.
type NoSignatureError struct{ Hash string }

func (e *NoSignatureError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *NoSignatureError) Text() lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "not a signature by this key (%s): it was made with another key, or is not in hex or base64",
		ZH: "不是用这个密钥作的签名（%s）：用的是另一个密钥，或不是十六进制或 base64",
	}, e.Hash)
}

// signatures prepares the search for a signature.
func (s *search) signatures(derived Derivation, got string) error {
	k, err := key.Parse(derived.Key.Reveal())
	if err != nil {
		return err
	}
	if s.targets = signatureTargets(derived.Make, k, got); len(s.targets) == 0 {
		return &NoSignatureError{derived.Make.Hash}
	}
	for _, name := range key.Hashes {
		if k.Fits(name) != nil {
			continue
		}
		m := maker{name: name, key: s.Key}
		switch name {
		case "rsa-sha256":
			m.Hash = sha256.New()
		case "rsa-sha1":
			m.Hash = sha1.New()
		default:
			m.Hash = &verifier{key: k, name: name, targets: s.targets}
		}
		s.makers = append(s.makers, m)
	}
	slices.SortStableFunc(s.makers, func(a, b maker) int { return order(a.name == s.Hash, b.name == s.Hash) })
	return nil
}

// verifier is a [hash.Hash] for signatures that cannot be computed, because only the public
// key may be known. Its sum is the target that is a valid signature of the text, or empty.
type verifier struct {
	hash.Hash // nil
	key       key.Key
	name      string
	targets   []target
	text      []byte
}

func (v *verifier) Reset() { v.text = v.text[:0] }

func (v *verifier) Write(p []byte) (int, error) {
	v.text = append(v.text, p...)
	return len(p), nil
}

func (v *verifier) Sum(b []byte) []byte {
	for _, t := range v.targets {
		if v.key.Verify(v.name, v.text, []byte(t.sum)) {
			return append(b, t.sum...)
		}
	}
	return b
}

// costOfVerifying is the cost of verifying a signature, in hashed bytes.
const costOfVerifying = 16 << 10

func (m maker) cost(text string) int {
	if _, verifies := m.Hash.(*verifier); verifies {
		return len(text) + costOfVerifying
	}
	return len(text)
}

// withKey returns the derivation with the text of its key.
func (d Derivation) withKey(text string) Derivation {
	if d.Make.IsSignature() {
		d.Key = secret.New(text)
	}
	return d
}
