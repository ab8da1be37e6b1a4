package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/jq"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// Limits of a jq expression, which may be endless.
const (
	jqMaxOutput = 8 << 20 // bytes
	jqMaxTime   = 5 * time.Second
)

// JQError says what is wrong with a jq expression.
type JQError struct {
	Expr string
	// Line and Column say where the syntax error is. They count from 1, Column in characters.
	// Both are 0 if the position is unknown.
	Line, Column int
	// Runtime means that the expression is valid but failed on this result, or exceeded a
	// limit: 8 MiB of output, 5 s, or the memory limit of [jq.Expression.Run].
	Runtime bool
	Problem lang.Text
}

func (e *JQError) Error() string { return e.Text().EN }

// Failure returns [failure.Usage].
func (*JQError) Failure() failure.Kind { return failure.Usage }

// Text returns the error in both languages. In Chinese, a message of the jq library stays
// in English.
func (e *JQError) Text() lang.Text {
	switch {
	case e.Runtime:
		return lang.Sprintf(lang.Text{EN: "jq: %s", ZH: "jq 出错：%s"}, e.Problem)
	case e.Line > 1 || strings.Contains(e.Expr, "\n"):
		return lang.Sprintf(lang.Text{EN: "jq: line %d, column %d: %s", ZH: "jq 表达式第 %d 行第 %d 列有误：%s"}, e.Line, e.Column, e.Problem)
	case e.Line == 1:
		return lang.Sprintf(lang.Text{EN: "jq: column %d of %s: %s", ZH: "jq 表达式第 %d 列有误（%s）：%s"}, e.Column, printable.Text(e.Expr), e.Problem)
	}
	return lang.Sprintf(lang.Text{EN: "jq: %s: %s", ZH: "jq 表达式有误（%s）：%s"}, printable.Text(e.Expr), e.Problem)
}

// CompileJQ checks the syntax of a jq expression. The error is a [*JQError].
func CompileJQ(expr string) error {
	_, err := compileJQ(expr)
	return err
}

func compileJQ(expr string) (*jq.Expression, error) {
	code, err := jq.Compile(expr)
	if syntax, ok := errors.AsType[*jq.SyntaxError](err); ok {
		return nil, &JQError{Expr: expr, Line: syntax.Line, Column: syntax.Column, Problem: syntax.Text()}
	}
	return code, err
}

// writeJQ applies expr to the JSON result and writes each output on its own line: strings
// without quotes, and other values as compact JSON. It fails after maxTime.
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
	if errors.Is(err, exactjson.ErrTooMany) {
		return &JQError{Expr: expr, Runtime: true, Problem: lang.Sprintf(lang.Text{EN: "the result has more than %d values", ZH: "结果里的值超过 %d 个"}, exactjson.MaxValues)}
	} else if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	var out bytes.Buffer // not read unless Run succeeds: otherwise its goroutine may still write
	err = code.Run(limited, input, func(v any) error { return appendOutput(&out, v) })
	switch {
	case err == nil:
		*b = out
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("jq: %w", ctx.Err())
	case limited.Err() != nil:
		err = lang.Errorf(lang.Text{EN: "the expression takes more than %s", ZH: "表达式运行超过 %s"}, lang.Span(maxTime))
	}
	why := lang.Of(err)
	return &JQError{Expr: expr, Runtime: true, Problem: lang.Text{EN: printable.Text(why.EN), ZH: printable.Text(why.ZH)}}
}

func appendOutput(b *bytes.Buffer, v any) error {
	if s, ok := v.(string); ok {
		b.WriteString(s)
	} else {
		text, err := jq.Marshal(v)
		if err != nil {
			return err
		}
		b.Write(printable.JSON(text))
	}
	b.WriteByte('\n')
	if b.Len() > jqMaxOutput {
		return lang.Errorf(lang.Text{EN: "the expression yields more than %d MiB", ZH: "表达式的输出超过 %d MiB"}, jqMaxOutput>>20)
	}
	return nil
}
