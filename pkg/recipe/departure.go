package recipe

import (
	"slices"
	"strings"
	"unicode"
)

// layout is a signature's text taken apart: literals and placeholders, and what
// stands between any two of them.
type layout struct {
	parts     []Template
	separator string
}

// separators are what may stand between the parts of a text.
var separators = []string{"", "&", "\n", "|", ",", ":", "."}

// layoutOf takes a text apart. Literals without a letter or digit are its
// separators where the same one stands between all parts, and else parts.
func layoutOf(t Template) layout {
	var all, between layout
	separator := map[string]int{}
	for _, p := range t.Parts() {
		all.parts = append(all.parts, p)
		if strings.ContainsFunc(string(p), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			between.parts = append(between.parts, p)
		} else {
			separator[string(p)]++
		}
	}
	for text, n := range separator {
		if n == len(between.parts)-1 {
			between.separator = text
			return between
		}
	}
	return all
}

func (l layout) text() Template {
	var b strings.Builder
	for i, p := range l.parts {
		if i > 0 {
			b.WriteString(l.separator)
		}
		b.WriteString(string(p))
	}
	return Template(b.String())
}

// departure is one thing that is done differently to a text.
type departure func(layout) layout

// departures are the texts in the order in which they are worth trying: as it is;
// with one departure; with two of different kinds; with more of those that leave
// the parts where they are.
func departures(t Template, value func(string) (string, bool), keys []Template) [][]Template {
	base := layoutOf(t)
	kinds := [][]departure{rearranged(base), addedOrLeftOut(base, keys), separated(base)}
	for _, group := range exchangeable(value) {
		kinds = append(kinds, exchanged(base, group))
	}
	const staying = 2 // from this kind on, parts stay where they are
	levels := [][]layout{{base}, nil, nil}
	for i, kind := range kinds {
		for _, f := range kind {
			levels[1] = append(levels[1], f(base))
			for _, other := range kinds[i+1:] {
				for _, g := range other {
					levels[2] = append(levels[2], g(f(base)))
				}
			}
		}
	}
	more := []layout{base}
	for _, kind := range kinds[staying:] {
		for _, l := range more {
			for _, f := range kind {
				more = append(more, f(l))
			}
		}
	}
	out := make([][]Template, 0, len(levels)+1)
	for _, level := range append(levels, more) {
		texts := make([]Template, len(level))
		for i, l := range level {
			texts[i] = l.text()
		}
		out = append(out, texts)
	}
	return out
}

// rearranged: a part elsewhere, two in each other's place, all backwards, the
// first or last at both ends.
func rearranged(base layout) []departure {
	var out []departure
	if len(base.parts) < 2 {
		return nil
	}
	with := func(change func([]Template) []Template) {
		out = append(out, func(l layout) layout {
			l.parts = change(slices.Clone(l.parts))
			return l
		})
	}
	for from := range base.parts {
		for to := range base.parts {
			if from != to {
				with(func(p []Template) []Template {
					moved := p[from]
					return slices.Insert(slices.Delete(p, from, from+1), to, moved)
				})
			}
			if from < to {
				with(func(p []Template) []Template { p[from], p[to] = p[to], p[from]; return p })
			}
		}
	}
	with(func(p []Template) []Template { slices.Reverse(p); return p })
	with(func(p []Template) []Template { return append(p, p[0]) })
	with(func(p []Template) []Template { return slices.Insert(p, 0, p[len(p)-1]) })
	return out
}

// addedOrLeftOut: without one part; with the parameters or a key, where the text
// has none.
func addedOrLeftOut(base layout, keys []Template) []departure {
	var out []departure
	for i := range base.parts {
		if len(base.parts) == 1 {
			break // nothing would be left to sign
		}
		out = append(out, func(l layout) layout {
			l.parts = slices.Delete(slices.Clone(l.parts), i, i+1)
			return l
		})
	}
	text := string(base.text())
	added := slices.DeleteFunc(slices.Clone(keys), func(k Template) bool { return strings.Contains(text, string(k)) })
	if !slices.ContainsFunc(base.text().Placeholders(), func(p Placeholder) bool { return slices.Contains(parameters, "{"+p.Name+"}") }) {
		added = append(added, "{params}")
	}
	for _, part := range added {
		for i := range len(base.parts) + 1 {
			out = append(out, func(l layout) layout {
				l.parts = slices.Insert(slices.Clone(l.parts), i, part)
				return l
			})
		}
	}
	return out
}

func separated(base layout) []departure {
	var out []departure
	for _, s := range separators {
		if s != base.separator {
			out = append(out, func(l layout) layout { l.separator = s; return l })
		}
	}
	return out
}

// parameters are the ways in which a text may hold those of a request.
var parameters = []string{"{params}", "?{params}", "{query_sorted}", "?{query_sorted}", "{body}"}

// exchangeable are parts that may stand for each other.
func exchangeable(value func(string) (string, bool)) [][]string {
	method, _ := value("method")
	return [][]string{
		parameters,
		{"{path}", "{path_compact}"},
		{"{timestamp}", "{timestamp_ms}"},
		{"{method}", strings.ToLower(method)},
	}
}

// exchanged puts another part of the group where the text has one of it.
func exchanged(base layout, group []string) []departure {
	var out []departure
	for _, other := range group {
		if slices.Contains(base.parts, Template(other)) || !slices.ContainsFunc(base.parts, func(p Template) bool { return slices.Contains(group, string(p)) }) {
			continue
		}
		out = append(out, func(l layout) layout {
			l.parts = slices.Clone(l.parts)
			for i, p := range l.parts {
				if slices.Contains(group, string(p)) {
					l.parts[i] = Template(other)
				}
			}
			return l
		})
	}
	return out
}
