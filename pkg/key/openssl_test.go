package key_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"ssoctl/pkg/key"
)

// TestOpenSSL lets openssl verify our signatures, and reads its keys and verifies its
// signatures.
func TestOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	for _, test := range []struct{ hash, generate string }{
		{"rsa-sha256", "genrsa -traditional -out KEY 1024"},
		{"rsa-sha1", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out KEY"},
		{"ecdsa-sha256", "ecparam -name prime256v1 -genkey -out KEY"},
		{"ecdsa-sha256", "ecparam -name secp384r1 -genkey -out KEY"},
		{"ed25519", "genpkey -algorithm ed25519 -out KEY"},
	} {
		t.Run(test.hash, func(t *testing.T) {
			dir := t.TempDir()
			file := func(name string) string { return filepath.Join(dir, name) }
			if err := os.WriteFile(file("text"), []byte("a=1&b=中文"), 0o600); err != nil {
				t.Fatal(err)
			}
			sh := func(script string) {
				t.Helper()
				c := exec.CommandContext(t.Context(), "sh", "-c", script)
				c.Dir = dir
				if out, err := c.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", script, err, out)
				}
			}
			sh("openssl " + test.generate)
			private, err := os.ReadFile(file("KEY"))
			if err != nil {
				t.Fatal(err)
			}
			k, err := key.ParsePrivate(string(private))
			if err != nil {
				t.Fatal(err)
			}
			judge(t, k, test.hash, file, sh)
		})
	}
}

// judge verifies our signature with openssl, and openssl's signature with k. The signed file
// is text.
func judge(t *testing.T, k key.Key, hash string, file func(string) string, sh func(string)) {
	t.Helper()
	text, err := os.ReadFile(file("text"))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := k.Sign(hash, text)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"ours": ours, "public": []byte(k.Public().PEM()), "private": []byte(k.PEM())} {
		if err := os.WriteFile(file(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	digest := map[string]string{"rsa-sha1": "-sha1"}[hash]
	if digest == "" {
		digest = "-sha256"
	}
	if hash == "ed25519" {
		sh("openssl pkeyutl -verify -rawin -pubin -inkey public -in text -sigfile ours")
		sh("openssl pkeyutl -sign -rawin -inkey private -in text -out theirs")
	} else {
		sh("openssl dgst " + digest + " -verify public -signature ours text")
		sh("openssl dgst " + digest + " -sign private -out theirs text")
	}
	theirs, err := os.ReadFile(file("theirs"))
	if err != nil {
		t.Fatal(err)
	}
	if !k.Public().Verify(hash, text, theirs) {
		t.Error("the signature of openssl is refused")
	}
	if k.Public().Verify(hash, append(text, '!'), theirs) {
		t.Error("a signature of another text is accepted")
	}
}
