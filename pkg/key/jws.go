package key

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
)

// Algorithm is a signature algorithm of JWTs (RFC 7518 §3.1, RFC 8037 §3.1).
type Algorithm string

// Algorithms are the algorithms of [Key.SignToken].
var Algorithms = []Algorithm{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512"}

// IsShared reports whether the algorithm is an HMAC, whose key is [Shared].
func (a Algorithm) IsShared() bool { return strings.HasPrefix(string(a), "HS") }

// ParseFor reads a private key, or the secret of an HMAC, and checks that it fits an
// algorithm.
func ParseFor(a Algorithm, text string) (Key, error) {
	if a.IsShared() {
		return Shared(text), nil
	}
	k, err := ParsePrivate(text)
	if err == nil {
		err = k.FitsAlgorithm(a)
	}
	return k, err
}

// FitsAlgorithm returns an error if the key is of the wrong kind for an algorithm.
func (k Key) FitsAlgorithm(a Algorithm) error {
	if !slices.Contains(Algorithms, a) && a != ed25519Algorithm {
		return lang.Errorf(lang.Text{EN: "unknown algorithm %q: expected one of %s", ZH: "没有 %q 这种算法，应为以下之一：%s"}, a, lang.List(Algorithms))
	}
	curves := map[Algorithm]string{"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
	var fits bool
	var needs lang.Text
	switch name := string(a); {
	case a.IsShared():
		fits, needs = k.material().shared != nil, lang.Text{EN: "a shared secret", ZH: "共享密钥"}
	case curves[a] != "":
		public, is := k.public().(*ecdsa.PublicKey)
		fits = is && public.Curve.Params().Name == curves[a]
		needs = lang.Sprintf(lang.Text{EN: "an EC key (%s)", ZH: "EC 密钥（%s）"}, curves[a])
	case name == "EdDSA", a == ed25519Algorithm:
		_, fits = k.public().(ed25519.PublicKey)
		needs = lang.Text{EN: "an Ed25519 key", ZH: "Ed25519 密钥"}
	default:
		_, fits = k.public().(*rsa.PublicKey)
		needs = lang.Text{EN: "an RSA key", ZH: "RSA 密钥"}
	}
	if !fits {
		return k.misfit(string(a), needs)
	}
	return nil
}

// Algorithm returns the default algorithm for tokens signed with the key: the first of
// [Algorithms] that fits it.
func (k Key) Algorithm() Algorithm {
	i := slices.IndexFunc(Algorithms, func(a Algorithm) bool { return k.FitsAlgorithm(a) == nil })
	if i < 0 {
		return "" // the key is empty
	}
	return Algorithms[i]
}

// SignToken returns a JWS in the compact form (RFC 7515 §7.1). It adds alg to the header;
// payload is the JSON of the claims.
func (k Key) SignToken(a Algorithm, header map[string]any, payload []byte) (string, error) {
	if err := k.FitsAlgorithm(a); err != nil {
		return "", err
	}
	if !k.IsPrivate() {
		return "", lang.Errorf(onlyPublic)
	}
	if a == ed25519Algorithm {
		return k.signEd25519(header, payload)
	}
	options := &jose.SignerOptions{}
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signing := jose.SigningKey{Algorithm: jose.SignatureAlgorithm(a), Key: k.private()}
	if a.IsShared() {
		signing.Key = padded(k.material().shared)
	}
	signer, err := jose.NewSigner(signing, options)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// padded appends zeros to the key of an HMAC, which do not change the result (RFC 2104 §2):
// go-jose refuses short keys, and vendors have them.
func padded(shared []byte) []byte {
	const long = 64 // bytes, enough for every algorithm
	if len(shared) >= long {
		return shared
	}
	return append(slices.Clone(shared), make([]byte, long-len(shared))...)
}

// Token is a JWS in the compact form (RFC 7515 §7.1). Only [Token.Verify] verifies it.
type Token struct {
	Header  map[string]any
	Payload []byte
	text    string
}

// ReadToken reads a JWS with any algorithm, without verifying it.
func ReadToken(text string) (Token, error) {
	errNotToken := lang.Errorf(lang.Text{EN: "not a signed JWT: expected three parts of base64url, separated by dots", ZH: "不是签名的 JWT：应为以点分隔的三段 base64url"})
	parts := strings.Split(text, ".")
	if len(parts) != 3 || strings.ContainsAny(text, "\r\n") { // base64 skips line ends
		return Token{}, errNotToken
	}
	t := Token{text: text}
	// Strict, because the signature covers the text: unused bits must not be changed unnoticed.
	encoding := base64.RawURLEncoding.Strict()
	head, err := encoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(head, &t.Header) != nil || t.Header == nil {
		return Token{}, errNotToken
	}
	if name, repeated := exactjson.Repeated(head); repeated { // RFC 7515 §4
		return Token{}, lang.Errorf(lang.Text{EN: "not a signed JWT: its header has %q more than once", ZH: "不是签名的 JWT：头部中 %q 出现多次"}, name)
	}
	if t.Payload, err = encoding.DecodeString(parts[1]); err != nil {
		return Token{}, errNotToken
	}
	return t, nil
}

// Algorithm returns the alg of the header.
func (t Token) Algorithm() Algorithm {
	alg, _ := t.Header["alg"].(string)
	return Algorithm(alg)
}

// Claims returns the payload as the claims of a JWT, with exact numbers; nil if it is not a JSON
// object.
func (t Token) Claims() map[string]any {
	decoded, _ := exactjson.Decode(t.Payload)
	claims, _ := decoded.(map[string]any)
	return claims
}

// Verify reports whether the key made the token's signature, with one of [Algorithms].
func (t Token) Verify(k Key) bool {
	alg := t.Algorithm()
	if k.FitsAlgorithm(alg) != nil {
		return false
	}
	signature := t.text[strings.LastIndexByte(t.text, '.')+1:]
	if _, err := base64.RawURLEncoding.Strict().DecodeString(signature); err != nil {
		return false
	}
	if alg == ed25519Algorithm {
		return t.verifyEd25519(k)
	}
	jws, err := jose.ParseSignedCompact(t.text, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
	if err != nil {
		return false
	}
	var with any = k.public()
	if k.material().shared != nil {
		with = padded(k.material().shared)
	}
	_, err = jws.Verify(with)
	return err == nil
}

// Likely says what is probably wrong with a signature that [Token.Verify] refuses.
func (t Token) Likely(k Key) lang.Text {
	signature, err := base64.RawURLEncoding.DecodeString(t.text[strings.LastIndexByte(t.text, '.')+1:])
	switch {
	case err != nil:
		return lang.Text{EN: "it is not base64url without padding", ZH: "不是不带填充的 base64url"}
	case len(signature) == 0:
		return lang.Text{EN: "it is missing", ZH: "缺少"}
	}
	if public, is := k.public().(*ecdsa.PublicKey); is {
		digest := sha256.Sum256([]byte(t.text[:strings.LastIndexByte(t.text, '.')]))
		if ecdsa.VerifyASN1(public, digest[:], signature) {
			return lang.Text{EN: "it is in DER; a JWT has r and s, one after the other (RFC 7518 §3.4)", ZH: "用了 DER 编码；JWT 应为 r 和 s 直接相连（RFC 7518 §3.4）"}
		}
	}
	if decoded, err := base64.StdEncoding.DecodeString(string(k.material().shared)); err == nil && k.material().shared != nil && t.Verify(Shared(string(decoded))) {
		return lang.Text{EN: "it was made with the secret decoded from base64; use the secret as it is", ZH: "签名时把密钥做了 base64 解码；密钥应原样使用"}
	}
	return lang.Text{EN: "it was made with another key, or the token was changed afterwards", ZH: "用了别的密钥，或签名之后令牌被改动过"}
}
