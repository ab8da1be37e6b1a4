// Package render writes a result as text, JSON, shell variables or the vendor's
// own bytes, picks from it with jq, and lays out tables. It is the one place
// that decides how an untrusted value may look on a terminal.
package render

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"ssoctl/pkg/printable"
)

// Format is a way to write a result.
type Format string

// The formats, as cli.md describes them.
const (
	Text Format = "text"
	JSON Format = "json"
	Env  Format = "env"
	Raw  Format = "raw"
)

// ParseFormat returns the format that s names. The error is a *UsageError.
func ParseFormat(s string) (Format, error) {
	switch f := Format(s); f {
	case Text, JSON, Env, Raw:
		return f, nil
	}
	return "", &UsageError{fmt.Sprintf("unknown output format %q: use text, json, env or raw", s)}
}

// UsageError says that what was asked for cannot be: an unknown format, a jq
// expression beside a format that has no JSON, or raw where there is no answer.
type UsageError struct{ Problem string }

func (e *UsageError) Error() string { return e.Problem }

// Result is what a command prints.
type Result struct {
	// Fields are the JSON result; text and env derive from them.
	Fields Fields
	// Text is the text form where it is not key and value lines, such as a token
	// alone or a URL. It may have several lines. "" means the lines of Fields.
	Text string
	// Raw is the vendor's answer, byte for byte. Nil means that the command has
	// none.
	Raw []byte
}

// Check returns the error, a *UsageError or a *JQError, that Write would return
// for f and jqExpr whatever the result is, so that a command can refuse them
// before it sends anything.
func Check(f Format, jqExpr string) error {
	if _, err := ParseFormat(string(f)); err != nil {
		return err
	}
	if jqExpr == "" {
		return nil
	}
	if f == Raw || f == Env {
		return &UsageError{fmt.Sprintf("--jq works on the JSON result and cannot be combined with -o %s", f)}
	}
	return CompileJQ(jqExpr)
}

// Write writes r to w in the format f, by one call of w.Write, and not at all
// when it fails. A jqExpr that is not "" is applied to the JSON result in place
// of text or json. The context bounds jq alone. Errors are *UsageError, *JQError
// or the context's; *ValueError for a member that cannot be written; or what
// w.Write returned.
func Write(ctx context.Context, w io.Writer, r Result, f Format, jqExpr string) error {
	if err := Check(f, jqExpr); err != nil {
		return err
	}
	var b bytes.Buffer
	var err error
	switch {
	case jqExpr != "":
		err = writeJQ(ctx, &b, r.Fields, jqExpr, jqMaxTime)
	case f == JSON:
		err = writeJSON(&b, r.Fields)
	case f == Env:
		err = writeEnv(&b, r.Fields)
	case f == Raw && r.Raw == nil:
		err = &UsageError{"this command has no vendor's answer to print; use -o json"}
	case f == Raw:
		b.Write(r.Raw)
	case r.Text != "":
		b.WriteString(printable.Lines(strings.TrimSuffix(r.Text, "\n")) + "\n")
	default:
		err = writeText(&b, r.Fields)
	}
	if err != nil || b.Len() == 0 {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
