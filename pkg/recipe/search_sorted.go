package recipe

import (
	"maps"
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
	const maxLeftOut, maxBytes = 40, 64 << 10 // of the parameters that are left out one by one: each gives a text
	forms := sortedForms{within: within, between: between, all: s.params()}
	body, query := *s.covered, *s.covered
	body.rawQuery, query.body = "", ""
	forms.add(body.pairs(true), lang.Text{EN: "with the parameters of the body only", ZH: "只含请求体的参数"})
	forms.add(query.pairs(true), lang.Text{EN: "with the parameters of the query only", ZH: "只含查询串的参数"})
	forms.add(s.pairs(false), lang.Text{EN: "with the empty parameters too", ZH: "空参数也参与签名"})
	forms.changed(lang.Text{EN: "with the values of the parameters percent-encoded", ZH: "参数的值先做百分号编码"}, func(p pair) pair { return pair{p.name, componentEncoded(p.value)} })
	forms.changed(lang.Text{EN: "with the values of the parameters percent-encoded, with + for a space", ZH: "参数的值先做百分号编码，空格写成 +"}, func(p pair) pair { return pair{p.name, url.QueryEscape(p.value)} })
	if within == "" {
		forms.changed(lang.Text{EN: "with only the values of the parameters", ZH: "只取参数的值"}, func(p pair) pair { return pair{"", p.value} })
	}
	if len(join(forms.all, within, between)) > maxBytes {
		return forms.out
	}
	for _, name := range slices.Sorted(maps.Keys(s.times)) {
		text, _ := s.value(name)
		for _, other := range s.otherTimes(name) {
			forms.changed(other.words, func(p pair) pair {
				if p.value == text {
					p.value = other.text
				}
				return p
			})
		}
	}
	for i, p := range forms.all[:min(len(forms.all), maxLeftOut)] {
		forms.add(slices.Delete(slices.Clone(forms.all), i, i+1), lang.Text{EN: "without the parameter " + p.name, ZH: "不含参数 " + p.name})
	}
	return forms.out
}

// sortedForms collects texts of sorted parameters.
type sortedForms struct {
	within, between string
	all             []pair
	out             []piece
}

// add adds a text unless it is empty, or already there.
func (f *sortedForms) add(pairs []pair, words lang.Text) {
	text := join(pairs, f.within, f.between)
	if text == "" || text == join(f.all, f.within, f.between) || slices.ContainsFunc(f.out, func(p piece) bool { return p.text == text }) {
		return
	}
	f.out = append(f.out, piece{template: Template("‹parameters, " + words.EN + "›"), text: text, beyond: true, words: words})
}

// changed adds the parameters after a change to each of them.
func (f *sortedForms) changed(words lang.Text, change func(pair) pair) {
	pairs := make([]pair, len(f.all))
	for i, p := range f.all {
		pairs[i] = change(p)
	}
	f.add(pairs, words)
}
