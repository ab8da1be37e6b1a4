package emulator_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
)

// TestResponseSign verifies the vendor's signature of a success and of a refusal with the
// standard library and the modulus in RFC 7515 A.2.
func TestResponseSign(t *testing.T) {
	met := 0
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		const sign = `"{response_sign}"`
		if !strings.Contains(string(s.Example), sign) {
			return
		}
		met++
		verifyMember(t, c.pass(s).body)
		if err := c.refuseNext(c.p.Name, s.Name, "invalid_client"); err != nil {
			t.Fatal(err)
		}
		verifyMember(t, c.send(s, c.build(s)).body)
	})
	if met == 0 {
		t.Error("no built-in example has {response_sign}")
	}
}

// verifyMember verifies the signature that follows a member of a JSON object.
func verifyMember(t *testing.T, text string) {
	t.Helper()
	var response map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &response); err != nil {
		t.Fatal(err)
	}
	var signed, sign string
	for name, member := range response {
		if name != "sign" {
			signed = string(member)
		}
	}
	if err := json.Unmarshal(response["sign"], &sign); err != nil || len(response) != 2 {
		t.Fatalf("not one member and its signature: %s", text)
	}
	if !verifies(t, signed, sign) {
		t.Errorf("the signature is wrong: %s", text)
	}
}

func verifies(t *testing.T, text, sign string) bool {
	t.Helper()
	const modulus = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
	n, err := base64.RawURLEncoding.DecodeString(modulus)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := base64.StdEncoding.DecodeString(sign)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(text))
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}
	return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) == nil
}
