// Package oidc is OpenID Connect for a client: it reads the metadata that a provider
// publishes, and verifies id_tokens. It sends nothing.
//
// [Endpoints] lists the inputs of a profile that come from the metadata. [Addresses] returns
// where the metadata may be, and [ReadMetadata] reads it. [Verifier.Verify] verifies an
// id_token with the keys that a [Source] fetches, [Verifier.VerifyToken] any JWT, and
// [Verifier.VerifyUserInfo] a signed userinfo response. An [Error] says in words what is
// wrong with the metadata, the keys or the token.
package oidc

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Error says why metadata, keys or a token cannot be trusted.
type Error struct {
	// Claim is the part of the token that is wrong: a claim such as aud, or signature, alg,
	// kid or format. It is "" for metadata and keys.
	Claim   string
	Problem lang.Text
	Advice  lang.Text // what to do about it
}

func (e *Error) Error() string { return e.Problem.EN }

// Text returns the message in both languages.
func (e *Error) Text() lang.Text { return e.Problem }

// Hint says what to do.
func (e *Error) Hint() lang.Text { return e.Advice }

// Failure returns [failure.Protocol].
func (*Error) Failure() failure.Kind { return failure.Protocol }

// Details returns what the error says to scripts.
func (e *Error) Details() failure.Details { return failure.Details{Claim: e.Claim} }

// tokenName is the name of a token in errors. ZH ends in a space if it consists of ASCII.
type tokenName lang.Text

var (
	idToken  = tokenName{"the id_token", "id_token "}
	anyToken = tokenName{"the token", "令牌"}
	userInfo = tokenName{"the userinfo response", "用户信息响应"}
)

// wrong returns an error about the token. The name of the token becomes the first argument of
// problem.
func (what tokenName) wrong(claim string, advice, problem lang.Text, args ...any) *Error {
	return wrong(claim, advice, problem, append([]any{lang.Text(what)}, args...)...)
}

// wrong returns an error. args are the arguments of problem; long strings among them are cut
// off.
func wrong(claim string, advice, problem lang.Text, args ...any) *Error {
	const maxArg = 200 // characters
	for i, arg := range args {
		if text, is := arg.(string); is && len([]rune(text)) > maxArg {
			args[i] = string([]rune(text)[:maxArg]) + "…"
		}
	}
	return &Error{Claim: claim, Problem: lang.Sprintf(problem, args...), Advice: advice}
}
