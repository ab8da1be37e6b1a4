package profile

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/body"
)

// RedirectReader reads the vendor's redirect to the redirect_uri as [authorize] says.
// Expressions see a redirect as an object of its parameters, like a form: a parameter that
// occurs more than once is a list. Make it with [Profile.RedirectReader].
type RedirectReader struct {
	step   *Step
	reader *Reader
}

// Redirected is what a redirect says: a code, or an error and its message. Empty fields are
// missing.
type Redirected struct {
	Code, Error, Message string
	// Repeated are the parameters that occur more than once, if that makes the redirect
	// ambiguous.
	Repeated []string
}

// What [authorize] reads from a redirect unless it says otherwise (RFC 6749 §4.1.2).
const (
	redirectError   = ".error"
	redirectMessage = ".error_description"
)

// redirectTime limits the expressions that read one redirect, because anybody can send one.
const redirectTime = 2 * time.Second

// RedirectReader returns the reader of the vendor's redirects. The error is a
// [*NotOfferedError], or [Errors] as of [Profile.Reader].
func (p *Profile) RedirectReader() (*RedirectReader, error) {
	s, err := p.Offer(StepAuthorize)
	if err != nil {
		return nil, err
	}
	reader, err := p.Reader(s)
	if err != nil {
		return nil, err
	}
	return &RedirectReader{s, reader}, nil
}

// Says returns what a redirect with these parameters says.
func (r *RedirectReader) Says(params url.Values) Redirected {
	if !r.step.ReadsRedirect() {
		return r.step.redirected(params)
	}
	reading, done := newRedirectReading(params)
	defer done()
	var out Redirected
	text := func(e expression) string {
		v := reading.run(e)
		if list, ok := v.([]any); ok && len(list) > 1 {
			out.Repeated = append(out.Repeated, fieldsIn(e.text)...)
		}
		if v == false {
			return ""
		}
		return scalarText(v)
	}
	out.Error, out.Message = text(r.reader.code), text(r.reader.message)
	if r.reader.redirectCode.code != nil {
		out.Code = text(r.reader.redirectCode)
		return out
	}
	r.step.findCode(params, &out)
	return out
}

// redirected reads a redirect by the names in callback.code and those of RFC 6749, without
// expressions.
func (s *Step) redirected(params url.Values) Redirected {
	out := Redirected{Error: params.Get("error"), Message: params.Get("error_description")}
	for _, name := range []string{"error", "error_description"} {
		if len(params[name]) > 1 {
			out.Repeated = []string{name}
		}
	}
	s.findCode(params, &out)
	return out
}

// findCode finds the code under the names in callback.code.
func (s *Step) findCode(params url.Values, out *Redirected) {
	codes := 0
	for _, name := range s.CodeParams() {
		codes += len(params[name])
		out.Code += strings.Join(params[name], "")
	}
	if codes > 1 {
		out.Repeated = s.CodeParams()
	}
}

// Values returns what [authorize] reads from a redirect besides the code.
func (r *RedirectReader) Values(params url.Values) map[string]any {
	reading, done := newRedirectReading(params)
	defer done()
	out, _ := r.reader.Read(reading.ctx, reading.response) // a value that takes too long is missing
	return out
}

// Failures returns the expressions that fail on a redirect, as [Reader.Failures] does.
func (r *RedirectReader) Failures(params url.Values) []*Error {
	reading, done := newRedirectReading(params)
	defer done()
	return r.reader.Failures(reading.ctx, reading.response)
}

func newRedirectReading(params url.Values) (*reading, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), redirectTime)
	return &reading{ctx: ctx, response: Response{Value: RedirectObject(params)}}, cancel
}

// RedirectObject returns the parameters of a redirect as expressions see them.
func RedirectObject(params url.Values) map[string]any {
	v, err := body.Pairs([]byte(params.Encode()))
	object, ok := v.(map[string]any)
	if err != nil || !ok { // no parameters
		return map[string]any{}
	}
	return object
}

// RedirectNames returns the names of the values that a login gets from its redirect, besides
// the code.
func (p *Profile) RedirectNames() []string {
	if p.Authorize == nil {
		return nil
	}
	names := slices.Sorted(maps.Keys(p.Authorize.Read))
	return slices.DeleteFunc(names, func(name string) bool { return name == "code" })
}

// ReadsRedirect reports whether [authorize] reads the code or an error with an expression,
// not only under the names in callback.code and those of RFC 6749.
func (s *Step) ReadsRedirect() bool {
	return s.Reply.Code != "" || s.Message != "" || s.Read["code"] != ""
}

// CodeParams returns the possible names of the code parameter in the callback.
func (s *Step) CodeParams() []string {
	if names := fieldsIn(s.Read["code"]); len(names) > 0 && s.Name == StepAuthorize {
		return names
	}
	if len(s.Callback.Code) == 0 {
		return []string{"code"}
	}
	return s.Callback.Code
}

// ErrorParams returns the names of the parameters in the callback that may contain an error.
func (s *Step) ErrorParams() []string { return fieldsIn(cmp.Or(s.Reply.Code, redirectError)) }

// CallbackParams returns the names of the parameters that the vendor may add to the
// redirect_uri, except state.
func (s *Step) CallbackParams() []string {
	names := slices.Concat(s.CodeParams(), s.ErrorParams(), []string{"error", "error_description", "error_uri"}, fieldsIn(s.Message))
	for _, expr := range s.Read {
		names = append(names, fieldsIn(expr)...)
	}
	for _, example := range []string{string(s.Example), string(s.RefusalExample)} {
		for _, pair := range strings.Split(example, "&") {
			if name, _, ok := strings.Cut(pair, "="); ok {
				names = append(names, body.Unescape(name))
			}
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "state" })
	slices.Sort(names)
	return slices.Compact(names)
}

var fieldPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\.([A-Za-z_]\w*)|\["([^"\\]+)"\]|\bhas\("([^"\\]+)"\)`)
})

// fieldsIn returns the fields that a jq expression names.
func fieldsIn(expr string) []string {
	if expr == "" {
		return nil
	}
	var names []string
	for _, m := range fieldPattern().FindAllStringSubmatch(expr, -1) {
		if name := m[1] + m[2] + m[3]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
