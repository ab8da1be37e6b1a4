package recipe

import (
	"slices"

	"ssoctl/pkg/lang"
)

// departure is one change to a signature's text on a point that vendors' documents often
// leave open. [Recipe.Search] and [Recipe.SignedAs] try the same ones.
type departure func(layout) layout

// kind is a group of departures, of which at most one is applied at a time.
type kind struct {
	all     []departure
	changes int  // number of changes that each departure makes
	moves   bool // whether they move, add or drop parts
}

// departures returns the departures by kind.
func departures(base layout, s sources, keys []Template) []kind {
	kinds := []kind{
		{rearranged(base), 1, true},
		{addedOrLeftOut(base, s, keys), 1, true},
		{separated(base), 1, false},
		{respelled(base, s.members), 1, false},
	}
	for _, group := range s.exchangeable() {
		kinds = append(kinds, kind{exchanged(base, group), 1, false})
	}
	once, twice := addressed(base)
	return append(kinds, kind{once, 1, false}, kind{twice, 2, false}, kind{[]departure{
		func(l layout) layout { l.letters = inLower; return l },
		func(l layout) layout { l.letters = inUpper; return l },
	}, 1, false})
}

// simple returns the kinds whose departures change one thing and move nothing.
func simple(kinds []kind) []kind {
	return slices.DeleteFunc(slices.Clone(kinds), func(k kind) bool { return k.moves || k.changes > 1 })
}

// combined calls visit for each layout with n changes, by departures of different kinds.
func combined(l layout, kinds []kind, n int, visit func(layout)) {
	if n == 0 {
		visit(l)
		return
	}
	for i, kind := range kinds {
		if kind.changes > n {
			continue
		}
		for _, f := range kind.all {
			combined(f(l), kinds[i+1:], n-kind.changes, visit)
		}
	}
}

func changed(f func([]piece) []piece) departure {
	return func(l layout) layout {
		l.pieces = f(slices.Clone(l.pieces))
		return l
	}
}

// rearranged returns the departures that move one part, swap two, reverse all, or repeat
// the first or last part at the other end.
func rearranged(base layout) []departure {
	var out []departure
	n := len(base.pieces)
	if n < 2 {
		return nil
	}
	for from := range n {
		for to := range n {
			if from != to && to != from-1 { // moving one part right equals moving its neighbour left
				out = append(out, changed(func(p []piece) []piece {
					moved := p[from]
					return slices.Insert(slices.Delete(p, from, from+1), to, moved)
				}))
			}
			if from+1 < to {
				out = append(out, changed(func(p []piece) []piece { p[from], p[to] = p[to], p[from]; return p }))
			}
		}
	}
	return append(out,
		changed(func(p []piece) []piece { slices.Reverse(p); return p }),
		changed(func(p []piece) []piece { return append(p, p[0]) }),
		changed(func(p []piece) []piece { return slices.Insert(p, 0, p[len(p)-1]) }))
}

// addedOrLeftOut returns the departures that drop or empty one part, or add the
// parameters or a key that the text does not have.
func addedOrLeftOut(base layout, s sources, keys []Template) []departure {
	var out []departure
	for i := range base.pieces {
		if len(base.pieces) == 1 {
			break // nothing would be left to sign
		}
		out = append(out, changed(func(p []piece) []piece { return slices.Delete(p, i, i+1) }))
		out = append(out, changed(func(p []piece) []piece {
			part := string(p[i].part)
			p[i] = piece{name: p[i].name, part: p[i].part, words: lang.Text{EN: "with nothing in place of " + part, ZH: part + " 的位置留空"}}
			return p
		}))
	}
	var added []Template
	for _, key := range keys {
		if len(base.standing(key)) == 0 {
			added = append(added, key)
		}
	}
	if parameters := s.parameters(); !slices.ContainsFunc(base.pieces, func(p piece) bool { return isOf(parameters, p) }) {
		added = append(added, "{params}")
	}
	for _, t := range added {
		text, _ := t.Expand(s.value)
		for i := range len(base.pieces) + 1 {
			out = append(out, changed(func(p []piece) []piece { return slices.Insert(p, i, piece{template: t, text: text}) }))
		}
	}
	return out
}

// separated returns the departures that use another separator.
func separated(base layout) []departure {
	var out []departure
	for _, s := range []string{"", "&", "\n", "|", ",", ":", ".", "-", "_", " ", ";"} {
		if s != base.separator {
			out = append(out, func(l layout) layout { l.separator = s; return l })
		}
	}
	return out
}

// exchanged returns the departures that replace a piece with another of its group. It
// skips a replacement with the same text in this request, and an empty one, which equals
// leaving the part out.
func exchanged(base layout, group []piece) []departure {
	var out []departure
	for _, other := range group {
		stands := func(p piece) bool { return p.text != other.text && isOf(group, p) }
		if other.text == "" || !slices.ContainsFunc(base.pieces, stands) {
			continue
		}
		out = append(out, changed(func(pieces []piece) []piece {
			for i, p := range pieces {
				if stands(p) {
					pieces[i] = other
					pieces[i].name, pieces[i].part = p.name, p.part
				}
			}
			return pieces
		}))
	}
	return out
}

func isOf(group []piece, p piece) bool {
	return slices.ContainsFunc(group, func(g piece) bool { return g.template == p.template })
}
