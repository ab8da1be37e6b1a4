package key_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/key"
)

// joe is the encoded claims of RFC 7515, appendix A.
const joe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

// TestTokens verifies tokens that RFCs publish. If the algorithm is deterministic, it also
// makes the same token again.
func TestTokens(t *testing.T) {
	const hmacKey = "\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f\x5a\xb3\x28\xe6\xf0\x54\xc9\x28\xa9\x0f\x84\xb2\xd2\x50\x2e\xbf" +
		"\xd3\xfb\x5a\x92\xd2\x06\x47\xef\x96\x8a\xb4\xc3\x77\x62\x3d\x22\x3d\x2e\x21\x72\x05\x2e\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80\xa3"
	for _, test := range []struct {
		source, token string
		key           key.Key
		deterministic bool
	}{
		{"RFC 7515 A.1", "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + joe + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", key.Shared(hmacKey), false}, // its header has a line end
		{"RFC 7515 A.2", "eyJhbGciOiJSUzI1NiJ9." + joe + "." +
			"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--" +
			"f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUi" +
			"pUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw", example(t, "RS256"), true},
		{"RFC 7515 A.3", "eyJhbGciOiJFUzI1NiJ9." + joe + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q", example(t, "ES256"), false},
		{"RFC 8037 A.4", "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg", example(t, "EdDSA"), true},
	} {
		token, err := key.ReadToken(test.token)
		if err != nil {
			t.Fatalf("%s: %v", test.source, err)
		}
		verifier := test.key
		if !token.Algorithm().IsShared() {
			verifier = test.key.Public()
		}
		if !token.Verify(verifier) {
			t.Errorf("%s: the signature is refused", test.source)
		}
		if other := key.Shared("another key"); token.Verify(other) || token.Verify(other.Public()) {
			t.Errorf("%s: another key is accepted", test.source)
		}
		made, err := test.key.SignToken(token.Algorithm(), nil, token.Payload)
		if err != nil {
			t.Fatalf("%s: %v", test.source, err)
		}
		if test.deterministic {
			if diff := cmp.Diff(test.token, made); diff != "" {
				t.Errorf("%s: %s", test.source, diff)
			}
		}
		again, err := key.ReadToken(made)
		if err != nil || !again.Verify(verifier) {
			t.Errorf("%s: our own signature is refused: %v", test.source, err)
		}
	}
}

// TestThumbprint compares ids of keys with RFC 7638 §3.1 and RFC 8037 A.3.
func TestThumbprint(t *testing.T) {
	const published = `{
	  "kty": "RSA",
	  "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
	  "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"
	}`
	k, err := key.Parse(published)
	if err != nil {
		t.Fatal(err)
	}
	if got := k.Thumbprint(); got != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" {
		t.Errorf("RFC 7638 §3.1: %s", got)
	}
	if got := example(t, "ed25519").Thumbprint(); got != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("RFC 8037 A.3: %s", got)
	}
}

func example(t *testing.T, algorithm string) key.Key {
	t.Helper()
	k, ok := key.Example(algorithm)
	if !ok {
		t.Fatalf("no example key for %s", algorithm)
	}
	return k
}

// TestFullySpecified uses the algorithm's name of RFC 9864. The signature is the same as for
// EdDSA.
func TestFullySpecified(t *testing.T) {
	k := example(t, "EdDSA")
	made, err := k.SignToken("Ed25519", map[string]any{"kid": "1"}, []byte(`{"iss":"joe"}`))
	if err != nil {
		t.Fatal(err)
	}
	token, err := key.ReadToken(made)
	if err != nil || token.Algorithm() != "Ed25519" || token.Header["kid"] != "1" || !token.Verify(k.Public()) {
		t.Error(made, err)
	}
	for name, changed := range map[string]string{
		"the payload":   made[:30] + "A" + made[31:],
		"the signature": made[:len(made)-10] + "A" + made[len(made)-9:],
	} {
		if token, err := key.ReadToken(changed); changed == made || err == nil && token.Verify(k.Public()) {
			t.Errorf("%s is changed: accepted", name)
		}
	}
	if token.Verify(example(t, "RS256").Public()) || token.Verify(key.Shared("x")) {
		t.Error("a key of another kind is accepted")
	}
	if _, err := example(t, "ES256").SignToken("Ed25519", nil, nil); err == nil {
		t.Error("signed with an EC key")
	}
	if _, err := k.Public().SignToken("Ed25519", nil, nil); err == nil {
		t.Error("signed with a public key")
	}
}
