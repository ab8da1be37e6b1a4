package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/recipe"
)

func (l *linter) sign(s *Step) {
	at := func(key string) []string { return []string{s.Name, "sign", key} }
	if s.Sign.Hash == "" {
		l.needs(at("")[:2], "hash", "needs hash: one of "+strings.Join(recipe.Hashes, ", "))
	} else if !slices.Contains(recipe.Hashes, s.Sign.Hash) {
		l.errorf(at("hash"), "%q is none of %s", s.Sign.Hash, strings.Join(recipe.Hashes, ", "))
	}
	if s.Sign.Encoding != "" && !slices.Contains(recipe.Encodings, s.Sign.Encoding) {
		l.errorf(at("encoding"), "%q is none of %s", s.Sign.Encoding, strings.Join(recipe.Encodings, ", "))
	}
	if keyed := strings.HasPrefix(s.Sign.Hash, "hmac-"); keyed != (s.Sign.Key != "") {
		l.errorf(at("key"), "goes with the hmac hashes, and only with them")
	}
	if s.Sign.Text == "" {
		l.needs(at("")[:2], "text", "needs text: what is signed")
	}
	if !s.Uses("sign") {
		l.errorf(at("")[:2], "no member holds {sign}")
	}
	l.signsNothing(at("text"), s)
}

// signsNothing finds placeholders of the signature's text that are empty in every
// request of the step, or are not the parameters that the vendor reads.
func (l *linter) signsNothing(path []string, s *Step) {
	hasQuery := len(s.Query) > 0 || strings.Contains(string(s.URL), "?")
	hasBody := len(s.Form) > 0 || s.JSON != nil
	for _, ph := range s.Sign.Text.Placeholders() {
		switch name := ph.Name; {
		case name == "query_sorted" && s.Method != "GET" && hasBody:
			l.errorf(path, "{query_sorted} is the query, but the parameters of this %s are in its body: use {params} or {body}; form members are sent in alphabetical order", s.Method)
		case name == "query_sorted" && s.Method != "GET" && hasQuery:
			l.errorf(path, "{query_sorted} is the query of a GET: for this %s write its members themselves, such as a={a}&b={b}", s.Method)
		case name == "query_sorted" && !hasQuery:
			l.errorf(path, "{query_sorted} is always empty: this request has no query; leave it out")
		case name == "body" && !hasBody && hasQuery:
			l.errorf(path, "{body} is always empty: this request has no form and no json; use {params} for its query, or leave it out")
		case name == "body" && !hasBody:
			l.errorf(path, "{body} is always empty: this request has no form and no json; leave it out")
		}
	}
}
