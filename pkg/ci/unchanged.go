package ci

import (
	"bytes"
	"io"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// JSON is a writer for JSON in which no runner finds a workflow command. It escapes one
// character of "##[", so that the values stay the same. "::" never starts a line of JSON.
type JSON struct{ W io.Writer }

// Write writes p, which is whole values.
func (j JSON) Write(p []byte) (int, error) {
	if _, err := j.W.Write(bytes.ReplaceAll(p, []byte("##["), []byte(`#\u0023[`))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Unchanged is a writer for a text that must reach a program as it is, such as a token. A text
// in which a runner would find a workflow command is a [*CommandError], and is not written.
type Unchanged struct{ W io.Writer }

// Write writes p, which is the whole text.
func (u Unchanged) Write(p []byte) (int, error) {
	var guarded bytes.Buffer
	if _, err := (&Guard{W: &guarded}).Write(p); err != nil {
		return 0, err
	}
	if !bytes.Equal(guarded.Bytes(), p) {
		return 0, &CommandError{}
	}
	return u.W.Write(p)
}

// CommandError says that a runner would obey a line of a result. It does not contain the line,
// which may be a secret.
type CommandError struct{}

func (e *CommandError) Error() string { return e.Text().EN }

// Failure returns [failure.Protocol].
func (*CommandError) Failure() failure.Kind { return failure.Protocol }

// Text returns the message in both languages.
func (*CommandError) Text() lang.Text {
	return lang.Text{
		EN: "the result has a line that GitHub Actions would obey as a workflow command",
		ZH: "结果里有一行会被 GitHub Actions 当作工作流命令执行",
	}
}

// Hint says what to do about the error.
func (*CommandError) Hint() lang.Text {
	return lang.Text{
		EN: "No real token does: check that the server's address is right. -o json escapes such a line.",
		ZH: "真正的令牌不会这样：请核对服务器地址。-o json 会转义这样的行，可改用它查看。",
	}
}
