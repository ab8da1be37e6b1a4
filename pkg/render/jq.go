package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/itchyny/gojq"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/printable"
)

// What a jq expression may take; one that never ends must not hang the program.
const (
	jqMaxOutput = 16 << 20 // bytes
	jqMaxTime   = 5 * time.Second
)

// JQError says what is wrong with a jq expression.
type JQError struct {
	Expr string
	// Line and Column, counted from 1, the column in characters, are where the
	// expression cannot be read further. Both are 0 where no place is known.
	Line, Column int
	// Runtime means that the expression is well formed, but failed on the result,
	// or went beyond 16 MiB or 5 s.
	Runtime bool
	Problem string
}

func (e *JQError) Error() string {
	switch {
	case e.Runtime:
		return "jq: " + e.Problem
	case e.Line > 1 || strings.Contains(e.Expr, "\n"):
		return fmt.Sprintf("jq: line %d, column %d: %s", e.Line, e.Column, e.Problem)
	case e.Line == 1:
		return fmt.Sprintf("jq: column %d of %s: %s", e.Column, printable.Text(e.Expr), e.Problem)
	}
	return fmt.Sprintf("jq: %s: %s", printable.Text(e.Expr), e.Problem)
}

// CompileJQ reports what is wrong with a jq expression before it is needed. The
// error is a *JQError.
func CompileJQ(expr string) error {
	_, err := compileJQ(expr)
	return err
}

// compileJQ gives the expression neither environment, nor files, nor input.
func compileJQ(expr string) (*gojq.Code, error) {
	query, err := gojq.Parse(expr)
	if parseErr, ok := errors.AsType[*gojq.ParseError](err); ok {
		// Offset is where the offending token ends.
		at := min(max(parseErr.Offset-len(parseErr.Token), 0), len(expr))
		lineStart := strings.LastIndexByte(expr[:at], '\n') + 1
		return nil, &JQError{
			Expr:    expr,
			Line:    strings.Count(expr[:at], "\n") + 1,
			Column:  utf8.RuneCountInString(expr[lineStart:at]) + 1,
			Problem: parseErr.Error(),
		}
	}
	if err != nil {
		return nil, &JQError{Expr: expr, Problem: err.Error()}
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, &JQError{Expr: expr, Problem: err.Error()}
	}
	return code, nil
}

// writeJQ writes each output of expr over the JSON result on a line of its own:
// strings bare, everything else as compact JSON. It fails after maxTime.
func writeJQ(ctx context.Context, b *bytes.Buffer, fields Fields, expr string, maxTime time.Duration) error {
	code, err := compileJQ(expr)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := appendFields(&text, "", fields); err != nil {
		return err
	}
	input, err := exactjson.Decode(text.Bytes())
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	err = appendOutputs(b, code.RunWithContext(limited, input))
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("jq: %w", ctx.Err())
	case limited.Err() != nil:
		err = fmt.Errorf("the expression takes more than %s", maxTime)
	}
	return &JQError{Expr: expr, Runtime: true, Problem: printable.Text(err.Error())}
}

func appendOutputs(b *bytes.Buffer, outputs gojq.Iter) error {
	for {
		v, ok := outputs.Next()
		if !ok {
			return nil
		}
		if err, ok := v.(error); ok {
			if halt, ok := errors.AsType[*gojq.HaltError](err); ok && halt.Value() == nil {
				return nil
			}
			return err
		}
		if err := appendOutput(b, v); err != nil {
			return err
		}
		if b.Len() > jqMaxOutput {
			return fmt.Errorf("the expression yields more than %d MiB", jqMaxOutput>>20)
		}
	}
}

func appendOutput(b *bytes.Buffer, v any) error {
	if s, ok := v.(string); ok {
		b.WriteString(s)
	} else {
		text, err := gojq.Marshal(v)
		if err != nil {
			return err
		}
		b.Write(printable.JSON(text))
	}
	b.WriteByte('\n')
	return nil
}
