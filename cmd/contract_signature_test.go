package cmd_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"maps"
	"slices"
	"sync"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// TestSignaturesAreDocumented computes the fixtures' signatures from the text that the
// document signs, without the code that it tests.
func TestSignaturesAreDocumented(t *testing.T) {
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
		want := signatureOf(t, builtinProfile(t, f.profile), f, f.signed)
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
	sum := sha256.Sum256([]byte(text))
	switch made.Hash {
	case "sha256":
		return hex.EncodeToString(sum[:])
	case "hmac-sha256":
		only, _ := made.Key.Only()
		mac := hmac.New(sha256.New, []byte(f.given[only.Name]))
		mac.Write([]byte(text))
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
