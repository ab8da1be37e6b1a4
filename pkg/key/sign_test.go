package key_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/key"
)

// TestSign signs with each key by each hash, and checks the errors of pairs that do not fit.
func TestSign(t *testing.T) {
	kinds := map[string]string{"rsa-sha256": "an RSA key", "rsa-sha1": "an RSA key", "ecdsa-sha256": "an EC key", "ed25519": "an Ed25519 key"}
	for _, hash := range key.Hashes {
		for _, of := range key.Hashes {
			k := example(t, of)
			signature, err := k.Sign(hash, []byte("text"))
			if kinds[hash] == kinds[of] {
				again, _ := k.Sign(hash, []byte("text"))
				if err != nil || string(again) != string(signature) || !k.Public().Verify(hash, []byte("text"), signature) {
					t.Errorf("%s: %v", hash, err)
				}
				continue
			}
			if err == nil || !strings.HasPrefix(err.Error(), hash+" needs "+kinds[hash]+", but this is ") {
				t.Errorf("%s with the key of %s: %v", hash, of, err)
			}
			if k.Verify(hash, []byte("text"), signature) {
				t.Errorf("%s with the key of %s: verified", hash, of)
			}
		}
	}
	if _, err := example(t, "ed25519").Public().Sign("ed25519", nil); err == nil || err.Error() != "this is a public key: the private key is needed" {
		t.Error(err)
	}
	if _, err := example(t, "ed25519").Sign("sha256", nil); err == nil || err.Error() != `unknown hash "sha256": expected one of rsa-sha256, rsa-sha1, ecdsa-sha256, ed25519` {
		t.Error(err)
	}
	if _, err := example(t, "ES256").SignToken("RS256", nil, nil); err == nil || err.Error() != "RS256 needs an RSA key, but this is an EC key (P-256)" {
		t.Error(err)
	}
}

// TestEd25519 is the second test of RFC 8032 §7.1.
func TestEd25519(t *testing.T) {
	k, err := key.Parse(`{"kty":"OKP","crv":"Ed25519","d":"TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := k.Sign("ed25519", []byte{0x72})
	if err != nil {
		t.Fatal(err)
	}
	want := "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
	if diff := cmp.Diff(want, hex.EncodeToString(got)); diff != "" {
		t.Error(diff)
	}
}

// TestAlgorithms makes a token by each algorithm, and changes it in each part.
func TestAlgorithms(t *testing.T) {
	keys := map[key.Algorithm]key.Key{
		"ES384": parse(t, ecKeys["P-384"]), "ES512": parse(t, ecKeys["P-521"]),
		"HS256": key.Shared("short"), "HS384": key.Shared("short"), "HS512": key.Shared(strings.Repeat("long", 40)),
	}
	for _, a := range key.Algorithms {
		k, ok := keys[a]
		if !ok {
			k = example(t, string(a))
		}
		text, err := k.SignToken(a, map[string]any{"kid": "1"}, []byte(`{"sub":"me"}`))
		if err != nil {
			t.Errorf("%s: %v", a, err)
			continue
		}
		token, err := key.ReadToken(text)
		if err != nil {
			t.Errorf("%s: %v", a, err)
		}
		if diff := cmp.Diff(key.Token{Header: map[string]any{"alg": string(a), "kid": "1"}, Payload: []byte(`{"sub":"me"}`)}, token, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".text" }, cmp.Ignore())); diff != "" {
			t.Errorf("%s: %s", a, diff)
		}
		if !token.Verify(k) {
			t.Errorf("%s: refused", a)
		}
		for i, part := range strings.Split(text, ".") {
			changed := strings.Split(text, ".")
			changed[i] = part[:5] + map[bool]string{true: "A", false: "B"}[part[5] != 'A'] + part[6:]
			if token, err := key.ReadToken(strings.Join(changed, ".")); err == nil && token.Verify(k) {
				t.Errorf("%s: part %d may differ", a, i)
			}
		}
	}
}

// TestForgedTokens has forged tokens of kinds that verifiers have wrongly accepted.
func TestForgedTokens(t *testing.T) {
	rsa := example(t, "RS256")
	hmac, err := key.Shared(rsa.Public().PEM()).SignToken("HS256", nil, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"none":                        "eyJhbGciOiJub25lIn0.e30.",
		"None":                        "eyJhbGciOiJOb25lIn0.e30.",
		"no alg":                      "e30.e30.AAAA",
		"an HMAC with the public key": hmac,
		"an empty signature":          "eyJhbGciOiJSUzI1NiJ9.e30.",
	} {
		token, err := key.ReadToken(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if token.Verify(rsa.Public()) || token.Verify(rsa) {
			t.Errorf("%s: verified", name)
		}
	}
	for _, text := range []string{"", "a.b", "e30.e30", "e30.e30.AA.AA", "!.e30.AA", "e30.!.AA", "bnVsbA.e30.AA", "W10.e30.AA", "e3\n0.e30.AA", "e30.e30.AA\n"} {
		if _, err := key.ReadToken(text); err == nil {
			t.Errorf("%q counts as a token", text)
		}
	}
}

func parse(t *testing.T, text string) key.Key {
	t.Helper()
	k, err := key.ParsePrivate(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
