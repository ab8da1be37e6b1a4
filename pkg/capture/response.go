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
	m := fixture.Message{Start: fmt.Sprintf("HTTP/1.1 %d %s", resp.StatusCode, http.StatusText(resp.StatusCode)), Header: http.Header{}, Body: string(body.Of(resp.Header, data).UTF8())}
	m.Start = strings.TrimSpace(m.Start)
	for _, name := range kept {
		for _, value := range resp.Header.Values(name) {
			m.Header.Add(name, r.standins.within(value))
		}
	}
	if u, err := resp.Location(); err == nil {
		place := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path} // the query may contain tokens
		m.Header.Set("Location", place.String())
	}
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
	case ctx.Err() != nil: // too late: feeds is incomplete
		m.Body = scrub.WithoutRuns(r.standins.within(m.Body))
	case response.IsData():
		m.Body = rewriteData(m.Body, response, r.responseLeaf(granted, feeds))
	case granted:
		for _, token := range scrub.SignedTokens(m.Body) { // its claims may be personal
			r.standins.of("jwt", token)
		}
		m.Body = r.standins.within(m.Body)
	default:
		m.Body = scrub.WithoutRuns(r.standins.within(m.Body))
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

// responseLeaf returns the function that chooses the stand-ins in a response. feeds names
// the values that are read from each member. In a success, everything except short words
// and small numbers gets a stand-in; in a refusal, only what looks like a secret.
func (r *Proxy) responseLeaf(granted bool, feeds map[string][]string) leaf {
	return func(key string, value any) (string, bool) {
		text := profile.Text(value)
		if number, ok := value.(json.Number); ok {
			text = number.String()
		}
		names, last := feeds[key], lastName(key)
		known := func(list []string) int {
			return slices.IndexFunc(names, func(n string) bool { return slices.Contains(list, n) })
		}
		if name, ok := r.standins.known(text); ok && known(harmless) < 0 {
			return name, true
		}
		if i := slices.IndexFunc(names, profile.IsSecretName); i >= 0 {
			return r.standins.of(names[i], text), true
		}
		if known(harmless) >= 0 {
			inside := r.standins.within(text)
			return inside, inside != text
		}
		if slices.Contains(names, verify.FeedsTrace) {
			return r.standins.alias("trace", text), true
		}
		switch i := known(profile.UserFields); {
		case text != "" && text == r.standins.latest("client_id"): // public, even if the vendor calls it a key
			return "", false
		case scrub.Suspicious(last) && !isDigits(text) || scrub.LooksRandom(text):
			return r.standins.guess(last, text), true
		case !granted:
			inside := r.standins.within(text)
			return inside, inside != text
		case i >= 0:
			return r.standins.alias(names[i], text), true
		case isPlain(text) && (isDigits(text) || !namesSomebody(last)):
			return "", false
		}
		return r.standins.alias(last, text), true
	}
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
