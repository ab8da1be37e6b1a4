package recipe

import (
	"slices"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
)

// AssertionAlgorithms returns the algorithms that an authentication method allows for the
// client's JWT.
func AssertionAlgorithms(method string) []string {
	switch method {
	case AuthMethodKeyJWT:
		return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
	case AuthMethodSecretJWT:
		return []string{"HS256", "HS384", "HS512"}
	}
	return nil
}

// AssertionMethod returns the authentication method to which a client's JWT belongs, by its
// algorithm.
func AssertionMethod(text string) string {
	if token, err := key.ReadToken(text); err == nil && token.Algorithm().IsShared() {
		return AuthMethodSecretJWT
	}
	return AuthMethodKeyJWT
}

// jwtMethods returns the methods with a JWT that the client may use.
func (rec *Recogniser) jwtMethods() []string {
	method, chosen := rec.Known.Text(AuthMethod)
	switch {
	case IsJWTAuth(method):
		return []string{method}
	case chosen || !rec.AnyAuth:
		return nil
	}
	return []string{AuthMethodKeyJWT, AuthMethodSecretJWT}
}

// jwtAlgorithms returns the algorithms that the JWT may have.
func (rec *Recogniser) jwtAlgorithms() (out []string) {
	only, chosen := rec.Known.Text(AuthAlgorithm)
	for _, method := range rec.jwtMethods() {
		for _, name := range AssertionAlgorithms(method) {
			if !chosen || name == only {
				out = append(out, name)
			}
		}
	}
	return out
}

// assertion checks the JWT that authenticates the client, except for its times and that its
// jti is new.
func (rd *reader) assertion(member string, c capture) {
	if len(rd.jwtMethods()) == 0 {
		rd.worded(member, c.Name, Differs, lang.Text{EN: "no client_assertion: this client does not authenticate by a JWT", ZH: "没有 client_assertion：这个客户端不用 JWT 认证"}, lang.Text{})
		return
	}
	rd.same(member, c.Name, c.text)
	token, err := key.ReadToken(c.text)
	alg := string(token.Algorithm())
	if allowed := rd.jwtAlgorithms(); err == nil && !slices.Contains(allowed, alg) {
		rd.inside = "header.alg"
		rd.worded(member, c.Name, Malformed, lang.Or(allowed), lang.Text{EN: jsonText(token.Header["alg"])})
		rd.inside = ""
	}
	rd.token(member, c, rd.recipe.received(alg, rd.Known))
	if err == nil {
		rd.assertionSignature(member, c.Name, token)
	}
}

// received describes the JWT that a client has to send.
func (r Recipe) received(alg string, known Values) JWT {
	j := JWT{Alg: alg, Claims: map[string]any{"iss": "{client_id}", "sub": "{client_id}", "exp": assertionLifetime, "jti": "{" + jwtAuthID + "}"}}
	if _, has := known.Text(ClientKeyID); has {
		j.Kid = "{" + ClientKeyID + "}"
	}
	var accepted []any
	for _, t := range r.audiences(known) {
		if text, missing := t.Expand(known.Text); len(missing) == 0 && !slices.Contains(accepted, any(text)) {
			accepted = append(accepted, text)
		}
	}
	if accepted != nil {
		j.Claims["aud"] = accepted
	}
	return j
}

// audiences returns the values of aud that a server accepts: the agreed one or, without an
// agreement, the issuer, its token endpoint and the endpoint itself (RFC 9126 §2).
func (r Recipe) audiences(known Values) []Template {
	if _, agreed := known.Text(AssertionAudience); agreed {
		return []Template{"{" + AssertionAudience + "}"}
	}
	return []Template{"{issuer}", "{token_url}", r.URL}
}

// assertionSignature checks the signature, if the key is known.
func (rd *reader) assertionSignature(member, placeholder string, token key.Token) {
	from := ClientKey
	if token.Algorithm().IsShared() {
		from = "client_secret"
	}
	text, known := rd.known(from)
	if !known || token.Algorithm() == "none" {
		return
	}
	keys := []key.Key{key.Shared(text)}
	if from == ClientKey {
		keys = key.ParseAll(text)
	}
	keys = slices.DeleteFunc(keys, func(k key.Key) bool { return k.FitsAlgorithm(token.Algorithm()) != nil })
	problem := lang.Text{EN: "its algorithm needs a different kind of key from the client's", ZH: "这种算法需要别的密钥，与客户端登记的不符"}
	for _, k := range keys {
		if token.Verify(k) {
			return
		}
		problem = token.Likely(k)
	}
	rd.inside = "signature"
	rd.worded(member, placeholder, Differs, problem, lang.Text{})
	rd.inside = ""
}
