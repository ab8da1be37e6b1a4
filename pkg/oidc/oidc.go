// Package oidc is OpenID Connect for a client: it reads the metadata that a provider
// publishes about itself, and finds out whether an id_token is genuine. It sends nothing.
//
// [Endpoints] says which inputs of a profile come from the metadata. [Addresses] returns
// where the metadata is, and [ReadMetadata] reads it. [Verifier.Verify] verifies an
// id_token with the keys that a [Source] fetches, [Verifier.VerifyToken] any JWT, and
// [Verifier.VerifyUserInfo] a signed userinfo response. An [Error] says in words what is wrong
// with the metadata, the keys or the token.
package oidc

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Error says why metadata, keys or a token cannot be trusted.
type Error struct {
	// Claim is what is wrong with the token: a claim, such as aud, or else signature, alg,
	// kid or format. It is "" if something else is wrong.
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

// named is what errors call a token. The Chinese ends in a space if it is not Chinese.
type named lang.Text

var (
	idToken  = named{"the id_token", "id_token "}
	anyToken = named{"the token", "令牌"}
	userInfo = named{"the userinfo response", "用户信息响应"}
)

// wrong returns an error about the token, whose name is the first argument of the problem.
func (is named) wrong(claim string, advice, problem lang.Text, args ...any) *Error {
	return wrong(claim, advice, problem, append([]any{lang.Text(is)}, args...)...)
}

// wrong returns an error. args go into the problem; long texts among them are cut off.
func wrong(claim string, advice, problem lang.Text, args ...any) *Error {
	const most = 200 // characters
	for i, arg := range args {
		if text, is := arg.(string); is && len([]rune(text)) > most {
			args[i] = string([]rune(text)[:most]) + "…"
		}
	}
	return &Error{Claim: claim, Problem: lang.Sprintf(problem, args...), Advice: advice}
}
