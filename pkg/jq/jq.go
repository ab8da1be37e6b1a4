// Package jq runs expressions that somebody else may have written on values that somebody
// else has: [Compile], then [Expression.Run] or [Expression.First]. An expression has
// neither environment, nor files, nor input, and it ends when its context does.
package jq

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/itchyny/gojq"
)

// Expression is a compiled one; it may be run concurrently.
type Expression struct{ code *gojq.Code }

// SyntaxError says why an expression cannot be compiled.
type SyntaxError struct {
	// Line and Column, counted from 1, the column in characters, are where the
	// expression cannot be read further. Both are 0 where no place is known.
	Line, Column int
	Problem      string
}

func (e *SyntaxError) Error() string { return e.Problem }

// Compile compiles an expression. The error is a *SyntaxError.
func Compile(text string) (*Expression, error) {
	query, err := gojq.Parse(text)
	if parseErr, ok := errors.AsType[*gojq.ParseError](err); ok {
		// Offset is where the offending token ends.
		at := min(max(parseErr.Offset-len(parseErr.Token), 0), len(text))
		lineStart := strings.LastIndexByte(text[:at], '\n') + 1
		return nil, &SyntaxError{
			Line:    strings.Count(text[:at], "\n") + 1,
			Column:  utf8.RuneCountInString(text[lineStart:at]) + 1,
			Problem: parseErr.Error(),
		}
	}
	if err != nil {
		return nil, &SyntaxError{Problem: err.Error()}
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, &SyntaxError{Problem: err.Error()}
	}
	return &Expression{code}, nil
}

// Run calls take with each output, until that returns an error. Numbers are json.Number.
// The error is take's; the context's, where it ended before the expression did; else what
// the expression failed with, or that it took more memory than any is worth.
//
// gojq looks at its context only between two operations, and one alone can take minutes,
// such as the product of two long numbers. So it runs apart, and is left alone when it is
// to end: take is called in another goroutine, also after Run has returned.
func (e *Expression) Run(ctx context.Context, input any, take func(any) error) error {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- outputs(e.code.RunWithContext(within, input), take) }()
	memory := watch()
	defer memory.stop()
	for {
		select {
		case err := <-done:
			if memory.ticked && (err == nil || err == errEnough) {
				err = cmp.Or(memory.exceeded(), err)
			}
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-memory.tick():
			if err := memory.exceeded(); err != nil {
				return err
			}
		}
	}
}

// errEnough ends a run that has yielded all that is wanted.
var errEnough = errors.New("enough")

// First returns the first output, nil where there is none. The error is as of Run.
func (e *Expression) First(ctx context.Context, input any) (any, error) {
	first := make(chan any, 1)
	err := e.Run(ctx, input, func(v any) error {
		first <- v
		return errEnough
	})
	switch err {
	case errEnough:
		return <-first, nil
	case nil:
		return nil, nil
	}
	return nil, err
}

func outputs(all gojq.Iter, take func(any) error) error {
	for {
		v, more := all.Next()
		if !more {
			return nil
		}
		if err, failed := v.(error); failed {
			return failure(err)
		}
		if err := take(exact(v)); err != nil {
			return err
		}
	}
}

// failure is an error of gojq's as a text of bounded length; nil for jq's halt.
func failure(err error) error {
	const longest = 4 << 10
	if halt, ok := errors.AsType[*gojq.HaltError](err); ok && halt.Value() == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	text := err.Error()
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return errors.New(text)
}
