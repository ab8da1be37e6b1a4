package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

func (l *linter) sign(s *Step) {
	at := func(key string) []string { return s.at("sign", key) }
	if s.Sign.Hash == "" {
		l.needs(at("")[:2], "hash", lang.Sprintf(lang.Text{EN: "missing key hash: one of %s", ZH: "缺少键 hash，应为以下之一：%s"}, lang.List(recipe.Hashes)))
	} else if !slices.Contains(recipe.Hashes, s.Sign.Hash) {
		l.errorf(at("hash"), lang.Text{EN: "unknown hash %q: expected one of %s", ZH: "没有 %q 这种哈希，应为以下之一：%s"}, s.Sign.Hash, lang.List(recipe.Hashes))
	}
	if s.Sign.Encoding != "" && !slices.Contains(recipe.Encodings, s.Sign.Encoding) {
		l.errorf(at("encoding"), lang.Text{EN: "unknown encoding %q: expected one of %s", ZH: "没有 %q 这种编码，应为以下之一：%s"}, s.Sign.Encoding, lang.List(recipe.Encodings))
	}
	if keyed := strings.HasPrefix(s.Sign.Hash, "hmac-"); keyed != (s.Sign.Key != "") {
		l.errorf(at("key"), lang.Text{EN: "required with an hmac hash, and not allowed with any other", ZH: "hmac 哈希必须有它，其他哈希不能有"})
	}
	if s.Sign.Text == "" {
		l.needs(at("")[:2], "text", lang.Text{EN: "missing key text: what is signed", ZH: "缺少键 text：待签名文本"})
	}
	if !s.Uses("sign") {
		l.errorf(at("")[:2], lang.Text{EN: "{sign} is used nowhere in the request", ZH: "请求里没有用到 {sign}"})
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
			l.errorf(path, lang.Text{EN: "{query_sorted} covers only the query, but the parameters of this %s are in its body: use {params} or {body}; form parameters are sent in alphabetical order", ZH: "{query_sorted} 只含查询参数，而这个 %s 的参数在请求体里：请用 {params} 或 {body}；表单参数按字母顺序发送"}, s.Method)
		case name == "query_sorted" && s.Method != "GET" && hasQuery:
			l.errorf(path, lang.Text{EN: "{query_sorted} works only for GET: for this %s write out the parameters, such as a={a}&b={b}", ZH: "{query_sorted} 只适用于 GET：这个 %s 请逐个写出参数，例如 a={a}&b={b}"}, s.Method)
		case name == "query_sorted" && !hasQuery:
			l.errorf(path, lang.Text{EN: "{query_sorted} is always empty: this request has no query; remove it", ZH: "{query_sorted} 总是空的：这个请求没有查询参数，请去掉"})
		case name == "body" && !hasBody && hasQuery:
			l.errorf(path, lang.Text{EN: "{body} is always empty: this request has no form and no json; use {params} for its query, or remove it", ZH: "{body} 总是空的：这个请求没有 form 和 json；查询参数请用 {params}，或去掉它"})
		case name == "body" && !hasBody:
			l.errorf(path, lang.Text{EN: "{body} is always empty: this request has no form and no json; remove it", ZH: "{body} 总是空的：这个请求没有 form 和 json，请去掉"})
		}
	}
}
