package profile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/jq"
)

// Reader is how one step's answers are judged and read. It is made before the
// request is sent, so that a fault in an expression does not cost a code.
type Reader struct {
	ok, code, message, trace expression
	read                     map[string]expression
	exprs                    map[string]string
}

// expression is a jq expression of a profile; the zero value yields nothing.
type expression struct {
	text string
	code *jq.Expression
	at   Error // where it stands; without a problem
}

// Reader compiles the step's expressions. The error is an *Error that says where.
func (p *Profile) Reader(s *Step) (*Reader, error) {
	var errs Errors
	reply := p.ReplyOf(s)
	compile := func(expr string, path ...string) expression {
		code, err := compileJQ(expr)
		if err != nil {
			errs = append(errs, p.errorf(path, "%s", err))
		}
		return expression{expr, code, *p.errorf(path, "")}
	}
	judging := func(key, expr, own string) expression {
		if own != "" {
			return compile(expr, s.Name, key)
		}
		return compile(expr, "reply", key)
	}
	r := &Reader{
		ok:      judging("ok", reply.OK, s.OK),
		code:    judging("code", reply.Code, s.Code),
		message: judging("message", reply.Message, s.Message),
		trace:   judging("trace", reply.Trace, s.Trace),
		read:    map[string]expression{}, exprs: s.Read,
	}
	for _, name := range slices.Sorted(maps.Keys(s.Read)) {
		r.read[name] = compile(s.Read[name], s.Name, "read", name)
	}
	return r, errs.orNil()
}

// compileJQ returns nil for an empty expression.
func compileJQ(expr string) (*jq.Expression, error) {
	if strings.TrimSpace(expr) == "" {
		return nil, nil
	}
	code, err := jq.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("jq %q: %w", expr, err)
	}
	return code, nil
}

