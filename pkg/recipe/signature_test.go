package recipe_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"ssoctl/pkg/key"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

func exampleKey(t *testing.T, algorithm string) key.Key {
	t.Helper()
	k, ok := key.Example(algorithm)
	if !ok {
		t.Fatal(algorithm)
	}
	return k
}

// signs returns a POST whose signature is in its form.
func signs(hash string) recipe.Recipe {
	return recipe.Recipe{
		Method: "POST", URL: "https://h.example/gateway?charset=utf-8",
		Form: map[string]recipe.Template{"app": "{id}", "code": "{code}", "sign": "{sign}"},
		Sign: &recipe.Make{Text: "{id}&{code}&{method}", Hash: hash, Key: "{private_key}", Encoding: "base64"},
	}
}

// TestSignatures signs by each hash. A server with the private or the public key accepts the
// request, and refuses it if the code differs.
func TestSignatures(t *testing.T) {
	for _, hash := range key.Hashes {
		k := exampleKey(t, hash)
		values := recipe.Values{"id": "7", "code": "a b", "private_key": secret.New(k.PEM())}
		req := build(t, signs(hash), values)
		signature, err := base64.StdEncoding.DecodeString(req.Made["sign"])
		if err != nil || !k.Public().Verify(hash, []byte("7&a b&POST"), signature) {
			t.Errorf("%s: %s does not fit, %v", hash, req.Made["sign"], err)
		}
		for _, half := range []string{k.PEM(), k.Public().PEM()} {
			expect := recipe.Expect{Known: recipe.Values{"id": "7", "private_key": secret.New(half)}}
			if seen := signs(hash).Recognise(req.Request, req.Body, expect); len(seen.Problems) > 0 {
				t.Errorf("%s: %v", hash, seen.Problems)
			}
			changed := []byte(strings.Replace(string(req.Body), "code=a+b", "code=a+c", 1))
			seen := signs(hash).Recognise(req.Request, changed, expect)
			if len(seen.Problems) != 1 || seen.Problems[0].Placeholder != "sign" || seen.Problems[0].Kind != recipe.Differs {
				t.Errorf("%s, changed: %v", hash, seen.Problems)
			}
		}
	}
}

// TestSignatureErrors tries keys that cannot sign.
func TestSignatureErrors(t *testing.T) {
	ec := exampleKey(t, "ecdsa-sha256")
	for text, want := range map[string]string{
		"word":            "{sign}: not a key: expected PEM, a JWK, or the base64 of PKCS#8; to name a file, write file:PATH",
		ec.PEM():          "{sign}: rsa-sha256 needs an RSA key, but this is an EC key (P-256)",
		ec.Public().PEM(): "{sign}: this is a public key: the private key is needed",
	} {
		_, err := signs("rsa-sha256").Build(t.Context(), recipe.Values{"id": "7", "code": "c", "private_key": secret.New(text)}, fresh())
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestSignedAsSignature determines how a client made a signature that does not match.
func TestSignedAsSignature(t *testing.T) {
	for name, test := range map[string]struct {
		hash, by, text, how string
	}{
		"sha1":              {"rsa-sha256", "rsa-sha1", "7&a b&POST", "by rsa-sha1 instead of rsa-sha256"},
		"the order":         {"rsa-sha256", "rsa-sha256", "a b&7&POST", "with the parts in the order {code} {id} {method}"},
		"both":              {"rsa-sha1", "rsa-sha256", "7&a b", "without {method}, by rsa-sha256 instead of rsa-sha1"},
		"EC":                {"ecdsa-sha256", "ecdsa-sha256", "7|a b|POST", `with "|" between the parts`},
		"Ed25519":           {"ed25519", "ed25519", "7&a b&post", "with the method in lower case"},
		"unknown":           {"ed25519", "ed25519", "something else", ""},
		"unknown RSA":       {"rsa-sha256", "rsa-sha256", "something else", ""},
		"another key (RSA)": {"rsa-sha256", "other", "7&a b&POST", ""},
	} {
		t.Run(name, func(t *testing.T) {
			k := exampleKey(t, test.hash)
			req := build(t, signs(test.hash), recipe.Values{"id": "7", "code": "a b", "private_key": secret.New(k.PEM())})
			signature := make([]byte, 256)
			if test.by != "other" {
				var err error
				if signature, err = k.Sign(test.by, []byte(test.text)); err != nil {
					t.Fatal(err)
				}
			}
			sent := base64.StdEncoding.EncodeToString(signature)
			body := []byte("app=7&code=a+b&sign=" + strings.NewReplacer("+", "%2B", "/", "%2F").Replace(sent))
			r := signs(test.hash)
			expect := recipe.Expect{Known: recipe.Values{"id": "7", "private_key": secret.New(k.Public().PEM())}}
			seen := r.Recognise(req.Request, body, expect)
			how, text := r.SignedAs(req.Request, body, expect, seen, "sign")
			if how.EN != test.how || (how.ZH == "") != (test.how == "") || test.how != "" && text.Reveal() != test.text {
				t.Errorf("%q, %q", how, text.Reveal())
			}
			if other := seen.Derivations["sign"].OtherKey(sent); other != (test.by == "other") {
				t.Errorf("made with another key: %v", other)
			}
			searchSignature(t, r, req, sent, test.how)
		})
	}
}

func searchSignature(t *testing.T, r recipe.Recipe, req *recipe.Request, sent, how string) {
	t.Helper()
	ways, _, err := r.Search(sent, req, "sign", func(string) bool { return false })
	var none *recipe.NoSignatureError
	switch {
	case errors.As(err, &none):
		if how != "" {
			t.Error(err)
		}
	case err != nil:
		t.Error(err)
	case len(ways) == 0 && how != "" || len(ways) > 0 && ways[0].How.EN != how:
		t.Errorf("search: %v, want %q", ways, how)
	}
}
