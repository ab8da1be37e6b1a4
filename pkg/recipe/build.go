package recipe

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"ssoctl/pkg/secret"
)

// Fresh is where new values come from.
type Fresh struct {
	Now  func() time.Time
	Rand io.Reader
}

// Request is a request that is ready to be sent, with what went into it.
type Request struct {
	*http.Request
	Body []byte
	// SignText is the text whose digest is {sign}; it holds secrets.
	SignText secret.String
}

// MissingError says which placeholders have no value.
type MissingError struct{ Names []string }

func (e *MissingError) Error() string { return "no value for " + strings.Join(e.Names, ", ") }

// AddressError says that a recipe's URL came out as no absolute http or https address.
type AddressError struct{ URL, Problem string }

func (e *AddressError) Error() string { return fmt.Sprintf("address %q: %s", e.URL, e.Problem) }

// Build makes the request. The errors are a *MissingError with every name that
// has no value, an *AddressError, or what a signature's hash or encoding lacks.
func (r Recipe) Build(ctx context.Context, v Values, fresh Fresh) (*Request, error) {
	b := builder{values: v, made: map[string]string{}, fresh: fresh}
	out := &Request{}
	address := b.address(r.URL)
	query, body := b.content(r, address)
	if r.Sign != nil {
		// What is signed is the request as it is without the signature.
		path := PathAfter(v, address.EscapedPath())
		sign, text, missing, err := r.Sign.digest(b.signValue(signed{r.Method, path, query, string(body)}))
		if err != nil {
			return nil, err
		}
		b.missing(missing)
		b.made["sign"], out.SignText = sign, secret.New(text)
		query, body = b.content(r, address)
	}
	header := b.members(r.Headers)
	if len(b.lacking) > 0 {
		slices.Sort(b.lacking)
		return nil, &MissingError{slices.Compact(b.lacking)}
	}
	if err := checkAddress(address, b.addressText); err != nil {
		return nil, err
	}
	address.RawQuery = query
	req, err := http.NewRequestWithContext(ctx, r.Method, address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, &AddressError{b.addressText, err.Error()}
	}
	if body == nil {
		req.Body, req.GetBody, req.ContentLength = http.NoBody, nil, 0
	} else {
		req.Header.Set("Content-Type", r.ContentType())
	}
	for name := range header {
		req.Header.Set(name, header.Get(name))
	}
	out.Request, out.Body = req, body
	return out, nil
}

// ContentType returns the media type of the body, "" when there is none.
func (r Recipe) ContentType() string {
	switch {
	case r.JSON != nil:
		return "application/json"
	case r.Form != nil:
		return "application/x-www-form-urlencoded"
	}
	return ""
}

func checkAddress(u *url.URL, text string) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return &AddressError{text, "needs http:// or https:// and a host"}
	case u.User != nil:
		return &AddressError{u.Redacted(), "must not hold a user or password"}
	}
	return nil
}

// PathAfter returns what follows the path of base_url in path: a vendor that
// signs its paths knows nothing of a prefix that a gateway or an emulator adds.
func PathAfter(v Values, path string) string {
	base, _ := v.Text("base_url")
	u, err := url.Parse(base)
	if err != nil {
		return path
	}
	if rest, ok := strings.CutPrefix(path, strings.TrimSuffix(u.EscapedPath(), "/")); ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	return path
}

// builder collects the values that are made for one request, and the names
// that lack one, so that all can be told at once.
type builder struct {
	values      Values
	made        map[string]string
	fresh       Fresh
	lacking     []string
	addressText string
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
	case "basic_auth", "post_auth":
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
	if _, signed := b.made["sign"]; !signed && slices.Contains(t.Placeholders(), Placeholder{Name: "sign"}) {
		return "", false // not made yet
	}
	text, missing := t.Expand(b.value)
	b.missing(missing)
	return text, len(missing) == 0
}

// content is the query and the body: nil when the recipe has none.
func (b *builder) content(r Recipe, address *url.URL) (query string, body []byte) {
	query = b.members(r.Query).Encode()
	if own := address.RawQuery; own != "" {
		query = strings.TrimSuffix(own+"&"+query, "&")
	}
	switch {
	case r.JSON != nil:
		body = b.json(r.JSON)
	case r.Form != nil:
		body = []byte(b.members(r.Form).Encode())
	}
	return query, body
}

// members expands a group; a member whose placeholder has no value is left out.
func (b *builder) members(group map[string]Template) url.Values {
	out := url.Values{}
	for name, t := range group {
		if text, ok := b.expand(t); ok {
			out.Set(name, text)
		}
	}
	return out
}

// address expands a URL. What stands at its start is an address and goes in as
// it is; a value further on is one path segment or query value and is escaped.
func (b *builder) address(t Template) *url.URL {
	var text strings.Builder
	for i, p := range t.parts() {
		if p.Name == "" {
			text.WriteString(p.literal)
			continue
		}
		v, ok := b.value(p.Name)
		switch {
		case !ok:
			b.missing([]Placeholder{p.Placeholder})
		case i == 0:
			text.WriteString(strings.TrimSuffix(v, "/"))
		case strings.Contains(text.String(), "?"):
			text.WriteString(url.QueryEscape(v))
		default:
			text.WriteString(url.PathEscape(v))
		}
	}
	b.addressText = text.String()
	u, err := url.Parse(b.addressText)
	if err != nil {
		return &url.URL{} // checkAddress refuses it by addressText
	}
	return u
}

func (b *builder) json(members map[string]any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	v, _ := b.jsonValue(members)
	if err := enc.Encode(v); err != nil {
		panic(err) // decoded TOML holds nothing that JSON cannot
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

// jsonValue expands v at every depth; false means that v is left out.
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
