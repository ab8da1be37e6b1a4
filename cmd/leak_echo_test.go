package cmd_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/exactjson"
)

// encodings are the encodings in which a secret could appear in an output.
var encodings = map[string]func(string) string{
	"as it is": func(s string) string { return s },
	"percent":  url.QueryEscape,
	"JSON": func(s string) string {
		text, _ := json.Marshal(s) // with < > & escaped
		return strings.Trim(string(text), `"`)
	},
	"base64":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"hex":       func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HTML":      html.EscapeString,
	"Basic":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte("id:" + url.QueryEscape(s))) },
	// Encodings of other languages and libraries, which escape different characters.
	"Gson":             strings.NewReplacer("=", `\u003d`, "<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`).Replace,
	"System.Text.Json": strings.NewReplacer("+", `\u002B`, "<", `\u003C`, ">", `\u003E`, "&", `\u0026`, "é", `\u00E9`, "密", `\u5BC6`).Replace,
	"Python's quote":   func(s string) string { return strings.NewReplacer("+", "%20", "%2F", "/").Replace(url.QueryEscape(s)) },
	"Spring": func(s string) string {
		return strings.NewReplacer("&", "%26", "+", "%2B", "%26", "&", "%2B", "+").Replace(url.PathEscape(s))
	},
	"mustache": func(s string) string {
		return strings.NewReplacer("/", "&#x2F;", "=", "&#x3D;", "`", "&#x60;").Replace(html.EscapeString(s))
	},
}

// echo is a vendor that repeats all known secrets of a run, in every encoding, in headers
// and in JSON: those of inputs, and those that it received or issued.
type echo struct {
	base   http.RoundTripper
	mu     sync.Mutex
	known  map[string]bool
	keys   map[string]bool // the known private keys, which a vendor does not have and cannot repeat
	echoed map[string]bool // secrets that a response has repeated
}

// issued match what a vendor issues, and what ssoctl generates to bind a login. Each begins
// with a literal, which regexp finds quickly.
var issued = []*regexp.Regexp{
	regexp.MustCompile(`emulated[a-z2-7]{32}`), regexp.MustCompile(`state=([\w-]{32,})`), regexp.MustCompile(`nonce=([\w-]{32,})`),
	regexp.MustCompile(`code_verifier=([\w-]{32,})`), regexp.MustCompile(`%2Fcallback%2F([\w-]{32,})`),
}

// forBrowser is an address that demo shows. It has to work, so it is not redacted.
var forBrowser = regexp.MustCompile(`(?m)^ *address .*$`)

func (e *echo) learn(texts ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, text := range texts {
		for _, each := range issued {
			for _, found := range each.FindAllStringSubmatch(text, -1) {
				e.known[found[len(found)-1]] = true
			}
		}
	}
}

// encoded returns what the vendor repeats, and records it in echoed.
func (e *echo) encoded() (all []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for s := range e.known {
		if e.keys[s] {
			continue
		}
		e.echoed[s] = true
		for _, name := range slices.Sorted(maps.Keys(encodings)) {
			all = append(all, name+" "+encodings[name](s))
		}
	}
	return all
}

func (e *echo) RoundTrip(req *http.Request) (*http.Response, error) {
	e.learn(req.URL.String(), fmt.Sprint(req.Header))
	if req.GetBody != nil {
		body, _ := req.GetBody()
		text, _ := io.ReadAll(body)
		e.learn(string(text))
	}
	resp, err := e.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20)) // the body may be endless
	resp.Body.Close()
	e.learn(string(body))
	if rest, ok := bytes.CutPrefix(body, []byte("{")); ok && err == nil && resp.ContentLength >= 0 {
		if all := e.encoded(); len(all) > 0 {
			body = slices.Concat([]byte(`{"echo":`+exactjson.Quote(strings.Join(all, " ; "))+","), rest)
			resp.Header.Set("X-Echo", url.QueryEscape(strings.Join(all, ";")))
			resp.Header.Set("Location", "https://elsewhere.example/?to="+url.QueryEscape("https://x.example/?t="+url.QueryEscape(all[0])))
			resp.Header.Del("Content-Length")
		}
	}
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	return resp, nil
}

// failing is an empty reader that ends with err, or with io.EOF if err is nil.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}
