package emulator

import (
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// PKCE (RFC 7636) is optional if a profile has {code_challenge?}. Then a request has
// both code_challenge and code_challenge_method, or neither.

// withoutPKCE reports whether the problem is only that a request without PKCE has no
// code_challenge_method, which is allowed.
func (c *call) withoutPKCE(p recipe.Problem) bool {
	return p.Kind == recipe.Missing && p.Member == c.methodMember() && c.omits("code_challenge")
}

// judgePKCE adds a finding for a code_challenge_method without a code_challenge.
func (c *call) judgePKCE() {
	if !c.s.Uses("code_challenge") || !c.omits("code_challenge") {
		return
	}
	method := c.methodMember()
	if _, has := c.s.template(method); !has {
		return
	}
	if !slices.ContainsFunc(c.seen.Problems, func(p recipe.Problem) bool { return p.Member == method && p.Kind == recipe.Missing }) {
		c.found(profile.KindMissingParameter, "code_challenge", lang.Text{EN: "is missing, but code_challenge_method was sent", ZH: "缺少，但发送了 code_challenge_method"})
	}
}

func (c *call) methodMember() string { return c.s.member("code_challenge") + "_method" }

// omits reports whether the request omits this placeholder, which is optional in the step.
func (c *call) omits(placeholder string) bool {
	_, sent := c.seen.Values[placeholder]
	return !sent && slices.Contains(c.s.Placeholders(), recipe.Placeholder{Name: placeholder, Optional: true})
}

// checkChallenge checks that a code_challenge is a SHA-256 in base64url without
// padding (RFC 7636 §4.2).
func checkChallenge(challenge string) error {
	for _, r := range challenge {
		if !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", r) {
			return lang.Errorf(lang.Text{EN: "code_challenge has characters that base64url does not use", ZH: "code_challenge 含有 base64url 之外的字符"})
		}
	}
	if len(challenge) != 43 {
		return lang.Errorf(lang.Text{EN: "code_challenge has %s; a SHA-256 in base64url has 43", ZH: "code_challenge 有 %s；SHA-256 的 base64url 有 43 个"}, characters(len(challenge)))
	}
	return nil
}

// checkVerifier checks the request's code_verifier against the code_challenge of the
// code (RFC 7636 §4.6).
func (c *call) checkVerifier(challenge string) {
	verifier := c.seen.Values["code_verifier"].Reveal()
	switch {
	case challenge == "" && verifier != "":
		c.found(profile.KindBadRequest, "code_verifier", lang.Text{EN: "was sent, but the code was issued without a code_challenge", ZH: "已发送，但签发 code 时没有 code_challenge"})
	case challenge != "" && verifier == "":
		c.found(profile.KindMissingParameter, "code_verifier", lang.Text{EN: "is missing: the code was issued for a code_challenge", ZH: "缺少：签发 code 时有 code_challenge"})
	case challenge != "" && recipe.CodeChallenge(verifier) != challenge:
		c.found(profile.KindInvalidCode, "code_verifier", lang.Text{EN: "does not match the code_challenge that the code was issued for", ZH: "与签发 code 时的 code_challenge 不符"})
	case challenge != "" && !verifierForm(verifier):
		c.found(profile.KindBadRequest, "code_verifier", lang.Sprintf(lang.Text{EN: "has %s; it needs 43 to 128 of A–Z a–z 0–9 - . _ ~ (RFC 7636 §4.1)", ZH: "有 %s；应为 43 到 128 个，只含 A–Z a–z 0–9 - . _ ~（RFC 7636 §4.1）"}, characters(len(verifier))))
	}
}

// verifierForm reports whether a code_verifier has the form of RFC 7636 §4.1.
func verifierForm(verifier string) bool {
	return len(verifier) >= 43 && len(verifier) <= 128 && !strings.ContainsFunc(verifier, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~", r)
	})
}
