package sign_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator/sign"
	"ssoctl/pkg/key"
)

var claims = map[string]any{"iss": "https://sso.example.com", "sub": "10086", "aud": "client", "exp": 1798761600.0, "name": "王小明"}

// TestSign verifies signatures with the published keys and only the standard library.
func TestSign(t *testing.T) {
	algorithms := []key.Algorithm{"RS256", "ES256"}
	keys, err := sign.New(algorithms...)
	if err != nil {
		t.Fatal(err)
	}
	published := jwks(t, keys)
	if len(published) != len(algorithms) {
		t.Fatalf("%d public keys", len(published))
	}
	for i, a := range algorithms {
		token, err := keys.Sign(a, claims)
		if err != nil {
			t.Fatal(err)
		}
		var header map[string]string
		decode(t, strings.Split(token, ".")[0], &header)
		if diff := cmp.Diff(map[string]string{"alg": string(a), "typ": "JWT", "kid": published[i]["kid"]}, header); diff != "" {
			t.Errorf("%s: %s", a, diff)
		}
		var got map[string]any
		decode(t, strings.Split(token, ".")[1], &got)
		if diff := cmp.Diff(claims, got); diff != "" {
			t.Errorf("%s: %s", a, diff)
		}
		if err := verify(t, published[i], token); err != nil {
			t.Errorf("%s: the signature is wrong: %v", a, err)
		}
		other, err := keys.Sign(a, map[string]any{"sub": "42"})
		if err != nil {
			t.Fatal(err)
		}
		forged := other[:strings.LastIndexByte(other, '.')] + token[strings.LastIndexByte(token, '.'):]
		if verify(t, published[i], forged) == nil {
			t.Errorf("%s: the signature of another token is accepted", a)
		}
	}
}

// TestKeys checks the published keys. They are those of RFC 7515 A.2 and A.3 and RFC 8037
// A.1, and their ids are thumbprints (RFC 7638).
func TestKeys(t *testing.T) {
	keys, err := sign.New("ES256", "RS256", "EdDSA")
	if err != nil {
		t.Fatal(err)
	}
	const x, y, modulus = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
		"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
	want := []map[string]string{
		{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "x": x, "y": y, "kid": thumbprint(`{"crv":"P-256","kty":"EC","x":"` + x + `","y":"` + y + `"}`)},
		{"kty": "RSA", "use": "sig", "alg": "RS256", "e": "AQAB", "n": modulus, "kid": thumbprint(`{"e":"AQAB","kty":"RSA","n":"` + modulus + `"}`)},
		{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
	}
	if diff := cmp.Diff(want, jwks(t, keys)); diff != "" {
		t.Error(diff)
	}
}

func TestErrors(t *testing.T) {
	if _, err := sign.New("HS256"); err == nil || err.Error() != `sign: no key is published for "HS256"` {
		t.Error(err)
	}
	if _, err := sign.New("ES256", "ES256"); err == nil || err.Error() != "sign: two keys for ES256" {
		t.Error(err)
	}
	keys, err := sign.New("ES256")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Sign("RS256", claims); err == nil || err.Error() != `sign: no key for "RS256"` {
		t.Error(err)
	}
	if _, err := keys.Sign("ES256", func() {}); err == nil {
		t.Error("a function was signed")
	}
}

func jwks(t *testing.T, keys *sign.Keys) []map[string]string {
	t.Helper()
	text, err := keys.JWKS()
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	return set.Keys
}

func thumbprint(canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func raw(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal(raw(t, text), into); err != nil {
		t.Fatal(err)
	}
}

// verify checks a token's signature with a public key (RFC 7518 §3.3 and §3.4).
func verify(t *testing.T, key map[string]string, token string) error {
	t.Helper()
	i := strings.LastIndexByte(token, '.')
	digest, signature := sha256.Sum256([]byte(token[:i])), raw(t, token[i+1:])
	number := func(name string) *big.Int { return new(big.Int).SetBytes(raw(t, key[name])) }
	if key["kty"] == "RSA" {
		public := &rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}
		return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, raw(t, key["x"])...), raw(t, key["y"])...))
	if err != nil {
		return err
	}
	if len(signature) != 64 || !ecdsa.Verify(public, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return errors.New("wrong signature")
	}
	return nil
}
