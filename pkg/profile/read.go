package profile

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/itchyny/gojq"
)

// Reader is how one step's answers are judged and read. It is made before the
// request is sent, so that a fault in an expression does not cost a code.
type Reader struct {
	ok, code, message, trace *gojq.Code
	read                     map[string]*gojq.Code
	exprs                    map[string]string
}

// Reader compiles the step's expressions. The error is an *Error that says where.
func (p *Profile) Reader(s *Step) (*Reader, error) {
	var errs Errors
	reply := p.ReplyOf(s)
	compile := func(key, expr, own string) *gojq.Code {
		path := []string{"reply", key}
		if own != "" || key == "read" {
			path[0] = s.Name
		}
		code, err := compileJQ(expr)
		if err != nil {
			errs = append(errs, p.errorf(path, "%s", err))
		}
		return code
	}
	r := &Reader{
		ok:      compile("ok", reply.OK, s.OK),
		code:    compile("code", reply.Code, s.Code),
		message: compile("message", reply.Message, s.Message),
		trace:   compile("trace", reply.Trace, s.Trace),
		read:    map[string]*gojq.Code{}, exprs: s.Read,
	}
	for _, name := range slices.Sorted(maps.Keys(s.Read)) {
		code, err := compileJQ(s.Read[name])
		if err != nil {
			errs = append(errs, p.errorf([]string{s.Name, "read", name}, "%s", err))
		}
		r.read[name] = code
	}
	return r, errs.orNil()
}

// compileJQ returns nil for an empty expression.
func compileJQ(expr string) (*gojq.Code, error) {
	if strings.TrimSpace(expr) == "" {
		return nil, nil
	}
	query, err := gojq.Parse(expr)
	if err != nil {
		return nil, fmt.Errorf("jq %q: %w", expr, err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, fmt.Errorf("jq %q: %w", expr, err)
	}
	return code, nil
}

// Decode makes of an answer what jq sees: JSON with exact numbers, or a string
// when it is none. isJSON says which. Bytes that are no UTF-8 are an error.
func Decode(body []byte) (v any, isJSON bool, err error) {
	if !utf8.Valid(body) {
		return nil, false, fmt.Errorf("not UTF-8")
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&v); err == nil {
		if _, err := dec.Token(); err == io.EOF {
			return v, true, nil
		}
	}
	return string(bytes.TrimSpace(body)), false, nil
}

// Verdict is the judgement on an answer.
type Verdict struct {
	OK                   bool
	Code, Message, Trace string // Code and Message of a refusal
}

// Judge says whether the vendor said yes. An expression that fails on this
// answer yields nothing, and so no yes.
func (r *Reader) Judge(ctx context.Context, v any) Verdict {
	out := Verdict{OK: true, Trace: Text(run(ctx, r.trace, v))}
	if r.ok != nil {
		yes := run(ctx, r.ok, v)
		out.OK = yes != nil && yes != false
	}
	if !out.OK {
		return r.Refusal(ctx, v)
	}
	return out
}

// Refusal reads an answer that is known to be a no, such as one with HTTP 500.
func (r *Reader) Refusal(ctx context.Context, v any) Verdict {
	return Verdict{Code: Text(run(ctx, r.code, v)), Message: Text(run(ctx, r.message, v)), Trace: Text(run(ctx, r.trace, v))}
}

// Read returns what the step reads from an answer, without what it lacks.
func (r *Reader) Read(ctx context.Context, v any) map[string]any {
	out := map[string]any{}
	for name, code := range r.read {
		if x := run(ctx, code, v); x != nil && x != "" {
			out[name] = x
		}
	}
	return out
}

// Expr returns the expression by which name is read.
func (r *Reader) Expr(name string) (string, bool) {
	expr, ok := r.exprs[name]
	return expr, ok
}

// run returns the first output of an expression, nil when it has none or fails.
func run(ctx context.Context, code *gojq.Code, v any) any {
	if code == nil {
		return nil
	}
	out, ok := code.RunWithContext(ctx, v).Next()
	if !ok {
		return nil
	}
	if _, failed := out.(error); failed {
		return nil
	}
	return out
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
	case int:
		return strconv.Itoa(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case *big.Int:
		return x.String()
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
