package profile

import (
	"context"
	"strings"
)

// The variables of expressions over a response. In $headers names are in lower case, and
// the values of a repeated field are joined with ", " (RFC 9110 §5.2).
const (
	headersVariable = "$headers" // an object; {} if the headers are not known
	statusVariable  = "$status"  // a number; null if the status is not known
)

// variablesOf returns the variables that an expression is compiled with: none if it
// mentions none, which most do not.
func variablesOf(expr string) []string {
	if strings.Contains(expr, headersVariable) || strings.Contains(expr, statusVariable) {
		return []string{headersVariable, statusVariable}
	}
	return nil
}

// first returns the first output of the expression, nil if it has none.
func (e expression) first(ctx context.Context, r Response) (any, error) {
	if e.code == nil {
		return nil, nil
	}
	if r.Memo != nil && !e.code.IsPath() {
		return r.Memo.first(ctx, e, r)
	}
	return e.output(ctx, r)
}

// output is first without a memo.
func (e expression) output(ctx context.Context, r Response) (any, error) {
	if variablesOf(e.text) == nil {
		return e.code.First(ctx, r.Value)
	}
	return e.code.First(ctx, r.Value, r.headers(), r.status())
}

func (r Response) headers() any {
	out := make(map[string]any, len(r.Header))
	for name, values := range r.Header {
		out[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return out
}

func (r Response) status() any {
	if r.Status == 0 {
		return nil
	}
	return r.Status
}

// ReadsHeaders reports whether an expression mentions $headers or $status, so that the body
// alone is not enough to read the response again.
func (r *Reader) ReadsHeaders() bool {
	for _, e := range r.expressions() {
		if variablesOf(e.text) != nil {
			return true
		}
	}
	return false
}

// NamesHeader reports whether an expression that uses $headers contains the name of the
// field.
func (r *Reader) NamesHeader(name string) bool {
	for _, e := range r.expressions() {
		if strings.Contains(e.text, headersVariable) && strings.Contains(e.text, strings.ToLower(name)) {
			return true
		}
	}
	return false
}
