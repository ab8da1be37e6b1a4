package cmd_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// TestSignaturesAreDocumented computes the fixtures' signatures from the text that the
// document signs, without the code that it tests.
func TestSignaturesAreDocumented(t *testing.T) {
	t.Parallel()
	signed := map[string]bool{}
	for _, f := range fixtures(t) {
		if f.signed == "" {
			continue
		}
		signed[f.profile+"/"+string(f.step)] = true
		members, err := f.request.Members()
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
		p := builtinProfile(t, f.profile)
		want := "*" // a JWT differs each time; compareRequest checks it
		if signatureMake(t, p.Step(f.step)).JWT == nil {
			want = signatureOf(t, p, f, f.signed)
		}
		if !slices.Contains(slices.Collect(maps.Values(members)), any(want)) {
			t.Errorf("%s: no member of the request is %s, the signature of %q", f.name, want, f.signed)
		}
	}
	for _, p := range usableProfiles(t) {
		for _, s := range p.Requests() {
			if _, is := s.Signature(); is && !signed[p.Name+"/"+string(s.Name)] {
				t.Errorf("%s: the step %s is signed, but no fixture has the signed text (signed: …)", p.Name, s.Name)
			}
		}
	}
}

// signatureOf signs a text as the step of a fixture does, with the standard library. A private
// key is the one that an RFC publishes; the key of an HMAC is the fixture's.
func signatureOf(t *testing.T, p *profile.Profile, f *documented, text string) string {
	t.Helper()
	made := signatureMake(t, p.Step(f.step))
	if made.JWT != nil {
		return jwtOf(t, p, *made.JWT, text)
	}
	sum := sha256.Sum256([]byte(text))
	switch made.Hash {
	case "sha256":
		return hex.EncodeToString(sum[:])
	case "hmac-sha256":
		only, _ := made.Key.Only()
		mac := hmac.New(sha256.New, []byte(f.given[only.Name]))
		mac.Write([]byte(text))
		if made.Encoding == "hex" {
			return hex.EncodeToString(mac.Sum(nil))
		}
		return base64.StdEncoding.EncodeToString(mac.Sum(nil))
	case "rsa-sha256":
		private, ok := exampleKey(t, p, made.Key).(*rsa.PrivateKey)
		if !ok {
			t.Fatalf("%s: the key of the signature is not an RSA key", p.Name)
		}
		signature, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(signature)
	}
	t.Fatalf("%s: no test signs with %q", f.name, made.Hash)
	return ""
}

// jwtOf makes a JWT (RFC 7515) of a text: the header and the claims, as JSON with a space between.
func jwtOf(t *testing.T, p *profile.Profile, made recipe.JWT, text string) string {
	t.Helper()
	private, ok := exampleKey(t, p, made.Key).(*ecdsa.PrivateKey)
	if made.Alg != "ES256" || !ok {
		t.Fatalf("%s: no test signs a JWT with %s", p.Name, made.Alg)
	}
	header, claims, _ := strings.Cut(text, " ")
	content := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	sum := sha256.Sum256([]byte(content))
	r, s, err := ecdsa.Sign(rand.Reader, private, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return content + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// checkJWT checks that a JWT has the claims of a text and at least its header, and a valid
// signature. A recording has no text.
func checkJWT(t *testing.T, p *profile.Profile, made recipe.JWT, token, text string) {
	t.Helper()
	header, claims, _ := strings.Cut(text, " ")
	parts := strings.Split(token, ".")
	private, ok := exampleKey(t, p, made.Key).(*ecdsa.PrivateKey)
	if len(parts) != 3 || !ok {
		t.Fatalf("%s: got the JWT %s, want three parts and a key for ES256", p.Name, token)
	}
	decoded := make([][]byte, 3)
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{header, claims} {
		if text == "" {
			break
		}
		var got, documented map[string]any
		if err := errors.Join(json.Unmarshal(decoded[i], &got), json.Unmarshal([]byte(want), &documented)); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			maps.DeleteFunc(got, func(name string, _ any) bool { return documented[name] == nil })
		}
		if diff := cmp.Diff(documented, got); diff != "" {
			t.Errorf("%s: the JWT (-document +client):\n%s", p.Name, diff)
		}
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	r, s := new(big.Int).SetBytes(decoded[2][:32]), new(big.Int).SetBytes(decoded[2][32:])
	if !ecdsa.Verify(&private.PublicKey, sum[:], r, s) {
		t.Errorf("%s: the signature of the JWT %s is not valid", p.Name, token)
	}
}

// signatureMake returns how a step makes its signature.
func signatureMake(t *testing.T, s *profile.Step) recipe.Make {
	t.Helper()
	name, ok := s.Signature()
	made, found := s.Make(name)
	if !ok || !found {
		t.Fatalf("the step %s has no signature", s.Name)
	}
	return made
}

// exampleKey returns the private key that an RFC publishes for the input in a template.
func exampleKey(t *testing.T, p *profile.Profile, input recipe.Template) crypto.PrivateKey {
	t.Helper()
	only, _ := input.Only()
	text := p.ExampleKey(only.Name)
	if known, ok := exampleKeys.Load(text); ok {
		return known
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatalf("%s: %s is not a private key", p.Name, only.Name)
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	exampleKeys.Store(text, private)
	return private
}

var exampleKeys sync.Map // of crypto.PrivateKey, by PEM