// Decode makes of a response what jq sees: JSON as exactjson decodes it, or a string
// when it is none. isJSON says which. Bytes that are no UTF-8 are an error, and so is JSON
// of more values than are decoded, exactjson.ErrTooMany.
func Decode(body []byte) (v any, isJSON bool, err error) {
	if !utf8.Valid(body) {
		return nil, false, fmt.Errorf("not UTF-8")
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	v, err = exactjson.Decode(body)
	switch {
	case err == nil:
		return v, true, nil
	case errors.Is(err, exactjson.ErrTooMany):
		return nil, false, err
	}
	return string(bytes.TrimSpace(body)), false, nil
}

// Verdict is the judgement on a response.
type Verdict struct {
	OK                   bool
	Code, Message, Trace string // Code and Message of a refusal
	// Refused says that code or message yields something, be it an object or array,
	// which is neither a code nor a message.
	Refused bool
	// Err is that the context has ended before an expression did, a *[StoppedError].
	// Nothing is known then.
	Err error
}

// StoppedError says that the context has ended before an expression did.
type StoppedError struct {
	Expression Error // where it stands; without a problem
	Err        error // the context's
}

func (e *StoppedError) Error() string {
	return fmt.Sprintf("%s: %s: %v", e.Expression.Place(), e.Expression.Key, e.Err)
}
func (e *StoppedError) Unwrap() error { return e.Err }

// Judge says whether the vendor said yes. An expression that fails on this
// response yields nothing, and so no yes: see [Reader.Failures].
func (r *Reader) Judge(ctx context.Context, v any) Verdict {
	reading := reading{ctx: ctx, v: v}
	if r.ok.code != nil {
		if yes := reading.run(r.ok); yes == nil || yes == false {
			return r.refusal(&reading)
		}
	}
	return Verdict{OK: true, Trace: Text(reading.run(r.trace)), Err: reading.err}
}

// Refusal reads a response that is known to be a no, such as one with HTTP 500.
func (r *Reader) Refusal(ctx context.Context, v any) Verdict {
	return r.refusal(&reading{ctx: ctx, v: v})
}

func (r *Reader) refusal(reading *reading) Verdict {
	code, message := reading.run(r.code), reading.run(r.message)
	return Verdict{
		Code: scalarText(code), Message: scalarText(message), Trace: Text(reading.run(r.trace)),
		Refused: Text(code) != "" || Text(message) != "", Err: reading.err,
	}
}

// reading runs expressions on one response, until its context ends.
type reading struct {
	ctx context.Context
	v   any
	err error // a *StoppedError
}

// run returns the first output of an expression, nil when it has none or fails.
func (r *reading) run(e expression) any {
	if r.err != nil {
		return nil
	}
	out, err := e.first(r.ctx, r.v)
	if ended := r.ctx.Err(); ended != nil && errors.Is(err, ended) {
		r.err = &StoppedError{e.at, ended}
	}
	if err != nil {
		return nil
	}
	return out
}

// scalarText is Text of what is neither an object nor an array.
func scalarText(v any) string {
	switch v.(type) {
	case map[string]any, []any:
		return ""
	}
	return Text(v)
}

// Failures returns the expressions that fail on a response, each with its place and
// jq's message. That holds no string of the response, except where the expression itself
// raises it as an error. Those that the context has ended are left out.
func (r *Reader) Failures(ctx context.Context, v any) []*Error {
	all := []expression{r.ok, r.code, r.message, r.trace}
	for _, name := range slices.Sorted(maps.Keys(r.read)) {
		all = append(all, r.read[name])
	}
	var out []*Error
	for _, e := range all {
		if _, err := e.first(ctx, v); err != nil && ctx.Err() == nil {
			failed := e.at
			failed.Problem = "jq: " + withoutValues(err.Error(), e.text)
			out = append(out, &failed)
		}
	}
	return out
}

// Read returns what the step reads from an answer, without what it lacks. The error is a
// *[StoppedError].
func (r *Reader) Read(ctx context.Context, v any) (map[string]any, error) {
	out, reading := map[string]any{}, reading{ctx: ctx, v: v}
	for name, e := range r.read {
		if x := reading.run(e); x != nil && x != "" {
			out[name] = x
		}
	}
	return out, reading.err
}

// ReadOne returns one value of [Reader.Read]; nil where the step does not read it, or
// the answer lacks it. The error is a *[StoppedError].
func (r *Reader) ReadOne(ctx context.Context, v any, name string) (any, error) {
	reading := reading{ctx: ctx, v: v}
	x := reading.run(r.read[name])
	if x == "" {
		x = nil
	}
	return x, reading.err
}

// Expr returns the expression by which name is read.
func (r *Reader) Expr(name string) (string, bool) {
	expr, ok := r.exprs[name]
	return expr, ok
}

// withoutValues leaves out of jq's message the strings that it quotes from a response,
// cut or whole, and keeps those of the expression.
func withoutValues(message, expr string) string {
	quoted := regexp.MustCompile(`(?s)"(?:[^"\\]|\\.)*?(?:"| \.\.\.[}\]]|$)`)
	return quoted.ReplaceAllStringFunc(message, func(text string) string {
		if strings.Contains(expr, text) {
			return text
		}
		return `"…"`
	})
}

// first returns the first output of the expression, nil when it has none.
func (e expression) first(ctx context.Context, v any) (any, error) {
	if e.code == nil {
		return nil, nil
	}
	return e.code.First(ctx, v)
}

// plainNumber writes a number without an exponent, unless that takes very long.
func plainNumber(s string) string {
	const longest = 400
	i := strings.IndexAny(s, "eE")
	if i < 0 || len(s) > longest {
		return s
	}
	if exponent, err := strconv.Atoi(s[i+1:]); err != nil || exponent > longest || exponent < -longest {
		return s
	}
	exact, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	digits, _ := exact.FloatPrec() // powers of ten end
	return exact.FloatString(digits)
}

// Text writes a decoded value as text: a number exactly, never in exponents;
// an object or array as JSON; null as nothing.
func Text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case json.Number:
		return plainNumber(x.String())
	case float64: // of encoding/json
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
