// Package render writes the result of a command as text, JSON, shell variables, or the
// vendor's unchanged response, filters it with jq, and formats tables. Everything that it
// writes is safe to print on a terminal, except the vendor's response.
//
// Call [Options.Check] before a request is sent, to reject invalid options early. Then call
// [Write] with a [Result].
package render

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"ssoctl/pkg/ci"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// Format is an output format, the value of --output.
type Format string

// The output formats, described in docs/output.md.
const (
	Text Format = "text"
	JSON Format = "json"
	Env  Format = "env"
	Raw  Format = "raw"

	Outputs      Format = ci.Outputs
	OutputsToEnv Format = ci.OutputsToEnv
	Report       Format = ci.Report
)

// Formats are the names of the output formats.
var Formats = []string{string(Text), string(JSON), string(Env), string(Raw), string(Outputs), string(OutputsToEnv), string(Report)}

// ParseFormat returns the format with the name s. The error is a [*UsageError].
func ParseFormat(s string) (Format, error) {
	if slices.Contains(Formats, s) {
		return Format(s), nil
	}
	return "", &UsageError{lang.Sprintf(lang.Text{EN: "unknown output format %q: use %s", ZH: "没有输出格式 %q：应为 %s"}, s, lang.Or(Formats))}
}

// UsageError reports options that cannot be used: an unknown format, a jq expression with
// a format that is not JSON, or raw without a vendor's response.
type UsageError struct{ Problem lang.Text }

func (e *UsageError) Error() string { return e.Problem.EN }

// Failure returns [failure.Usage].
func (*UsageError) Failure() failure.Kind { return failure.Usage }

// Text returns the message in both languages.
func (e *UsageError) Text() lang.Text { return e.Problem }

// UnprintableError reports a text that must stay unchanged, but has characters that a terminal
// obeys or hides. It does not contain the text, which may be a secret.
type UnprintableError struct{}

func (e *UnprintableError) Error() string { return e.Text().EN }

// Failure returns [failure.Protocol].
func (*UnprintableError) Failure() failure.Kind { return failure.Protocol }

// Text returns the message in both languages.
func (*UnprintableError) Text() lang.Text {
	return lang.Text{EN: "the result has control characters or invisible characters", ZH: "结果里有控制字符或不可见字符"}
}

// Hint says what to do about the error.
func (*UnprintableError) Hint() lang.Text {
	return lang.Text{EN: "See it with -o json, which escapes them.", ZH: "可用 -o json 查看，这些字符会被转义。"}
}

// Result is what a command prints.
type Result struct {
	// Fields are the JSON result. The formats text and env are derived from them.
	Fields Fields
	// Text replaces the lines of Fields in the text format, unless it is "". It may have
	// several lines.
	Text string
	// Alone means that Text is for scripts, such as a bare token or URL, and must reach them
	// unchanged or not at all. Any other text is for people.
	Alone bool
	// Table replaces the lines of Fields, too; nil if the result is not a table.
	Table *Table
	// Raw is the vendor's response, byte for byte; nil if the command has none.
	Raw []byte
}

// Options say how a result is written.
type Options struct {
	Format Format
	JQ     string    // expression whose output on the JSON result replaces the formats text and json; "" for none
	Lang   lang.Lang // of the head of a table
	Width  int       // columns of the terminal, for a table with a border; 0 for a pipe or a file
	CI     ForCI
}

// Check returns the error that [Write] would return with any result, so that a command can
// fail before it sends anything. The error is a [*UsageError] or a [*JQError].
func (o Options) Check() error {
	if _, err := ParseFormat(string(o.Format)); err != nil {
		return err
	}
	if o.Format == Outputs || o.Format == OutputsToEnv {
		if err := o.CI.Job.Check(o.Format == OutputsToEnv); err != nil {
			return err
		}
	}
	if o.JQ == "" {
		return nil
	}
	if o.Format == Raw || o.Format.OfVariables() {
		return &UsageError{lang.Sprintf(lang.Text{EN: "--jq works on the JSON result and cannot be combined with -o %s", ZH: "--jq 处理的是 JSON 结果，不能和 -o %s 一起用"}, o.Format)}
	}
	return CompileJQ(o.JQ)
}

// writeVariables writes fields in one of the formats that consist of variables.
func writeVariables(b *bytes.Buffer, fields Fields, o Options) error {
	variables, err := variablesOf(fields)
	switch {
	case err != nil:
		return err
	case o.Format == Env:
		writeEnv(b, variables)
		return nil
	case o.Format == Report:
		text, err := ci.Dotenv(plainVariables(variables))
		b.Write(text)
		return err
	}
	return o.CI.write(b, variables, o.Format == OutputsToEnv)
}

// Write writes r to w, with a single call of w.Write, or nothing if it fails. ctx applies to
// jq only. The error is a [*UsageError], a [*JQError], a [*ValueError], an [*EnvError], an
// [*UnprintableError], a [*ci.CommandError], ctx.Err(), or the error of w.Write.
func Write(ctx context.Context, w io.Writer, r Result, o Options) error {
	if err := o.Check(); err != nil {
		return err
	}
	var b bytes.Buffer
	var err error
	switch {
	case o.JQ != "":
		err = writeJQ(ctx, &b, r.Fields, o.JQ, jqMaxTime)
	case o.Format == JSON:
		err = writeJSON(&b, r.Fields)
	case o.Format.OfVariables():
		err = writeVariables(&b, r.Fields, o)
	case o.Format == Raw && r.Raw == nil:
		err = &UsageError{lang.Text{EN: "this command has no vendor response to print; use -o json", ZH: "这个命令没有厂商响应可输出；请用 -o json"}}
	case o.Format == Raw:
		b.Write(r.Raw)
	case r.Table != nil:
		r.Table.write(&b, o)
	case r.Text != "":
		text := strings.TrimSuffix(r.Text, "\n")
		shown := printable.Lines(text)
		if r.Alone && shown != text {
			return &UnprintableError{}
		}
		b.WriteString(shown + "\n")
	default:
		err = writeText(&b, r.Fields)
	}
	if err != nil || b.Len() == 0 {
		return err
	}
	_, err = o.guard(w, r).Write(b.Bytes())
	return err
}
