// Package sign signs tokens as an OpenID provider does. [New] returns the published keys of
// [key.Example]. [Keys.Sign] makes a JWT (RFC 7519). [Keys.JWKS] returns the public keys (RFC
// 7517) with which clients check it.
package sign

import (
	"encoding/json"
	"fmt"
	"slices"

	"ssoctl/pkg/key"
)

// Keys are the private keys of one provider, one for each algorithm. All methods may be
// called concurrently.
type Keys struct {
	algorithms []key.Algorithm
	keys       []key.Key
}

// New returns the keys for these algorithms. It returns an error for an algorithm that is
// given twice or has no published key. OpenID Connect Core §15.1 requires every provider to
// support RS256.
func New(algorithms ...key.Algorithm) (*Keys, error) {
	k := &Keys{algorithms: algorithms}
	for i, a := range algorithms {
		if slices.Contains(algorithms[:i], a) {
			return nil, fmt.Errorf("sign: two keys for %s", a)
		}
		private, ok := key.Example(string(a))
		if !ok {
			return nil, fmt.Errorf("sign: no key is published for %q", a)
		}
		k.keys = append(k.keys, private)
	}
	return k, nil
}

// Sign returns a JWT in the compact form (RFC 7515 §7.1), signed by the key for a. claims
// is anything that encodes as a JSON object.
func (k *Keys) Sign(a key.Algorithm, claims any) (string, error) {
	i := slices.Index(k.algorithms, a)
	if i < 0 {
		return "", fmt.Errorf("sign: no key for %q", a)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return k.keys[i].SignToken(a, map[string]any{"typ": "JWT", "kid": k.keys[i].Thumbprint()}, payload)
}

// JWKS returns the public keys as JSON, in the order of [New].
func (k *Keys) JWKS() ([]byte, error) { return key.JWKS(k.algorithms, k.keys) }
