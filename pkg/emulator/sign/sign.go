// Package sign makes the signed tokens of an OpenID provider. [New] makes the keys,
// [Keys.Sign] a JWT (RFC 7519), [Keys.JWKS] the document with the public keys (RFC 7517)
// that clients check it with.
package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Algorithm is a signature algorithm of RFC 7518 §3.1.
type Algorithm string

// The algorithms. OpenID Connect Core §15.1 requires RS256 of every provider.
const (
	RS256 Algorithm = "RS256" // RSA of 2048 bits
	ES256 Algorithm = "ES256" // ECDSA with P-256
)

// Keys are the private keys of one provider, one for each algorithm. They exist in memory
// only. All methods may be called concurrently.
type Keys struct {
	signers map[Algorithm]jose.Signer
	public  jose.JSONWebKeySet
}

// New makes new keys for these algorithms.
func New(algorithms ...Algorithm) (*Keys, error) {
	k := &Keys{signers: map[Algorithm]jose.Signer{}}
	for _, a := range algorithms {
		if err := k.add(a); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *Keys) add(a Algorithm) error {
	if k.signers[a] != nil {
		return fmt.Errorf("sign: two keys for %s", a)
	}
	private, err := generate(a)
	if err != nil {
		return err
	}
	key := jose.JSONWebKey{Key: private, Algorithm: string(a), Use: "sig"}
	thumbprint, err := key.Thumbprint(crypto.SHA256) // RFC 7638: names the key by its content
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	key.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(a), Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	k.signers[a], k.public.Keys = signer, append(k.public.Keys, key.Public())
	return nil
}

func generate(a Algorithm) (crypto.Signer, error) {
	switch a {
	case RS256:
		return rsa.GenerateKey(rand.Reader, 2048)
	case ES256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return nil, fmt.Errorf("sign: algorithm %q: expected %s or %s", a, RS256, ES256)
}

// Sign returns a JWT in the compact form (RFC 7515 §7.1), signed by the key for a. claims
// is anything that encodes as a JSON object.
func (k *Keys) Sign(a Algorithm, claims any) (string, error) {
	signer := k.signers[a]
	if signer == nil {
		return "", fmt.Errorf("sign: no key for %q", a)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return token, nil
}

// JWKS returns the public keys as JSON, in the order of [New].
func (k *Keys) JWKS() ([]byte, error) { return json.Marshal(k.public) }
