package profile

import (
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

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/jq"
	"ssoctl/pkg/lang"
)

// Reader judges the responses to one step and reads values from them, with the jq
// expressions of the profile. Make it with [Profile.Reader] before sending the
// request, so that an error in an expression does not waste a code.
type Reader struct {
	ok, code, message, trace expression
	read                     map[string]expression
	exprs                    map[string]string
	redirectCode             expression // only of [authorize]: read.code
}

// expression is a jq expression of a profile. The zero value yields nothing.
type expression struct {
	text    string
	code    *jq.Expression
	profile *Profile
	path    []string // of its key
}

// at returns the location of the expression, as an error without a problem. It is computed
// only when needed, because finding the line takes longer than running most expressions.
func (e expression) at() Error { return *e.profile.errorf(e.path, lang.Text{}) }

// Reader compiles the step's expressions. The error is [Errors], with the location of
// each expression that does not compile.
func (p *Profile) Reader(s *Step) (*Reader, error) {
	var errs Errors
	reply := p.ReplyOf(s)
	compile := func(expr string, path ...string) expression {
		code, err := compileJQ(expr)
		if err != nil {
			errs = append(errs, p.errorf(path, verbatim, err))
		}
		return expression{expr, code, p, path}
	}
	judging := func(key, expr, own string) expression {
		if own != "" {
			return compile(expr, s.at(key)...)
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
		r.read[name] = compile(s.Read[name], s.at("read", name)...)
	}
	if s.Name == StepAuthorize { // the code is read separately, and is never part of a result
		r.redirectCode = r.read["code"]
		delete(r.read, "code")
	}
	return r, errs.orNil()
}

// compileJQ returns nil for an empty expression.
func compileJQ(expr string) (*jq.Expression, error) {
	if strings.TrimSpace(expr) == "" {
		return nil, nil
	}
	code, err := jq.Compile(expr, variablesOf(expr)...)
	if err != nil {
		return nil, lang.Errorf(lang.Text{EN: "jq %q: %s", ZH: "jq 表达式 %q 有误：%s"}, expr, err)
	}
	return code, nil
}

// Verdict is the judgement on a response: success or refusal.
type Verdict struct {
	OK                   bool
	Code, Message, Trace string // Code and Message are only for refusals
	// Refused means that the expressions for code or message yield something, even if
	// it is an object or array, for which Code and Message stay "".
	Refused bool
	// Err is a [*StoppedError] if the context ended while an expression ran. Then the
	// other fields mean nothing.
	Err error
}

// StoppedError means that the context ended while an expression ran.
type StoppedError struct {
	Expression Error // its location; Problem is empty
	Err        error // the context's error
}

func (e *StoppedError) Error() string {
	return fmt.Sprintf("%s: %s: %v", e.Expression.Place(), e.Expression.Key, e.Err)
}
func (e *StoppedError) Unwrap() error { return e.Err }

// Judge reports whether a response is a success, and otherwise returns the refusal. If the
// expression for ok fails, the response is not a success: see [Reader.Failures].
func (r *Reader) Judge(ctx context.Context, response Response) Verdict {
	reading := reading{ctx: ctx, response: response}
	if r.ok.code != nil {
		if yes := reading.run(r.ok); yes == nil || yes == false {
			return r.refusal(&reading)
		}
	}
	return Verdict{OK: true, Trace: Text(reading.run(r.trace)), Err: reading.err}
}

// Refusal reads a response that is known to be a refusal, such as one with HTTP status
// 500.
func (r *Reader) Refusal(ctx context.Context, response Response) Verdict {
	return r.refusal(&reading{ctx: ctx, response: response})
}

func (r *Reader) refusal(reading *reading) Verdict {
	code := reading.run(r.code)
	var message any
	if reading.response.needsMessage(scalarText(code)) {
		message = reading.run(r.message)
	}
	return Verdict{
		Code: scalarText(code), Message: scalarText(message), Trace: Text(reading.run(r.trace)),
		Refused: Text(code) != "" || Text(message) != "", Err: reading.err,
	}
}

// reading runs expressions on one response until its context ends.
type reading struct {
	ctx      context.Context
	response Response
	err      error // a *StoppedError
}

// run returns the first output of an expression; nil if there is none or the expression
// fails.
func (r *reading) run(e expression) any {
	if r.err != nil {
		return nil
	}
	out, err := e.first(r.ctx, r.response)
	if ended := r.ctx.Err(); ended != nil && errors.Is(err, ended) {
		r.err = &StoppedError{e.at(), ended}
	}
	if err != nil {
		return nil
	}
	return out
}

// scalarText is [Text], but returns "" for objects and arrays.
func scalarText(v any) string {
	switch v.(type) {
	case map[string]any, []any:
		return ""
	}
	return Text(v)
}

// Failures returns the expressions that fail on a response, each with its location and
// jq's message. Strings from the response are removed from the message, unless the
// expression itself raises them as an error. Expressions that did not finish because
// ctx ended are left out.
func (r *Reader) Failures(ctx context.Context, response Response) []*Error {
	var out []*Error
	for _, e := range r.expressions() {
		if _, err := e.first(ctx, response); err != nil && ctx.Err() == nil {
			failed := e.at()
			why := lang.Of(err)
			failed.Problem = lang.Text{EN: "jq: " + withoutValues(why.EN, e.text), ZH: "jq 出错：" + withoutValues(why.In(lang.ZH), e.text)}
			out = append(out, &failed)
		}
	}
	return out
}

// expressions returns all expressions, those of read in alphabetical order.
func (r *Reader) expressions() []expression {
	all := []expression{r.ok, r.code, r.message, r.trace, r.redirectCode}
	for _, name := range slices.Sorted(maps.Keys(r.read)) {
		all = append(all, r.read[name])
	}
	return all
}

// Read returns the values that the step reads from a response, by name. Values that
// the response lacks are left out. The error is a [*StoppedError].
func (r *Reader) Read(ctx context.Context, response Response) (map[string]any, error) {
	out, reading := map[string]any{}, reading{ctx: ctx, response: response}
	for name, e := range r.read {
		if x := reading.run(e); x != nil && x != "" {
			out[name] = x
		}
	}
	return out, reading.err
}

// ReadOne returns one value of [Reader.Read]. It returns nil if the step does not read
// it or the response lacks it. The error is a [*StoppedError].
func (r *Reader) ReadOne(ctx context.Context, response Response, name string) (any, error) {
	reading := reading{ctx: ctx, response: response}
	x := reading.run(r.read[name])
	if x == "" {
		x = nil
	}
	return x, reading.err
}

// Expr returns the expression that reads name.
func (r *Reader) Expr(name string) (string, bool) {
	expr, ok := r.exprs[name]
	return expr, ok
}

// withoutValues removes from jq's message the strings that it quotes from the
// response, even truncated ones, and keeps those that occur in the expression.
func withoutValues(message, expr string) string {
	quoted := regexp.MustCompile(`(?s)"(?:[^"\\]|\\.)*?(?:"| \.\.\.[}\]]|$)`)
	return quoted.ReplaceAllStringFunc(message, func(text string) string {
		if strings.Contains(expr, text) {
			return text
		}
		return `"…"`
	})
}

// plainNumber writes a number without an exponent, unless the result would be very
// long.
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
	digits, _ := exact.FloatPrec() // finite: s is a decimal number
	return exact.FloatString(digits)
}

// Text returns a decoded value as text: strings unchanged, numbers exactly and without an
// exponent if possible, null as "", objects and arrays as JSON.
func Text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case json.Number:
		return plainNumber(x.String())
	case float64: // decoded by encoding/json
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	text, err := exactjson.Encode(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// ScopeText returns a scope as text. A list, which some vendors send, becomes a text as in
// RFC 6749 §3.3.
func ScopeText(v any) string {
	list, ok := v.([]any)
	if !ok {
		return Text(v)
	}
	var scopes []string
	for _, v := range list {
		if text := Text(v); text != "" {
			scopes = append(scopes, text)
		}
	}
	return strings.Join(scopes, " ")
}
