package recipe

import (
	"net/http"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// SignedAs finds out how a client computed a signature that does not match. name is its
// placeholder. It tries the variants of [Recipe.Search], at most two at a time. seen is the
// result of [Recipe.Recognise] for the request. how completes the sentence "it was made …";
// it is zero if no variant matches. text is the text that the client hashed.
func (r Recipe) SignedAs(req *http.Request, body []byte, expect Expect, seen Seen, name string) (how lang.Text, text secret.String) {
	const deepest, maxBytes = 2, 1 << 20 // bounds the cost of a wrong signature
	derived, ok := seen.Derivations[name]
	if !ok || derived.Make.Hash == "" || seen.Values[name].IsZero() {
		return lang.Text{}, secret.String{}
	}
	isSecret := func(name string) bool { _, is := expect.Known[name].(secret.String); return is }
	d := r.Recogniser(expect).reader(seen).deriver(req, body)
	received := &Request{Request: req, Body: body, covered: *d.covered}
	derived.Lookup = d.value
	s, err := r.search(seen.Values[name].Reveal(), received, derived, isSecret, maxBytes)
	if err != nil {
		return lang.Text{}, secret.String{}
	}
	s.levels(deepest)
	if len(s.found) == 0 {
		s.orders()
	}
	for _, w := range s.ways() {
		return w.How, w.text
	}
	return lang.Text{}, secret.String{}
}
