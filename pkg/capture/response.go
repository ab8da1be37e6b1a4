package capture

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/client"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/verify"
)

// kept are the response headers in a recording: those that a client may use.
var kept = []string{"Content-Type", "Www-Authenticate", "Retry-After"}

// response returns the vendor's response with stand-ins.
func (r *Proxy) response(ctx context.Context, p *passed, judge *client.Judge, resp *http.Response, data []byte) fixture.Message {
	m := r.responseHead(resp)
	m.Body = string(body.Of(resp.Header, data).UTF8())
	response, reader := judge.Response(resp, data), judge.Reader()
	if response.Err() != nil && response.Value() == nil {
		m.Body = r.standins.scrub(m.Body)
		return m
	}
	read, _ := reader.Read(ctx, response.Decoded())
	for name, value := range read {
		if profile.IsSecretName(name) {
			r.standins.of(name, profile.Text(value))
		}
	}
	got := judge.Judge(ctx, response).Outcome
	// What a redirect says in JSON may be personal, as in a success.
	granted := p.target.step != nil && (got.Success() || got == client.Moved && response.IsData())
	r.keepNamed(m.Header, resp.Header, reader, granted)
	feeds := verify.Feeds(ctx, reader, response.Decoded())
	switch {
	case ctx.Err() == nil && response.IsData(): // otherwise it is too late, and feeds is incomplete
		m.Body = rewriteData(m.Body, response, responseValues{r.standins, granted, feeds}.standIn)
	case ctx.Err() == nil && granted:
		for _, token := range scrub.SignedTokens(m.Body) { // its claims may be personal
			r.standins.of("jwt", token)
		}
		m.Body = r.standins.within(m.Body)
	default:
		m.Body = scrub.WithoutRuns(r.standins.within(m.Body))
	}
	return m
}

// responseHead returns a response without its body.
func (r *Proxy) responseHead(resp *http.Response) fixture.Message {
	start := fmt.Sprintf("HTTP/1.1 %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	m := fixture.Message{Start: strings.TrimSpace(start), Header: http.Header{}}
	for _, name := range kept {
		for _, value := range resp.Header.Values(name) {
			m.Header.Add(name, r.standins.within(value))
		}
	}
	if u, err := resp.Location(); err == nil {
		place := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path} // the query may contain tokens
		m.Header.Set("Location", place.String())
	}
	return m
}

// keepNamed copies the other fields of a header that the profile's expressions name, with
// stand-ins. In a success, everything except short words and small numbers may be personal.
func (r *Proxy) keepNamed(to, header http.Header, reader *profile.Reader, granted bool) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if _, has := to[name]; has || !reader.NamesHeader(name) {
			continue
		}
		for _, value := range header[name] {
			shown := r.standins.within(value)
			switch {
			case shown != value: // a secret that the profile reads
			case scrub.Suspicious(name) || scrub.LooksRandom(value):
				shown = r.standins.guess(strings.ToLower(name), value)
			case granted && !isPlain(value):
				shown = r.standins.alias(strings.ToLower(name), value)
			}
			to.Add(name, shown)
		}
	}
}

// mostReading is the time limit for the profile's expressions on one response.
const mostReading = 5 * time.Second

// harmless are the names of values that need no stand-in.
var harmless = []string{"expires_in", "token_type", "scope", verify.FeedsOK, verify.FeedsCode, verify.FeedsMessage}

// responseValues chooses the stand-ins in a response: in a success, for everything except short
// words and small numbers; in a refusal, only for what looks like a secret.
type responseValues struct {
	*standins
	granted bool
	feeds   map[string][]string // by key: the names of the values that are read from the member
}

// standIn is the [leaf] of a response.
func (v responseValues) standIn(key string, value any) (string, bool) {
	text := profile.Text(value)
	if number, ok := value.(json.Number); ok {
		text = number.String()
	}
	names := v.feeds[key]
	if name, ok := v.known(text); ok && oneOf(names, harmless) < 0 {
		return name, true
	}
	if i := slices.IndexFunc(names, profile.IsSecretName); i >= 0 {
		return v.of(names[i], text), true
	}
	if oneOf(names, harmless) >= 0 {
		inside := v.within(text)
		return inside, inside != text
	}
	if slices.Contains(names, verify.FeedsTrace) {
		return v.alias("trace", text), true
	}
	return v.guessed(lastName(key), names, text)
}

// guessed is standIn for a member whose values are neither secret nor harmless by their names.
func (v responseValues) guessed(member string, names []string, text string) (string, bool) {
	switch i := oneOf(names, profile.UserFields); {
	case text != "" && text == v.latest("client_id"): // public, even if the vendor calls it a key
		return "", false
	case scrub.Suspicious(member) && !isDigits(text) || scrub.LooksRandom(text):
		return v.guess(member, text), true
	case !v.granted:
		inside := v.within(text)
		return inside, inside != text
	case i >= 0:
		return v.alias(names[i], text), true
	case isPlain(text) && (isDigits(text) || !namesSomebody(member)):
		return "", false
	}
	return v.alias(member, text), true
}

// oneOf returns the index of the first of names that is in the list; -1 if none is.
func oneOf(names, list []string) int {
	return slices.IndexFunc(names, func(name string) bool { return slices.Contains(list, name) })
}

// isPlain reports whether a text is a short word or a small number, which is more likely
// one of a few fixed values than personal data.
func isPlain(text string) bool {
	letters := !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
	})
	return letters && len(text) <= 16 || isDigits(strings.TrimPrefix(text, "-")) && len(text) <= 5
}

func namesSomebody(member string) bool {
	member = strings.ToLower(member)
	return slices.ContainsFunc([]string{"name", "mail", "phone", "mobile", "birth", "address", "account", "login"}, func(word string) bool {
		return strings.Contains(member, word)
	})
}
