package recipe

import (
	"net/url"
	"slices"

	"ssoctl/pkg/lang"
)

// sortedParameters returns the ways in which a signature's text may include the decoded and
// sorted parameters. Those that no profile can express count only if the recipe's text has
// such parameters.
func (s sources) sortedParameters() []piece {
	out := s.known(
		piece{template: "{params_sorted}", words: lang.Text{EN: "with all parameters, decoded and sorted", ZH: "参数解码后按名称排序"}},
		piece{template: "{params_concat}", words: lang.Text{EN: "with all parameters, decoded, sorted and without separators", ZH: "参数解码后按名称排序，不加分隔符"}},
	)
	for _, part := range []string{"params_sorted", "params_concat"} {
		if s.names[part] {
			out = append(out, s.otherSorted(separators(part))...)
		}
	}
	return out
}

// otherSorted returns texts of sorted parameters that no profile can express.
func (s sources) otherSorted(within, between string) []piece {
	const most, mostBytes = 40, 64 << 10 // of the parameters that are left out one by one: each gives a text
	var out []piece
	add := func(pairs []pair, words lang.Text) {
		if text := join(pairs, within, between); text != "" {
			out = append(out, piece{template: Template("‹parameters, " + words.EN + "›"), text: text, beyond: true, words: words})
		}
	}
	all := s.params()
	body, query := *s.covered, *s.covered
	body.rawQuery, query.body = "", ""
	add(body.pairs(true), lang.Text{EN: "with the parameters of the body only", ZH: "只含请求体的参数"})
	add(query.pairs(true), lang.Text{EN: "with the parameters of the query only", ZH: "只含查询串的参数"})
	add(s.pairs(false), lang.Text{EN: "with the empty parameters too", ZH: "空参数也参与签名"})
	values, encoded := slices.Clone(all), slices.Clone(all)
	for i, p := range all {
		values[i], encoded[i].value = pair{"", p.value}, url.QueryEscape(p.value)
	}
	add(encoded, lang.Text{EN: "with the values of the parameters percent-encoded", ZH: "参数的值先做百分号编码"})
	if within == "" {
		add(values, lang.Text{EN: "with only the values of the parameters", ZH: "只取参数的值"})
	}
	if len(join(all, within, between)) > mostBytes {
		return out
	}
	for i, p := range all[:min(len(all), most)] {
		add(slices.Delete(slices.Clone(all), i, i+1), lang.Text{EN: "without the parameter " + p.name, ZH: "不含参数 " + p.name})
	}
	return out
}
