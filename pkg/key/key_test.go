package key_test

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
)

// inPEM returns DER in PEM.
func inPEM(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

// derOf returns the DER in the first block of a PEM.
func derOf(text string) []byte {
	block, _ := pem.Decode([]byte(text))
	return block.Bytes
}

// rsaKey returns the key of RFC 7515 A.2 as a key of the standard library.
func rsaKey(t *testing.T) *rsa.PrivateKey {
	k, err := x509.ParsePKCS8PrivateKey(derOf(example(t, "rsa-sha256").PEM()))
	if err != nil {
		t.Fatal(err)
	}
	return k.(*rsa.PrivateKey)
}

func sec1(t *testing.T) []byte {
	k, err := x509.ParsePKCS8PrivateKey(derOf(example(t, "ES256").PEM()))
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(k.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestForms reads the example keys in every supported form.
func TestForms(t *testing.T) {
	rsaPEM, ecPEM, edPEM := example(t, "RS256").PEM(), example(t, "ES256").PEM(), example(t, "EdDSA").PEM()
	pkcs1 := x509.MarshalPKCS1PrivateKey(rsaKey(t))
	b64 := base64.StdEncoding.EncodeToString
	escaped := strings.ReplaceAll(strings.TrimSpace(rsaPEM), "\n", `\n`)
	const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
	for name, test := range map[string]struct{ text, algorithm string }{
		"PKCS#8 RSA":                      {rsaPEM, "RS256"},
		"PKCS#8 EC":                       {ecPEM, "ES256"},
		"PKCS#8 Ed25519":                  {edPEM, "EdDSA"},
		"PKCS#1":                          {inPEM("RSA PRIVATE KEY", pkcs1), "RS256"},
		"SEC 1":                           {inPEM("EC PRIVATE KEY", sec1(t)), "ES256"},
		"SEC 1 after its parameters":      {parameters + inPEM("EC PRIVATE KEY", sec1(t)), "ES256"},
		"a wrong label":                   {inPEM("RSA PRIVATE KEY", derOf(rsaPEM)), "RS256"},
		"text before it":                  {"Bag Attributes\n    friendlyName: acme\n" + rsaPEM, "RS256"},
		"a certificate before it":         {inPEM("CERTIFICATE", []byte("-")) + rsaPEM, "RS256"},
		"line ends of Windows":            {strings.ReplaceAll(rsaPEM, "\n", "\r\n"), "RS256"},
		`\n for line ends`:                {escaped, "RS256"},
		`\r\n for line ends`:              {strings.ReplaceAll(escaped, `\n`, `\r\n`), "RS256"},
		"spaces for line ends":            {strings.ReplaceAll(strings.TrimSpace(rsaPEM), "\n", " "), "RS256"},
		"no line ends":                    {strings.ReplaceAll(rsaPEM, "\n", ""), "RS256"},
		"indented":                        {"  " + strings.ReplaceAll(rsaPEM, "\n", "\n  "), "RS256"},
		"base64 of PKCS#8":                {b64(derOf(rsaPEM)), "RS256"},
		"base64 of PKCS#1":                {b64(pkcs1), "RS256"},
		"base64 of SEC 1":                 {b64(sec1(t)), "ES256"},
		"base64 in lines":                 {"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v\r\n/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n", "EdDSA"},
		`base64 with \n`:                  {`MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v\n/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n`, "EdDSA"},
		"base64url":                       {base64.RawURLEncoding.EncodeToString(derOf(rsaPEM)), "RS256"},
		"a JWK in several lines":          {"\n{\n \"kty\": \"OKP\", \"crv\": \"Ed25519\",\n \"d\": \"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",\n \"x\": \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\", \"kid\": \"1\" }\n", "EdDSA"},
		"PEM whose base64 has no padding": {strings.ReplaceAll(ecPEM, "=", ""), "ES256"},
	} {
		want := example(t, test.algorithm)
		k, err := key.ParsePrivate(test.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !k.SameAs(want) || k.PEM() != want.PEM() {
			t.Errorf("%s: another key", name)
		}
		if public, err := key.Parse(k.Public().PEM()); err != nil || public.IsPrivate() || !public.SameAs(want) {
			t.Errorf("%s: its public half: %v", name, err)
		}
	}
}

// TestErrors compares the problem of each text that is not a private key, and checks that
// no error contains a part of a key.
func TestErrors(t *testing.T) {
	rsaPEM := example(t, "RS256").PEM()
	small := func(bits int) string { return smallRSA[bits] }
	const cannotRead = "not a key: expected PEM, a JWK, or the base64 of PKCS#8; to name a file, write file:PATH"
	const cannotDecode = "the PEM cannot be decoded: its base64 or its first and last line are damaged"
	const unsupported = "unsupported kind of key: expected RSA, EC (P-256, P-384, P-521) or Ed25519"
	const encrypted = "the key is encrypted: remove its passphrase with openssl pkey -in FILE -out NEWFILE"
	for name, test := range map[string]struct{ text, want string }{
		"empty":                {" \n", "the key is empty"},
		"a word":               {"secret", cannotRead},
		"a path":               {"/home/me/acme.pem", cannotRead},
		"base64 of text":       {base64.StdEncoding.EncodeToString([]byte("a secret of the vendor")), cannotRead},
		"public":               {example(t, "RS256").Public().PEM(), "this is a public key: the private key is needed"},
		"public PKCS#1":        {inPEM("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rsaKey(t).PublicKey)), "this is a public key: the private key is needed"},
		"public JWK":           {`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, "this is a public key: the private key is needed"},
		"certificate":          {certificate(t), "this is a certificate: the private key is needed"},
		"request":              {inPEM("CERTIFICATE REQUEST", []byte("-")), "the PEM has no key, only CERTIFICATE REQUEST"},
		"encrypted PKCS#8":     {inPEM("ENCRYPTED PRIVATE KEY", []byte("-")), encrypted},
		"encrypted PKCS#1":     {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----", encrypted},
		"encrypted in base64":  {encryptedEd25519, encrypted},
		"OpenSSH":              {inPEM("OPENSSH PRIVATE KEY", []byte("-")), "this is a key in OpenSSH's own format: convert a copy with ssh-keygen -p -m PKCS8 -f COPY"},
		"cut off PEM":          {rsaPEM[:800], "the key is cut off: its line -----END … is missing"},
		"cut off base64":       {base64.StdEncoding.EncodeToString(derOf(rsaPEM)[:600]), "the key is cut off: it has 600 of 1217 bytes"},
		"something follows":    {base64.StdEncoding.EncodeToString(append(derOf(rsaPEM), 0)), "the key is damaged: a part of it is missing, or something follows it"},
		"a damaged digit":      {strings.Replace(rsaPEM, "jS1l", "j!1l", 1), cannotDecode},
		"unlike labels":        {strings.Replace(rsaPEM, "END PRIVATE", "END PUBLIC", 1), cannotDecode},
		"a changed number":     {strings.Replace(rsaPEM, "jS1l", "jS1m", 1), "the RSA key is damaged: its numbers do not belong together"},
		"changed PKCS#1":       {changedPKCS1(t), "the RSA key is damaged: its numbers do not belong together"},
		"512 bits":             {small(512), "an RSA key of 512 bits: expected 1024 to 8192"},
		"1023 bits":            {small(1023), "an RSA key of 1023 bits: expected 1024 to 8192"},
		"too large":            {inPEM("PRIVATE KEY", make([]byte, 9000)), "the key is larger than 8 KiB"},
		"not JSON":             {`{"kty":`, "the JWK is not valid JSON"},
		"a set of JWKs":        {`{"keys":[]}`, "this is a set of JWKs: give one of its keys"},
		"no kty":               {`{}`, "the JWK has no kty"},
		"oct":                  {`{"kty":"oct","k":"c2VjcmV0"}`, "this JWK is a shared secret (kty oct): a private key is needed"},
		"X25519":               {`{"kty":"OKP","crv":"X25519","x":"AA"}`, unsupported},
		"a JWK without y":      {`{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}`, "the JWK is not a valid EC key: a member is missing, or members do not belong together"},
		"a JWK of 5,000 bits":  {`{"kty":"RSA","e":"AQAB","n":"` + strings.Repeat("_", 840) + `"}`, "an RSA key in a JWK has at most 4096 bits: give a larger key as PEM"},
		"kty with a line feed": {`{"kty":"a\nb"}`, unsupported},
	} {
		_, err := key.ParsePrivate(test.text)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if err.Error() != test.want {
			t.Errorf("%s: %q, want %q", name, err, test.want)
		}
		text := lang.Of(err)
		if text.ZH == "" || text.ZH == text.EN {
			t.Errorf("%s: not in Chinese: %q", name, text.ZH)
		}
	}
}

// TestSizes reads RSA keys of unusual but allowed sizes.
func TestSizes(t *testing.T) {
	k, err := key.ParsePrivate(smallRSA[1025])
	if err != nil {
		t.Fatal(err)
	}
	if got := k.Kind().EN; got != "an RSA key of 1025 bits" {
		t.Error(got)
	}
	signature, err := k.Sign("rsa-sha256", []byte("text"))
	if err != nil || !k.Public().Verify("rsa-sha256", []byte("text"), signature) {
		t.Error(err)
	}
}

// TestNothingPrints checks that fmt shows nothing of a key, not even inside a struct.
func TestNothingPrints(t *testing.T) {
	for _, k := range []key.Key{example(t, "EdDSA"), example(t, "RS256"), key.Shared("secret")} {
		inside := struct{ k key.Key }{k}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			if got := fmt.Sprintf(verb, k); got != "[redacted]" {
				t.Errorf("%s: %s", verb, got)
			}
			if got := fmt.Sprintf(verb, inside); len(got) > 80 {
				t.Errorf("%s of a struct: %s", verb, got)
			}
		}
	}
}

func TestExample(t *testing.T) {
	if _, ok := key.Example("HS256"); ok {
		t.Error("a shared secret is published")
	}
	if !example(t, "PS512").SameAs(example(t, "rsa-sha1").Public()) {
		t.Error("RSA has two keys")
	}
}
