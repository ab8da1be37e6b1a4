package recipe

import (
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// sources has the parts of one request from which a vendor may assemble a signature's text.
type sources struct {
	*covered
	value func(string) (string, bool)
	names map[string]bool // the placeholders in the signature's text
	held  map[string]bool // the members that contain makes that cover the request
	times map[string]Make // how the times are made, by placeholder
	// members are the names of the request's members.
	members []string
	// root is the part of the URL's path before the signed path.
	root string
	// decodedQuery and decodedForm are the parameters before encoding, as templates.
	decodedQuery, decodedForm Template
}

func (r Recipe) sources(req *Request, derived Derivation) sources {
	names := r.covering()
	names[derived.Name] = true
	s := sources{held: r.holders(names), names: map[string]bool{}, times: map[string]Make{
		"timestamp": inSeconds, "timestamp_ms": inMilliseconds,
	}}
	r.EachMake(func(name string, m Make) {
		if m.Time != "" {
			s.times[name] = m
		}
	})
	r.EachTemplate(func(key string, _ Template) {
		s.members = append(s.members, key[strings.LastIndexByte(key, '.')+1:])
	})
	for _, p := range derived.Make.Text.Placeholders() {
		s.names[p.Name] = true
	}
	s.covered = req.covered.without(s.held)
	s.value = func(name string) (string, bool) {
		if v, ok := s.covered.value(name); ok {
			return v, true
		}
		return derived.Lookup(name)
	}
	if req.Request == nil { // see Compute
		return s
	}
	s.root = strings.TrimSuffix(req.URL.EscapedPath(), s.path)
	_, query, _ := strings.Cut(string(r.URL), "?")
	s.decodedQuery = s.joined(r, "query", Template(query), r.Query)
	s.decodedForm = s.joined(r, "form", "", r.Form)
	return s
}

// joined returns the parameters that were sent, as name=value before encoding.
func (s sources) joined(r Recipe, group string, first Template, members map[string]Template) Template {
	var out []string
	if first != "" {
		out = append(out, string(first))
	}
	add := func(key string, t Template) {
		_, missing := t.Expand(s.value)
		if len(missing) == 0 && !s.held[key] {
			out = append(out, strings.TrimPrefix(key, group+".")+"="+string(t))
		}
	}
	eachMember(group, members, add)
	r.eachRepeated(group, add)
	return Template(strings.Join(out, "&"))
}

// exchangeable returns groups of pieces. A vendor may use any piece of a group in place of
// another.
func (s sources) exchangeable() [][]piece {
	lower, flat := Template(strings.ToLower(s.method)), Template(strings.ReplaceAll(s.root, "/", ""))
	return append([][]piece{
		s.parameters(),
		s.known(
			piece{template: "{path}", words: lang.Text{EN: "with the slashes of the path", ZH: "路径保留斜杠"}},
			piece{template: "{path_compact}", words: lang.Text{EN: "without the slashes of the path", ZH: "路径去掉斜杠"}},
			piece{template: Template(s.root) + "{path}", words: lang.Text{EN: "with the whole path, from the root of the host", ZH: "路径从域名之后算起（含 base_url 里的路径）"}},
			piece{template: flat + "{path_compact}", words: lang.Text{EN: "with the whole path, from the root of the host, without its slashes", ZH: "路径从域名之后算起（含 base_url 里的路径），去掉斜杠"}},
		),
		s.known(
			piece{template: "{method}", words: lang.Text{EN: "with the method in upper case", ZH: "请求方法用大写"}},
			piece{template: lower, words: lang.Text{EN: "with the method in lower case", ZH: "请求方法用小写"}},
		),
	}, s.madeTimes()...)
}

// parameters returns the ways in which a signature's text may include the parameters.
func (s sources) parameters() []piece {
	name := lang.Text{EN: "the query", ZH: "查询串"}
	if s.method != "GET" {
		name = lang.Text{EN: "the body", ZH: "请求体"}
	}
	out := s.known(
		piece{template: "{params}", words: lang.Text{EN: "with " + name.EN, ZH: "参数用" + name.ZH}},
		piece{template: "?{params}", words: lang.Text{EN: "with ? before " + name.EN, ZH: name.ZH + "前加 ?"}},
		piece{template: "{query_sorted}", beyond: s.method != "GET", words: lang.Text{EN: "with the query sorted", ZH: "查询串按参数排序"}},
		piece{template: "?{query_sorted}", beyond: s.method != "GET", words: lang.Text{EN: "with ? before the query, sorted", ZH: "查询串按参数排序，前加 ?"}},
		piece{template: "{body}", words: lang.Text{EN: "with the body", ZH: "参数用请求体"}},
	)
	if s.method != "GET" {
		out = append(out,
			piece{template: "‹query›", text: s.rawQuery, beyond: true, words: lang.Text{EN: "with the query", ZH: "参数用查询串"}},
			piece{template: "?‹query›", text: "?" + s.rawQuery, beyond: true, words: lang.Text{EN: "with ? before the query", ZH: "查询串前加 ?"}})
	}
	out = append(out, s.decoded(s.rawQuery, s.decodedQuery, piece{
		template: "‹decoded query›", words: lang.Text{EN: "with the query percent-decoded", ZH: "查询串先做百分号解码"},
	})...)
	if s.decodedForm != "" {
		out = append(out, s.decoded(s.body, s.decodedForm, piece{
			template: "‹decoded body›", words: lang.Text{EN: "with the body percent-decoded", ZH: "请求体先做百分号解码"},
		})...)
	}
	sorted := s.sortedParameters()
	if s.names["params_sorted"] || s.names["params_concat"] {
		return append(sorted, unlike(out, sorted)...)
	}
	return append(out, unlike(sorted, out)...)
}

// unlike returns the pieces whose text none of others has.
func unlike(pieces, others []piece) []piece {
	return slices.DeleteFunc(pieces, func(p piece) bool {
		return slices.ContainsFunc(others, func(other piece) bool { return other.text == p.text })
	})
}

// decoded returns p with the percent-decoded text of encoded. If plain expands to the same
// text, it becomes the template of p; otherwise no profile can express p.
func (s sources) decoded(encoded string, plain Template, p piece) []piece {
	text, err := url.QueryUnescape(encoded)
	if err != nil {
		return nil
	}
	p.text, p.beyond = text, true
	if expanded, _ := plain.Expand(s.value); expanded == text {
		p.template, p.beyond = plain, false
	}
	return []piece{p}
}

// known fills in the text of each piece and drops those that have no value in this
// request.
func (s sources) known(pieces ...piece) []piece {
	var out []piece
	for _, p := range pieces {
		var missing []Placeholder
		if p.text, missing = p.template.Expand(s.value); len(missing) == 0 {
			out = append(out, p)
		}
	}
	return out
}
