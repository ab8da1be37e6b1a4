package recipe

import (
	"strings"
	"unicode"

	"ssoctl/pkg/lang"
)

// namedPieces splits a text of pairs, such as code={code}&time={timestamp}, and returns the
// separator. Each value is one placeholder or literal. Some parts may lack a name.
func namedPieces(t Template, value func(string) (string, bool)) (pieces []piece, separator string, ok bool) {
	for _, separator := range []string{"&", "\n", "|", ",", ";"} {
		if pieces, ok := piecesBetween(separator, t, value); ok {
			return pieces, separator, true
		}
	}
	return nil, "", false
}

func piecesBetween(separator string, t Template, value func(string) (string, bool)) ([]piece, bool) {
	var out []piece
	named := false
	for segment := range strings.SplitSeq(string(t), separator) {
		name, content, has := strings.Cut(segment, "=")
		if has && !strings.Contains(name, "{") {
			name, named = name+"=", true
		} else {
			name, content = "", segment
		}
		if len(Template(content).Parts()) != 1 {
			return nil, false
		}
		text, _ := Template(content).Expand(value)
		out = append(out, piece{name: name, template: Template(content), text: text, part: Template(content)})
	}
	return out, named && len(out) > 1
}

// respelled returns the departures that write the names in a text of pairs differently: one
// name, or all in the same way. members are the names of the request's members.
func respelled(base layout, members []string) []departure {
	var out []departure
	rename := func(to map[string]string) {
		out = append(out, changed(func(pieces []piece) []piece {
			for i, p := range pieces {
				if name, ok := to[p.name]; ok {
					pieces[i].name = name
				}
			}
			return pieces
		}))
	}
	all := make([]map[string]string, len(spellingsOf("", nil)))
	for _, p := range base.pieces {
		for i, name := range spellingsOf(p.name, members) {
			if name == p.name {
				continue
			}
			rename(map[string]string{p.name: name})
			if all[i] == nil {
				all[i] = map[string]string{}
			}
			all[i][p.name] = name
		}
	}
	for _, to := range all {
		if len(to) > 1 {
			rename(to)
		}
	}
	return out
}

// spellingsOf returns a name as the request spells it, then in lower, upper, camel and snake
// case.
func spellingsOf(name string, members []string) []string {
	bare := strings.TrimSuffix(name, "=")
	like := bare
	for _, m := range members {
		if strings.EqualFold(strings.ReplaceAll(m, "_", ""), strings.ReplaceAll(bare, "_", "")) {
			like = m
		}
	}
	out := []string{like, strings.ToLower(like), strings.ToUpper(like), camelCase(like), snakeCase(like)}
	for i := range out {
		out[i] += name[len(bare):]
	}
	return out
}

// camelCase writes some_name as someName.
func camelCase(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words[min(1, len(words)):] {
		if w != "" {
			words[i+1] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// snakeCase writes someName as some_name.
func snakeCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func nameWords(name, not string) lang.Text {
	name, not = strings.TrimSuffix(name, "="), strings.TrimSuffix(not, "=")
	return lang.Text{EN: "with the name " + name + " instead of " + not, ZH: "名称写成 " + name + "，而不是 " + not}
}
