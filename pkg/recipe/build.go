package recipe

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Fresh is the source of the values that [Recipe.Build] generates.
type Fresh struct {
	Now   func() time.Time
	Rand  io.Reader
	Fixed map[string]string // fixed values instead of generated ones; keys are in [Fixable]
}

// Request is a request that is ready to be sent.
type Request struct {
	*http.Request
	Body []byte
	// SignText is the text that was signed; it contains secrets. Digest is the value of
	// {sign}. SignValue returns the value of a placeholder in the text. All three are
	// zero if the recipe has no signature.
	SignText  secret.String
	Digest    string
	SignValue func(name string) (string, bool)
	signed    signed
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
	b := builder{values: v, made: map[string]string{}, fresh: fresh}
	maps.Copy(b.made, fresh.Fixed)
	out := &Request{}
	address, addressErr := b.address(r.URL)
	query, body, err := b.signedContent(r, address, out)
	if err != nil {
		return nil, err
	}
	headers := b.members(r.Headers)
	switch {
	case b.size > maxValues:
		return nil, errTooLarge
	case len(b.lacking) > 0:
		slices.Sort(b.lacking)
		return nil, &MissingError{slices.Compact(b.lacking)}
	case addressErr != nil:
		return nil, addressErr
	}
	if err := checkHeaders(headers); err != nil {
		return nil, err
	}
	address.RawQuery = query
	out.Request, err = newRequest(ctx, r.Method, address, body)
	if err != nil {
		return nil, err
	}
	out.Body = body
	if mediaType := r.ContentType(); mediaType != "" {
		out.Header.Set("Content-Type", mediaType)
	}
	for name := range headers {
		out.Header.Set(name, headers.Get(name))
	}
	return out, nil
}

// Check returns the [*AddressError] or [*HeaderError] that [Recipe.Build] would return
// whatever the values are that are not known yet.
func (r Recipe) Check(known Values) error {
	if err := r.URL.CheckAddress(known); err != nil {
		return err
	}
	b := builder{values: known, made: map[string]string{}}
	for _, name := range Fixable {
		b.made[name] = "1"
	}
	return checkHeaders(b.members(r.Headers))
}

// signedContent returns the query and the body. If the recipe has a signature, it computes
// it and sets the fields of out that describe it.
func (b *builder) signedContent(r Recipe, address *url.URL, out *Request) (query string, body []byte, err error) {
	lacking := b.lacking
	query, body, err = b.content(r, address)
	if err != nil || r.Sign == nil {
		return query, body, err
	}
	// The signature covers the request without the signature itself.
	b.lacking = lacking
	out.signed = signed{r.Method, PathAfter(b.values, address.EscapedPath()), query, string(body)}
	value := b.signValue(out.signed)
	sign, text, missing, err := r.Sign.digest(r.Sign.Text.parts(), r.Sign.Key.parts(), b.counted(value))
	if err != nil {
		return "", nil, err
	}
	b.missing(missing)
	b.made["sign"] = sign
	out.SignText, out.Digest, out.SignValue = secret.New(text), sign, value
	return b.content(r, address)
}

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
		return "application/json"
	case r.Form != nil:
		return body.FormType
	}
	return ""
}

// builder holds the values of one request, and collects the names of missing ones, so that
// all are reported at once.
type builder struct {
	values  Values
	made    map[string]string
	fresh   Fresh
	lacking []string
	size    int // bytes of the values used so far
}

// maxValues limits the size of a request's values in bytes. A value counts each time it is
// used, because a short template can repeat a long value.
const maxValues = 8 << 20

var errTooLarge = lang.Errorf(lang.Text{EN: "larger than %d MiB with its values", ZH: "填入值后超过 %d MiB"}, maxValues>>20)

// counted adds up the sizes of values, and returns empty texts once they exceed maxValues.
func (b *builder) counted(value func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := value(name)
		if b.size += len(v); b.size > maxValues {
			return "", ok
		}
		return v, ok
	}
}

func (b *builder) missing(ps []Placeholder) {
	for _, p := range ps {
		if !p.Optional {
			b.lacking = append(b.lacking, p.Name)
		}
	}
}

func (b *builder) value(name string) (string, bool) {
	if v, ok := b.made[name]; ok {
		return v, true
	}
	switch name {
	case "basic_auth", "post_id", "post_secret":
		return b.values.clientAuth(name)
	case "uuid":
		b.made[name] = newUUID(b.fresh.Rand)
	case "timestamp":
		b.made[name] = strconv.FormatInt(b.fresh.Now().Unix(), 10)
	case "timestamp_ms":
		b.made[name] = strconv.FormatInt(b.fresh.Now().UnixMilli(), 10)
	default:
		return b.values.Text(name)
	}
	return b.made[name], true
}

func (b *builder) signValue(s signed) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if v, ok := s.value(name); ok {
			return v, true
		}
		return b.value(name)
	}
}

func (b *builder) expand(t Template) (string, bool) {
	text, missing := t.Expand(b.counted(b.value))
	b.missing(missing)
	return text, len(missing) == 0
}

// content returns the query and the body; the body is nil if the recipe has none. Members
// of the URL's own query come first, except those that Query replaces.
func (b *builder) content(r Recipe, address *url.URL) (query string, body []byte, err error) {
	members := b.members(r.Query)
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
		body = []byte(b.members(r.Form).Encode())
	}
	return query, body, err
}

// members expands a group. A member whose placeholder has no value is left out.
func (b *builder) members(group map[string]Template) url.Values {
	out := url.Values{}
	for name, t := range group {
		if text, ok := b.expand(t); ok {
			out.Set(name, text)
		}
	}
	return out
}

// jsonValue expands v at any depth; false means that v is left out.
func (b *builder) jsonValue(v any) (any, bool) {
	switch x := v.(type) {
	case string:
		t := Template(x)
		text, ok := b.expand(t)
		if p, only := t.Only(); only && ok {
			switch typed := b.values[p.Name].(type) {
			case json.Number, bool:
				return typed, true
			}
		}
		return text, ok
	case map[string]any:
		out := map[string]any{}
		for name, m := range x {
			if m, ok := b.jsonValue(m); ok {
				out[name] = m
			}
		}
		return out, true
	case []any:
		out := []any{}
		for _, m := range x {
			if m, ok := b.jsonValue(m); ok {
				out = append(out, m)
			}
		}
		return out, true
	}
	return v, true
}

func newUUID(rand io.Reader) string {
	u, err := uuid.NewRandomFromReader(rand)
	if err != nil {
		panic("recipe: no randomness: " + err.Error())
	}
	return u.String()
}
