// Package jq runs untrusted jq expressions on untrusted values. An expression cannot read
// the environment or files, is limited in memory, and is abandoned when its context is
// done.
//
// Call [Compile], then [Expression.Run] for all outputs or [Expression.First] for one.
package jq

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/itchyny/gojq"

	"ssoctl/pkg/lang"
)

// Expression is a compiled jq expression. It is safe for concurrent use.
type Expression struct {
	path       path // nil if the expression is not a path
	code       func() *gojq.Code
	multiplies bool
}

// SyntaxError says why an expression cannot be compiled.
type SyntaxError struct {
	// Line and Column say where the error is. They count from 1, Column in characters. Both
	// are 0 if the position is unknown.
	Line, Column int
	Problem      string
}

func (e *SyntaxError) Error() string { return e.Problem }

// Text returns Problem in both languages. In Chinese, messages that this package does not
// know stay in English.
func (e *SyntaxError) Text() lang.Text {
	for _, known := range []lang.Text{
		{EN: "unexpected EOF", ZH: "表达式不完整"},
		{EN: "unexpected token ", ZH: "此处不应有 "},
		{EN: "unterminated string literal", ZH: "字符串没有结束"},
		{EN: "function not defined: ", ZH: "没有函数 "},
		{EN: "variable not defined: ", ZH: "没有变量 "},
	} {
		if rest, ok := strings.CutPrefix(e.Problem, known.EN); ok {
			return lang.Text{EN: e.Problem, ZH: known.ZH + rest}
		}
	}
	return lang.Text{EN: e.Problem}
}

// Compile compiles an expression, which may use the given variables, such as $status. The
// error is a [*SyntaxError].
func Compile(text string, variables ...string) (*Expression, error) {
	if p := parsePath(text); p != nil {
		return &Expression{path: p, code: sync.OnceValue(func() *gojq.Code {
			code, _, _ := compile(text, variables) // a path is valid
			return code
		})}, nil
	}
	key := strings.Join(append([]string{text}, variables...), "\x00")
	if e := compiled.find(key); e != nil {
		return e, nil
	}
	code, multiplies, err := compile(text, variables)
	if err != nil {
		return nil, err
	}
	e := &Expression{code: func() *gojq.Code { return code }, multiplies: multiplies}
	compiled.keep(key, e)
	return e, nil
}

// compiled caches the compiled expressions, because profiles share most of them: when this was
// written, 90 of 300 were different.
var compiled memo

type memo struct {
	mu sync.Mutex
	by map[string]*Expression // by text and variables
}

func (m *memo) find(key string) *Expression {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.by[key]
}

// keep keeps e, if it is short and one of the first thousand.
func (m *memo) keep(key string, e *Expression) {
	const maxCount, maxLength = 1000, 1 << 10
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.by == nil {
		m.by = map[string]*Expression{}
	}
	if len(m.by) < maxCount && len(key) <= maxLength {
		m.by[key] = e
	}
}

func compile(text string, variables []string) (code *gojq.Code, multiplies bool, err error) {
	query, err := gojq.Parse(text)
	if parseErr, ok := errors.AsType[*gojq.ParseError](err); ok {
		// Offset is the end of the wrong token.
		at := min(max(parseErr.Offset-len(parseErr.Token), 0), len(text))
		lineStart := strings.LastIndexByte(text[:at], '\n') + 1
		return nil, false, &SyntaxError{
			Line:    strings.Count(text[:at], "\n") + 1,
			Column:  utf8.RuneCountInString(text[lineStart:at]) + 1,
			Problem: parseErr.Error(),
		}
	}
	if err == nil {
		var options []gojq.CompilerOption
		if options, multiplies, err = bound(query); err == nil {
			code, err = gojq.Compile(query, append(options, gojq.WithVariables(variables))...)
		}
	}
	if err != nil {
		return nil, false, &SyntaxError{Problem: err.Error()}
	}
	return code, multiplies, nil
}

// IsPath reports whether the expression is a path such as .data.id, which [Expression.First]
// follows in less time than it takes to remember its output.
func (e *Expression) IsPath() bool { return e.path != nil }

// Run calls take with each output, and stops if take returns an error. values are the values
// of the variables, in the order given to [Compile]. Numbers in outputs are [json.Number].
// Run returns the error of take, ctx.Err(), the error of the expression, or an error for an
// expression that needs more than 40 MiB of memory.
//
// gojq checks its context only between operations, and a single operation can take
// minutes, such as the product of two long numbers. Therefore gojq runs in its own
// goroutine, which Run abandons when ctx is done or memory runs out. That goroutine calls
// take, and may still do so after Run has returned.
func (e *Expression) Run(ctx context.Context, input any, take func(any) error, values ...any) error {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	before, done := heap(), make(chan error, 1)
	go func() {
		done <- outputs(e.code().RunWithContext(&gauge{Context: within, before: before}, input, values...), take)
	}()
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if exceeds(before) {
				return errMemory
			}
		}
	}
}

// errEnough stops a run after the last output that is needed.
var errEnough = errors.New("enough")

// First returns the first output, or nil if there is none. Errors are those of
// [Expression.Run].
func (e *Expression) First(ctx context.Context, input any, values ...any) (any, error) {
	if e.path != nil && ctx.Err() == nil {
		if v, ok := e.path.follow(input); ok {
			return bounded(v)
		}
	}
	if !e.multiplies && weigh(values, weigh(input, lightInput)) >= 0 {
		out, _, err := next(e.code().RunWithContext(&gauge{Context: ctx, max: fewOperations}, input, values...))
		if err != errMany {
			return out, err
		}
	}
	first := make(chan any, 1)
	err := e.Run(ctx, input, func(v any) error {
		first <- v
		return errEnough
	}, values...)
	switch err {
	case errEnough:
		return <-first, nil
	case nil:
		return nil, nil
	}
	return nil, err
}

// Without multiplication, a few operations on a small input take negligible time, so First
// runs them without a goroutine, which would cost several times as much. An expression
// that needs more operations is run again from the start.
const lightInput, fewOperations = 256, 128

func outputs(all gojq.Iter, take func(any) error) error {
	for {
		v, more, err := next(all)
		if !more || err != nil {
			return err
		}
		if err := take(v); err != nil {
			return err
		}
	}
}

// next returns the next output; more is false after the last one.
func next(all gojq.Iter) (v any, more bool, err error) {
	v, more = all.Next()
	if err, failed := v.(error); failed {
		return nil, false, failure(err)
	}
	v, err = bounded(v)
	return v, more && err == nil, err
}

// bounded returns an output with exact numbers, or an error if it is too large: it may be a
// list of 500 million nulls.
func bounded(v any) (any, error) {
	const maxOutput = 1 << 20
	if weigh(v, maxOutput) < 0 {
		return nil, errMemory
	}
	return exact(v), nil
}

// failure truncates the message of an error from gojq. It returns nil for halt.
func failure(err error) error {
	const longest = 4 << 10
	if halt, ok := errors.AsType[*gojq.HaltError](err); ok && halt.Value() == nil {
		return nil
	}
	if err == errMemory || err == errMany || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, errDeep) {
		return errDeep
	}
	if large, ok := errors.AsType[*largeError](err); ok {
		return large
	}
	if value, has := errors.AsType[gojq.ValueError](err); has && textCost(value.Value(), nil) > maxResult {
		return &largeError{"error"}
	}
	text := err.Error()
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return errors.New(text)
}
