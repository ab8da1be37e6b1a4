package jwt

import (
	"encoding/json"
	"errors"
	"os"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// FormatError says why a text is not a JWT. It quotes nothing of the text except a character
// that cannot be part of a JWT.
type FormatError struct {
	Part    int // the damaged part, from 1; 0 if the text does not look like a token
	Offset  int // bytes before the fault in the token or, if the JSON of a part is wrong, in the decoded part
	Problem lang.Text
	Advice  lang.Text
}

func (e *FormatError) Error() string { return e.Text().EN }

// Text returns the message in both languages.
func (e *FormatError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "not a JWT: %s", ZH: "不是 JWT：%s"}, e.Problem)
}

// Hint says what to do.
func (e *FormatError) Hint() lang.Text { return e.Advice }

// Failure returns [failure.Protocol], as for a login whose id_token is not a JWT.
func (*FormatError) Failure() failure.Kind { return failure.Protocol }

// Details returns what the error says to scripts.
func (*FormatError) Details() failure.Details { return failure.Details{Claim: "format"} }

var (
	whole = lang.Text{
		EN: "Copy the whole token, on one line, as the server sent it.",
		ZH: "请完整复制服务器返回的令牌，不要换行。",
	}
	opaque = lang.Text{
		EN: "Many servers' access tokens are not JWTs: only the server knows what they mean.",
		ZH: "许多服务器的访问令牌不是 JWT，其含义只有服务器知道。",
	}
)

// syntaxOffset returns how many bytes of JSON were read before err; 0 if err is not a syntax
// error.
func syntaxOffset(err error) int64 {
	if syntax, is := errors.AsType[*json.SyntaxError](err); is {
		return syntax.Offset
	}
	return 0
}

// AdviseFile replaces the hint of a [*FormatError] if the text is the path of a file. It
// returns other errors unchanged.
func AdviseFile(err error, text string) error {
	bad, is := errors.AsType[*FormatError](err)
	if !is {
		return err
	}
	if info, err := os.Stat(text); err != nil || !info.Mode().IsRegular() {
		return bad
	}
	bad.Advice = lang.Sprintf(lang.Text{EN: "To read the token from the file: ssoctl jwt - <%s", ZH: "从文件读取令牌：ssoctl jwt - <%s"}, text)
	return bad
}
