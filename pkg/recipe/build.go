package recipe

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
)

// Fresh is the source of the values that [Recipe.Build] generates.
type Fresh struct {
	Now   func() time.Time
	Rand  io.Reader
	Fixed map[string]string // values to use instead of generating them: of [Fixable] and of makes
}

// Request is a request that is ready to be sent.
type Request struct {
	*http.Request
	Body []byte
	// Derivations are the values that were made from a text, in the order in which they were
	// made. Made are all values that were made for this request, by placeholder.
	Derivations []Derivation
	Made        map[string]string
	covered     covered
}

// Derivation returns the derivation of a placeholder's value; false if there is none.
func (r *Request) Derivation(name string) (Derivation, bool) {
	for _, d := range r.Derivations {
		if d.Name == name {
			return d, true
		}
	}
	return Derivation{}, false
}

// MissingError lists the placeholders that have no value.
type MissingError struct{ Names []string }

func (e *MissingError) Error() string { return e.Text().EN }

// Text returns the error in both languages.
func (e *MissingError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "no value for %s", ZH: "缺少值：%s"}, lang.List(e.Names))
}

// Build makes a request from the recipe and the values. The error is a [*MissingError] with
// all missing names, an [*AddressError], a [*HeaderError], or another one for an invalid
// method, an unknown hash or encoding, a value that JSON cannot represent, or values that
// are too large.
func (r Recipe) Build(ctx context.Context, v Values, fresh Fresh) (*Request, error) {
	r = r.Authenticated(v)
	b := r.builder(v, fresh)
	address, addressErr := b.address(r.URL)
	query, body, err := b.coveredContent(r, address)
	headers := b.members(r.Headers)
	if problem := b.problem(); problem != nil {
		return nil, problem
	}
	if err != nil {
		return nil, err
	}
	if addressErr != nil {
		return nil, addressErr
	}
	if err := checkHeaders(headers); err != nil {
		return nil, err
	}
	address.RawQuery = query
	out := &Request{Body: body, Derivations: b.derivations, Made: b.made}
	if b.covered != nil {
		out.covered = *b.covered
	}
	out.Request, err = newRequest(ctx, r.Method, address, body)
	if err != nil {
		return nil, err
	}
	if mediaType := r.ContentType(); mediaType != "" {
		out.Header.Set("Content-Type", mediaType)
	}
	for name := range headers {
		out.Header.Set(name, headers.Get(name))
	}
	return out, nil
}

// Check returns the [*AddressError] or [*HeaderError] that [Recipe.Build] would return with
// any values for the placeholders that are not known yet.
func (r Recipe) Check(known Values) error {
	if err := r.URL.CheckAddress(known); err != nil {
		return err
	}
	b := builder{values: known, made: map[string]string{}}
	for _, name := range Fixable {
		b.made[name] = "1"
	}
	r.EachMake(func(name string, _ Make) { b.made[name] = "1" })
	return checkHeaders(b.members(r.Headers))
}

// coveredContent returns the query and the body. Values made from the request, such as a
// signature, come last.
func (b *builder) coveredContent(r Recipe, address *url.URL) (query string, body []byte, err error) {
	lacking := b.lacking
	query, body, err = b.content(r, address)
	if err != nil || !r.derives() {
		return query, body, err
	}
	b.lacking = lacking
	plain := *address
	plain.RawQuery, plain.Fragment = "", ""
	b.covered = &covered{
		method: r.Method, address: plain.String(), path: PathAfter(b.values, address.EscapedPath()),
		rawQuery: query, body: string(body), mediaType: r.ContentType(),
	}
	if r.Sign != nil {
		_, missing := Template("{sign}").Expand(b.value) // even if no member contains it
		b.missing(missing)
	}
	return b.content(r, address)
}

const jsonMediaType = "application/json"

func newRequest(ctx context.Context, method string, address *url.URL, body []byte) (*http.Request, error) {
	var reader io.Reader // nil without a body
	if body != nil {
		reader = bytes.NewReader(body)
	}
	return http.NewRequestWithContext(ctx, method, address.String(), reader)
}

// ContentType returns the media type of the body, or "" if there is none.
func (r Recipe) ContentType() string {
	switch {
	case r.JSON != nil:
		return jsonMediaType
	case r.Form != nil:
		return body.FormType
	}
	return ""
}

func (b *builder) expand(t Template) (string, bool) { return b.expandWith(t, b.value) }

// expandWith is expand with another lookup.
func (b *builder) expandWith(t Template, value func(string) (string, bool)) (string, bool) {
	text, missing := t.Expand(b.counted(value))
	b.missing(missing)
	return text, len(missing) == 0
}

// content returns the query and the body; the body is nil if the recipe has none. Members
// of the URL's own query come first, except those that Query replaces.
func (b *builder) content(r Recipe, address *url.URL) (query string, body []byte, err error) {
	members := b.repeat(b.members(r.Query), r.repeatedIn("query"))
	query = address.RawQuery
	for name := range members {
		query = withoutMember(query, name)
	}
	query = strings.Trim(query+"&"+members.Encode(), "&")
	switch {
	case r.JSON != nil:
		v, _ := b.jsonValue(r.JSON)
		body, err = exactjson.Encode(v)
	case r.Form != nil:
		body = []byte(b.repeat(b.members(r.Form), r.repeatedIn("form")).Encode())
	}
	return query, body, err
}

// members expands a group. A member whose placeholder has no value is left out.
func (b *builder) members(group map[string]Template) url.Values {
	out := url.Values{}
	for name := range b.ordered(maps.Keys(group)) {
		if text, ok := b.expand(group[name]); ok {
			out.Set(name, text)
		}
	}
	return out
}

// jsonValue expands v at any depth; false means that v is left out.
func (b *builder) jsonValue(v any) (any, bool) { return b.jsonWith(v, b.value) }

// jsonWith is jsonValue with another lookup.
func (b *builder) jsonWith(v any, value func(string) (string, bool)) (any, bool) {
	switch x := v.(type) {
	case string:
		t := Template(x)
		text, ok := b.expandWith(t, value)
		if p, only := t.Only(); only && ok {
			if typed := b.typed(p.Name, text); typed != nil {
				return typed, true
			}
		}
		return text, ok
	case map[string]any:
		out := map[string]any{}
		for name := range b.ordered(maps.Keys(x)) {
			if m, ok := b.jsonWith(x[name], value); ok {
				out[name] = m
			}
		}
		return out, true
	case []any:
		out := []any{}
		for _, m := range x {
			if m, ok := b.jsonWith(m, value); ok {
				out = append(out, m)
			}
		}
		return out, true
	}
	return v, true
}
