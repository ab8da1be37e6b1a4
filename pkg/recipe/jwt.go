package recipe

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// JWT says how a signed token (RFC 7519) is made. In the header and the claims each string is
// a template, at any depth; the claims in [TimeClaims] are relative to now.
type JWT struct {
	Alg    string         `toml:"alg"` // one of [key.Algorithms]
	Key    Template       `toml:"key"` // a private key, or the secret of an HMAC
	Kid    Template       `toml:"kid"`
	Header map[string]any `toml:"header"` // further members of the header
	Claims map[string]any `toml:"claims"`
}

// GoString makes %#v print the JWT, not its address.
func (j *JWT) GoString() string {
	if j == nil {
		return "nil"
	}
	return fmt.Sprintf("%#v", *j)
}

// TimeClaims are the claims that a profile gives as times relative to now, such as 5m.
var TimeClaims = []string{"iat", "nbf", "exp"}

// ParseSpan reads the time of one of [TimeClaims], relative to now. It may be 0 or negative.
func ParseSpan(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, lang.Errorf(lang.Text{EN: "expected a time relative to now, such as 0s, 5m or -30s", ZH: "应为距现在的时长，例如 0s、5m、-30s"})
	}
	return d, nil
}

func isTimeClaim(name string) bool { return slices.Contains(TimeClaims, name) }

// eachTemplate calls f for each template of the JWT, with its key.
func (j JWT) eachTemplate(f func(key string, t Template)) {
	f("jwt.key", j.Key)
	f("jwt.kid", j.Kid)
	eachString("jwt.header", j.Header, f)
	claims := maps.Clone(j.Claims)
	maps.DeleteFunc(claims, func(name string, _ any) bool { return isTimeClaim(name) })
	eachString("jwt.claims", claims, f)
}

// Signs reports whether the value is a digest, a signature or a JWT.
func (m Make) Signs() bool { return m.Hash != "" || m.JWT != nil }

// makeToken makes a JWT.
func (b *builder) makeToken(name string, m Make) (string, bool) {
	before := b.lacking
	b.lacking = nil
	header, claims := b.tokenHeader(*m.JWT), b.claims(*m.JWT)
	keyText, _ := b.expandWith(m.JWT.Key, b.partOrValue)
	lacked := b.lacking
	if b.lacking = before; len(lacked) > 0 {
		b.lacks[name] = lacked
		return "", false
	}
	token, isFixed := b.fixed[name]
	text := unsignedText(m.JWT.Alg, header, claims)
	if !isFixed {
		var err error
		if token, err = m.JWT.sign(header, claims, keyText); err != nil && b.err == nil {
			b.err = lang.Errorf(lang.Text{EN: "{%s}: %v", ZH: "{%s}：%v"}, name, err)
		}
		text = tokenText(token)
	}
	b.derivations = append(b.derivations, Derivation{Name: name, Make: m, Text: secret.New(text), Value: token, Lookup: b.partOrValue, Key: secret.New(keyText)})
	b.made[name] = token
	delete(b.lacks, name)
	return token, true
}

func (j JWT) sign(header map[string]any, claims any, keyText string) (string, error) {
	k, err := key.ParseFor(key.Algorithm(j.Alg), keyText)
	if err != nil {
		return "", err
	}
	payload, err := exactjson.Encode(claims)
	if err != nil {
		return "", err
	}
	return k.SignToken(key.Algorithm(j.Alg), header, payload)
}

func (b *builder) tokenHeader(j JWT) map[string]any {
	header := map[string]any{"typ": "JWT"}
	if j.Kid != "" {
		if kid, ok := b.expandWith(j.Kid, b.partOrValue); ok {
			header["kid"] = kid
		}
	}
	for name, value := range j.Header {
		if v, ok := b.jsonWith(value, b.partOrValue); ok {
			header[name] = v
		}
	}
	return header
}

func (b *builder) claims(j JWT) any {
	now := b.fresh.Now()
	claims := maps.Clone(j.Claims)
	if claims == nil {
		claims = map[string]any{}
	}
	for _, name := range TimeClaims {
		if text, is := claims[name].(string); is {
			span, err := ParseSpan(text)
			if err != nil && b.err == nil {
				b.err = err
			}
			claims[name] = json.Number(strconv.FormatInt(now.Add(span).Unix(), 10))
		}
	}
	out, _ := b.jsonWith(claims, b.partOrValue)
	return out
}

// unsignedText is [tokenText] of a token with this header and these claims.
func unsignedText(alg string, header map[string]any, claims any) string {
	header = maps.Clone(header)
	header["alg"] = alg
	head, _ := exactjson.Encode(header) // otherwise signing fails, too
	payload, _ := exactjson.Encode(claims)
	return string(head) + "." + string(payload)
}

// tokenText returns the header and the claims of a token as JSON, with a dot between them.
func tokenText(token string) string {
	var parts []string
	for i, part := range strings.Split(token, ".") {
		if text, err := base64.RawURLEncoding.DecodeString(part); err == nil && i < 2 {
			parts = append(parts, string(text))
		}
	}
	return strings.Join(parts, ".")
}

// Token returns the header and the claims of a JWT.
func (d Derivation) Token() (header, claims map[string]any) {
	decoder := json.NewDecoder(strings.NewReader(d.Text.Reveal()))
	decoder.UseNumber()
	if decoder.Decode(&header) != nil {
		return nil, nil
	}
	rest := json.NewDecoder(strings.NewReader(strings.TrimPrefix(d.Text.Reveal()[decoder.InputOffset():], ".")))
	rest.UseNumber()
	if rest.Decode(&claims) != nil {
		return header, nil
	}
	return header, claims
}

// CheckToken compares a JWT from elsewhere with the one in a request that the recipe has
// built. Values that are new in each request may differ, and times are not compared.
func (r Recipe) CheckToken(token string, built Derivation) []Problem {
	known := Values{}
	built.Make.EachTemplate(func(_ string, t Template) {
		for _, p := range t.Placeholders() {
			_, made := r.Make(p.Name)
			if value, has := built.Lookup(p.Name); has && !made && !slices.Contains(Fixable, p.Name) {
				known[p.Name] = value
			}
		}
	})
	rd := r.Recogniser(Expect{Known: known}).reader(Seen{Values: map[string]secret.String{}})
	rd.at = map[string]string{}
	rd.value("token", capture{Placeholder{Name: built.Name}, token})
	d := &deriver{reader: rd, covered: &covered{}, computed: map[string]string{}, left: maxValues}
	rd.verifyToken(d, built.Name, *built.Make.JWT)
	return rd.seen.Problems
}
