package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/recipe"
)

func (l *linter) sign(s *Step) {
	at := func(key string) []string { return []string{s.Name, "sign", key} }
	if s.Sign.Hash == "" {
		l.needs(at("")[:2], "hash", "missing key hash: one of "+strings.Join(recipe.Hashes, ", "))
	} else if !slices.Contains(recipe.Hashes, s.Sign.Hash) {
		l.errorf(at("hash"), "unknown hash %q: expected one of %s", s.Sign.Hash, strings.Join(recipe.Hashes, ", "))
	}
	if s.Sign.Encoding != "" && !slices.Contains(recipe.Encodings, s.Sign.Encoding) {
		l.errorf(at("encoding"), "unknown encoding %q: expected one of %s", s.Sign.Encoding, strings.Join(recipe.Encodings, ", "))
	}
	if keyed := strings.HasPrefix(s.Sign.Hash, "hmac-"); keyed != (s.Sign.Key != "") {
		l.errorf(at("key"), "required with an hmac hash, and not allowed with any other")
	}
	if s.Sign.Text == "" {
		l.needs(at("")[:2], "text", "missing key text: what is signed")
	}
	if !s.Uses("sign") {
		l.errorf(at("")[:2], "{sign} is used nowhere in the request")
	}
	l.signsNothing(at("text"), s)
}

// signsNothing reports placeholders of the signed text that are always empty in this
// step, or do not cover the parameters that the vendor reads.
func (l *linter) signsNothing(path []string, s *Step) {
	hasQuery := len(s.Query) > 0 || strings.Contains(string(s.URL), "?")
	hasBody := len(s.Form) > 0 || s.JSON != nil
	for _, ph := range s.Sign.Text.Placeholders() {
		switch name := ph.Name; {
		case name == "query_sorted" && s.Method != "GET" && hasBody:
			l.errorf(path, "{query_sorted} covers only the query, but the parameters of this %s are in its body: use {params} or {body}; form parameters are sent in alphabetical order", s.Method)
		case name == "query_sorted" && s.Method != "GET" && hasQuery:
			l.errorf(path, "{query_sorted} works only for GET: for this %s write out the parameters, such as a={a}&b={b}", s.Method)
		case name == "query_sorted" && !hasQuery:
			l.errorf(path, "{query_sorted} is always empty: this request has no query; remove it")
		case name == "body" && !hasBody && hasQuery:
			l.errorf(path, "{body} is always empty: this request has no form and no json; use {params} for its query, or remove it")
		case name == "body" && !hasBody:
			l.errorf(path, "{body} is always empty: this request has no form and no json; remove it")
		}
	}
}
