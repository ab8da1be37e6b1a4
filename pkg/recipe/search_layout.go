package recipe

import (
	"slices"
	"strings"
	"unicode"

	"ssoctl/pkg/lang"
)

// piece is a part of a signature's text.
type piece struct {
	name     string   // what precedes the value in a text of pairs, such as "code="; else ""
	template Template // in the profile's notation, or ‹words› if it has none
	text     string   // its value in this request
	part     Template // the part of the profile's text at this place; "" if the piece was added
	words    lang.Text
	beyond   bool // no profile can express it
}

// layout is a signature's text split into pieces, with the separator between them and the
// case of the whole text.
type layout struct {
	pieces    []piece
	separator string
	letters   letters
}

// letters is the case of the whole text.
type letters int

const (
	unchangedCase letters = iota
	inLower
	inUpper
)

// layoutOf splits a text. In a text of pairs, the values are the parts. Otherwise a literal
// without letters and digits that stands between all parts, and nowhere else, is the
// separator; every other literal is a part.
func layoutOf(t Template, value func(string) (string, bool)) layout {
	if pairs, separator, ok := namedPieces(t, value); ok {
		return layout{pieces: pairs, separator: separator}
	}
	parts := t.Parts()
	separator, step := separatorOf(parts), 1
	if separator != "" {
		step = 2
	}
	l := layout{separator: separator}
	for i := 0; i < len(parts); i += step {
		text, _ := parts[i].Expand(value)
		l.pieces = append(l.pieces, piece{template: parts[i], text: text, part: parts[i]})
	}
	return l
}

// separatorOf returns the literal that stands at every second place of parts, "" if there
// is none.
func separatorOf(parts []Template) string {
	if len(parts) < 3 || len(parts)%2 == 0 || !isPunctuation(parts[1]) {
		return ""
	}
	for i := 3; i < len(parts); i += 2 {
		if parts[i] != parts[1] {
			return ""
		}
	}
	return string(parts[1])
}

// isPunctuation reports whether a part is a literal without letters and digits.
func isPunctuation(part Template) bool {
	return !strings.ContainsFunc(string(part), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// text returns the text that is hashed.
func (l layout) text() string {
	text := l.join(func(p piece) string { return p.name + p.text })
	switch l.letters {
	case inLower:
		return strings.ToLower(text)
	case inUpper:
		return strings.ToUpper(text)
	}
	return text
}

// template returns the text in the profile's notation, as far as possible.
func (l layout) template() Template {
	return Template(l.join(func(p piece) string { return p.name + string(p.template) }))
}

func (l layout) join(textOf func(piece) string) string {
	size := 0
	for _, p := range l.pieces {
		size += len(textOf(p)) + len(l.separator)
	}
	var b strings.Builder
	b.Grow(size)
	for i, p := range l.pieces {
		if i > 0 {
			b.WriteString(l.separator)
		}
		b.WriteString(textOf(p))
	}
	return b.String()
}

// departs describes the differences from another layout, in words that follow "it was
// made". beyond are those that no profile can express.
func (l layout) departs(from layout) (how, beyond []lang.Text) {
	say := func(words lang.Text, cannot bool) {
		how = append(how, words)
		if cannot {
			beyond = append(beyond, words)
		}
	}
	for i, p := range from.pieces {
		if now := l.standing(p.part); len(now) == 1 && now[0].name != p.name {
			say(nameWords(now[0].name, p.name), false)
		}
		before := from.standing(p.part)
		if slices.IndexFunc(from.pieces, func(q piece) bool { return q.part == p.part }) < i {
			continue // already described
		}
		switch now := l.standing(p.part); {
		case len(now) < len(before):
			say(lang.Text{EN: "without " + string(p.part), ZH: "去掉 " + string(p.part)}, false)
		case len(now) > len(before):
			say(lang.Text{EN: "with " + string(p.part) + " at both ends", ZH: "首尾都有 " + string(p.part)}, false)
		case now[0].template != p.template:
			say(now[0].words, now[0].beyond)
		}
	}
	for _, p := range l.standing("") {
		say(lang.Text{EN: "with " + string(p.template) + " as well", ZH: "加上 " + string(p.template)}, p.beyond)
	}
	if l.rearranged(from) {
		order := string(layout{pieces: l.pieces, separator: " "}.template())
		say(lang.Text{EN: "with the parts in the order " + order, ZH: "各部分的顺序为 " + order}, false)
	}
	if l.separator != from.separator {
		say(separatorWords(l.separator), false)
	}
	switch l.letters {
	case inLower:
		say(lang.Text{EN: "with the whole text in lower case", ZH: "待签名文本整体转为小写"}, true)
	case inUpper:
		say(lang.Text{EN: "with the whole text in upper case", ZH: "待签名文本整体转为大写"}, true)
	}
	return how, beyond
}

// standing returns the pieces at the place of a part: the part itself or a replacement.
func (l layout) standing(part Template) []piece {
	return slices.DeleteFunc(slices.Clone(l.pieces), func(p piece) bool { return p.part != part })
}

// without returns the layout without a part.
func (l layout) without(part Template) layout {
	l.pieces = slices.DeleteFunc(slices.Clone(l.pieces), func(p piece) bool { return p.part == part })
	return l
}

// rearranged reports whether the parts that both layouts have are in a different order.
func (l layout) rearranged(from layout) bool {
	order := func(own, other layout) []Template {
		var out []Template
		for _, p := range own.pieces {
			if len(other.standing(p.part)) > 0 {
				out = append(out, p.part)
			}
		}
		return out
	}
	a, b := order(l, from), order(from, l)
	return len(a) == len(b) && !slices.Equal(a, b)
}

func separatorWords(s string) lang.Text {
	name := lang.Text{EN: `"` + s + `"`, ZH: "“" + s + "”"}
	switch s {
	case "":
		return lang.Text{EN: "with nothing between the parts", ZH: "各部分直接相连"}
	case " ":
		name = lang.Text{EN: "a space", ZH: "空格"}
	case "\n":
		name = lang.Text{EN: "a line feed", ZH: "换行符"}
	}
	return lang.Text{EN: "with " + name.EN + " between the parts", ZH: "各部分之间用" + name.ZH + "分隔"}
}
