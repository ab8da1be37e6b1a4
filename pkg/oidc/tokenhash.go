package oidc

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"strings"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
)

// hashes compares at_hash and c_hash, if the token has them (§3.1.3.6, §3.3.2.11).
func hashes(by key.Algorithm, claims map[string]any, e Expect) error {
	for _, h := range []struct{ claim, of, name, zh string }{
		{"at_hash", e.AccessToken, "access token", "访问令牌"}, {"c_hash", e.Code, "code", "授权码"},
	} {
		got, has := claims[h.claim]
		if !has || h.of == "" {
			continue
		}
		if want := TokenHash(by, h.of); got != want {
			return wrong(h.claim, forged, lang.Text{
				EN: "the id_token belongs to another " + h.name + ": expected " + h.claim + " %q, got %q",
				ZH: "id_token 与收到的" + h.zh + "不对应：" + h.claim + " 应为 %q，实际为 %q",
			}, want, shown(got))
		}
	}
	return nil
}

// TokenHash returns the at_hash of an access token, or the c_hash of a code, for an id_token
// signed with the algorithm by: the left half of the hash, in base64url (§3.1.3.6).
func TokenHash(by key.Algorithm, text string) string {
	var h hash.Hash
	switch {
	case strings.HasSuffix(string(by), "256"):
		h = sha256.New()
	case strings.HasSuffix(string(by), "384"):
		h = sha512.New384()
	default: // and EdDSA, whose hash is SHA-512
		h = sha512.New()
	}
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:h.Size()/2])
}
