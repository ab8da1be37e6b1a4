package oidc

import (
	"context"
	"slices"
	"strings"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
)

// KeySet is a JWK Set (RFC 7517 §5).
type KeySet struct {
	JSON []byte
	At   string // its address
	Kept bool   // from an earlier run: the provider may have other keys by now
}

// Source fetches a provider's keys.
type Source interface {
	// Keys returns the keys. If again is set, it must fetch them, and not return kept ones.
	// [Verifier.Verify] returns the error unchanged.
	Keys(ctx context.Context, again bool) (KeySet, error)
}

// keys verifies signatures with the provider's keys, which it fetches when it needs them.
// It implements [oidc.KeySet].
type keys struct {
	source Source  // nil if all keys are known
	secret key.Key // of the client, for HMACs
	known  []key.Published
	at     string
	kept   bool      // see [KeySet]
	err    error     // why the last signature was not verified
	what   tokenName // the token
}

// VerifySignature implements [oidc.KeySet]. The keys are fetched once, and once more for an
// unknown kid (OpenID Connect Core 1.0 §10.1.1). Keys from an earlier run are fetched again
// before a token is refused.
func (s *keys) VerifySignature(ctx context.Context, text string) (payload []byte, err error) {
	payload, s.err = s.verify(ctx, text)
	return payload, s.err
}

func (s *keys) verify(ctx context.Context, text string) ([]byte, error) {
	token, err := key.ReadToken(text)
	if err != nil {
		return nil, err
	}
	if token.Algorithm().IsShared() {
		return s.verifyShared(token)
	}
	if s.known == nil && s.source != nil {
		if err := s.fetch(ctx, false); err != nil {
			return nil, err
		}
	}
	unknown, err := s.match(token)
	if err != nil && s.source != nil && (unknown || s.kept) {
		if err := s.fetch(ctx, true); err != nil {
			return nil, err
		}
		_, err = s.match(token)
	}
	if err != nil {
		return nil, err
	}
	return token.Payload, nil
}

// match returns an error unless a known key made the token's signature. unknown is true if
// there is no key with the token's kid.
func (s *keys) match(token key.Token) (unknown bool, err error) {
	id, _ := token.Header["kid"].(string)
	fitting := s.withID(id)
	signer := slices.IndexFunc(fitting, func(k key.Published) bool { return token.Verify(k.Key) })
	switch {
	case len(fitting) == 0:
		return true, s.unknown(id)
	case signer >= 0 && fitting[signer].Exposed && s.source != nil:
		return false, s.what.wrong("signature", lang.Text{
			EN: "Do not trust this token, and tell the provider's operator: the key has to be replaced.",
			ZH: "请勿信任此令牌，并通知提供方管理员：必须更换该密钥。",
		}, lang.Text{
			EN: "%s's signature proves nothing: %s publishes the private key, so anybody can sign with it", ZH: "%s的签名不能证明任何事：%s 公开了私钥，任何人都能用它签名",
		}, s.at)
	case signer < 0:
		return false, s.what.wrong("signature", forged, lang.Text{
			EN: "%s's signature is wrong: no key of %s made it", ZH: "%s的签名不对：不是由 %s 中的密钥签出的",
		}, s.at)
	}
	return false, nil
}

// verifyShared verifies an HMAC. The key is the client's secret, and never a published key,
// which everybody knows (RFC 8725 §3.1).
func (s *keys) verifyShared(token key.Token) ([]byte, error) {
	if !s.secret.IsShared() || !token.Verify(s.secret) {
		return nil, s.what.wrong("signature", lang.Text{
			EN: "Compare client_secret with the provider's console. If it is right, do not trust this token: it is forged.",
			ZH: "请将 client_secret 与提供方控制台核对；若无误，请勿信任此令牌：它是伪造的。",
		}, lang.Text{EN: "%s's signature is wrong: the client's secret did not make it", ZH: "%s的签名不对：不是由客户端密钥签出的"})
	}
	return token.Payload, nil
}

// withID returns the keys for a kid; all for "". Keys without a kid are for every kid if
// there is no source.
func (s *keys) withID(id string) (out []key.Published) {
	for _, k := range s.known {
		if id == "" || k.ID == id || k.ID == "" && s.source == nil {
			out = append(out, k)
		}
	}
	return out
}

func (s *keys) fetch(ctx context.Context, again bool) error {
	set, err := s.source.Keys(ctx, again)
	if err != nil {
		return err
	}
	if s.known, err = key.ParseSet(set.JSON); err != nil {
		return wrong("", lang.Text{}, lang.Text{EN: "the keys at %s cannot be read: %v", ZH: "无法读取 %s 处的密钥：%v"}, set.At, err)
	}
	if s.at, s.kept = set.At, set.Kept; len(s.known) == 0 {
		return wrong("", lang.Text{
			EN: "The provider publishes no key, perhaps because it has just been set up or restarted: try again later, or ask its operator.",
			ZH: "提供方没有公布密钥，可能刚刚部署或重启：请稍后再试，或联系其管理员。",
		}, lang.Text{EN: "there are no keys for signatures at %s", ZH: "%s 处没有可用于验签的密钥"}, set.At)
	}
	return nil
}

func (s *keys) unknown(id string) error {
	if id == "" {
		id = `""`
	}
	var ids []string
	for _, k := range s.known {
		ids = append(ids, k.ID)
	}
	slices.Sort(ids)
	const maxShown = 5
	if len(ids) > maxShown {
		ids = append(ids[:maxShown], "…")
	}
	return s.what.wrong("kid", forged, lang.Text{
		EN: "%s's key is unknown: its kid is %q, but %s has %s", ZH: "找不到签发者的公钥：%s的 kid 为 %q，而 %s 只有 %s",
	}, id, s.at, strings.Join(ids, ", "))
}

var forged = lang.Text{
	EN: "Do not trust this token: it is forged, or a server other than the issuer made it.",
	ZH: "请勿信任此令牌：它是伪造的，或不是由该 issuer 签发的。",
}
