package recipe

import (
	"net/http"
	"strings"

	"ssoctl/pkg/secret"
)

// SignedAs finds out how a client computed a signature that does not match. It tries the
// variants of [Recipe.Search], at most two at a time. seen is the result of
// [Recipe.Recognise] for the request. how completes the sentence "it was made …"; it is ""
// if no variant matches. text is the text that the client hashed.
func (r Recipe) SignedAs(req *http.Request, body []byte, expect Expect, seen Seen) (how string, text secret.String) {
	const deepest, mostBytes = 2, 16 << 20 // bounds the cost of a wrong signature
	if r.Sign == nil || seen.Values["sign"].IsZero() {
		return "", secret.String{}
	}
	isSecret := func(name string) bool { _, is := expect.Known[name].(secret.String); return is }
	s, err := r.search(seen.Values["sign"].Reveal(), r.received(req, body, expect, seen), isSecret, mostBytes)
	if err != nil {
		return "", secret.String{}
	}
	s.levels(deepest)
	for _, w := range s.ways() {
		return w.How.EN, w.text
	}
	return "", secret.String{}
}

// received returns a received request in the form of [Recipe.Build]'s result.
func (r Recipe) received(req *http.Request, body []byte, expect Expect, seen Seen) *Request {
	rd := &reader{Recogniser: &Recogniser{Expect: expect, recipe: r, texts: textsOf(expect.Known)}, seen: seen}
	r.EachTemplate(func(key string, t Template) {
		group, _, _ := strings.Cut(key, ".")
		if t.Is("sign") && (group == "query" || group == "form" || group == "json") {
			rd.at = map[string]string{"sign": key}
		}
	})
	parts := rd.signedParts(req, body)
	value := rd.signValue(parts)
	return &Request{Request: req, Body: body, signed: parts, SignValue: func(name string) (string, bool) {
		v, ok := value(name)
		if ms, known := value("timestamp_ms"); !ok && name == "timestamp" && known && len(ms) > 3 {
			return ms[:len(ms)-3], true
		}
		return v, ok
	}}
}
