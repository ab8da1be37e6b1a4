package recipe

import (
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// orders tries every order of the parts of the text, and of the sorted parameters in it. It
// changes nothing else.
func (s *search) orders() {
	if s.left <= 0 {
		return
	}
	const maxItems = 8 // 40,320 orders
	if parts := slices.Clone(s.base.pieces); len(parts) <= maxItems {
		inEveryOrder(parts, func() bool {
			l := s.base
			l.pieces = parts
			s.hash(l, func() layout { l.pieces = slices.Clone(parts); return l })
			return s.left > 0
		})
	}
	for i, p := range s.base.pieces {
		ph, only := p.template.Only()
		if !only || ph.Name != "params_sorted" && ph.Name != "params_concat" || len(s.from.params()) > maxItems {
			continue
		}
		within, between := separators(ph.Name)
		l, pairs := s.base, slices.Clone(s.from.params())
		l.pieces = slices.Clone(l.pieces)
		inEveryOrder(pairs, func() bool {
			l.pieces[i].text = join(pairs, within, between)
			s.hash(l, func() layout {
				found := l
				found.pieces = slices.Clone(l.pieces)
				found.pieces[i] = inThisOrder(p.part, pairs, l.pieces[i].text)
				return found
			})
			return s.left > 0
		})
	}
}

// inEveryOrder calls visit after each rearrangement of all, until it returns false.
func inEveryOrder[T any](all []T, visit func() bool) {
	var from func(int) bool
	from = func(first int) bool {
		if first >= len(all)-1 {
			return visit()
		}
		for i := first; i < len(all); i++ {
			all[first], all[i] = all[i], all[first]
			if !from(first + 1) {
				return false
			}
			all[first], all[i] = all[i], all[first]
		}
		return true
	}
	from(0)
}

// inThisOrder returns the part with the parameters in the order of pairs.
func inThisOrder(part Template, pairs []pair, text string) piece {
	names := make([]string, len(pairs))
	for i, p := range pairs {
		names[i] = p.name
	}
	order := strings.Join(names, " ")
	words := lang.Text{EN: "with the parameters in the order " + order, ZH: "参数的顺序为 " + order}
	return piece{part: part, text: text, words: words, beyond: true, template: Template("‹parameters, " + words.EN + "›")}
}
