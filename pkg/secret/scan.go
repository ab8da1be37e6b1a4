package secret

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// scanner looks for names with values in a text that need not be in any form: it may
// be cut, or be several forms in one.
type scanner struct {
	text  string
	inner bool     // percent-encoding has been taken off, so that a + is one
	found []string // values that are suspicious
	room  int      // for more of them, in bytes
}

const (
	spaces = " \t\r\n"
	quotes = `"'`
	// beside cannot stand in a name without quotes.
	beside = spaces + quotes + "?&#;<>=,:/()[]{}\\"
)

func (s *scanner) scan() {
	for i := 0; i < len(s.text); i++ {
		switch s.text[i] {
		case ':', '=':
			if name := s.nameBefore(i); Suspicious(name) {
				s.valueAfter(i, name)
			}
		case '<':
			s.tag(i + 1)
		}
	}
}

// see keeps what is suspicious. There is room for all values of a text, also where they
// stand in each other; not for what token=token=token=… comes to.
func (s *scanner) see(name, value string) {
	if Suspect(name, value) && len(value) <= s.room {
		s.found, s.room = append(s.found, value), s.room-len(value)
	}
}

// nameBefore is the name that ends at a colon or an equals sign, "" for none.
func (s *scanner) nameBefore(i int) string {
	text := strings.TrimRight(s.text[max(0, i-longestName-2):i], spaces)
	if text == "" {
		return ""
	}
	if last := text[len(text)-1]; strings.IndexByte(quotes, last) >= 0 {
		inside := text[:len(text)-1]
		begin := strings.LastIndexByte(inside, last)
		if begin < 0 {
			return ""
		}
		return inside[begin+1:]
	}
	return s.unescaped(text[strings.LastIndexAny(text, beside)+1:])
}

// valueAfter sees what stands under a suspicious name.
func (s *scanner) valueAfter(i int, name string) {
	rest := strings.TrimLeft(s.text[i+1:], spaces)
	rest = rest[:min(len(rest), mostSuspect+mostTag)]
	if rest == "" {
		return
	}
	switch first := rest[0]; {
	case strings.IndexByte(quotes, first) >= 0:
		value, _ := quoted(rest)
		s.see(name, value)
	case first == '[':
		s.list(rest[1:], strings.TrimSuffix(name, "s"))
	case first == '{':
		s.object(rest[1:], name)
	case s.text[i] == '=' && strings.IndexByte(spaces, s.text[i+1]) < 0:
		s.see(name, s.unescaped(strings.TrimRight(until(rest, `?&#;<>\`+quotes+spaces), ",)]}")))
	default:
		s.plain(rest, name)
	}
}

// plain sees a value without quotes after a colon. It may be a word of a sentence, so
// only one with letters and digits counts, or a number that a name ends for.
func (s *scanner) plain(rest, name string) {
	for _, scheme := range []string{"Bearer ", "Basic "} {
		rest = strings.TrimPrefix(rest, scheme)
	}
	value := strings.TrimRight(until(rest, ",;&<>)]}\\"+quotes+spaces), ".")
	number := len(value) >= leastCode && strings.Trim(value, digits) == "" && forNumbers(name)
	if number || mixed(value) && !strings.Contains(value, "://") {
		s.see(name, value)
	}
}

// forNumbers reports whether a name is that of the secret itself: what only holds such
// a word, as token_expires_in does, may well be a number.
func forNumbers(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "passw") || slices.ContainsFunc(suspicious, func(word string) bool {
		return word != "code" && strings.HasSuffix(name, word)
	})
}

// list sees the texts of a list.
func (s *scanner) list(rest, name string) {
	for {
		rest = strings.TrimLeft(rest, spaces+",")
		if rest == "" || strings.IndexByte(quotes, rest[0]) < 0 {
			return
		}
		value, length := quoted(rest)
		if mixed(value) {
			s.see(name, value)
		}
		rest = rest[length:]
	}
}

// object sees what of an object is the value that its name is for, or its id.
func (s *scanner) object(rest, name string) {
	inside := until(rest, "{}")
	for _, member := range []struct{ key, name string }{{"value", name}, {"id", name + "_id"}} {
		if _, after, ok := strings.Cut(inside, `"`+member.key+`"`); ok {
			after = strings.TrimLeft(after, spaces+":")
			if strings.HasPrefix(after, `"`) {
				value, _ := quoted(after)
				s.see(member.name, value)
			}
		}
	}
}

// tag sees what stands between the tags of an element, and the value of a form's field.
func (s *scanner) tag(i int) {
	rest := s.text[i:min(len(s.text), i+mostSuspect+mostTag)]
	name := until(rest[:min(len(rest), longestName)], spaces+"/>")
	field := map[string]string{"input": "value", "meta": "content"}[strings.ToLower(name)]
	name = name[strings.LastIndexByte(name, ':')+1:]
	if field == "" && !Suspicious(name) || strings.ContainsAny(name, "!?") {
		return
	}
	inside, after, ok := strings.Cut(rest, ">")
	switch {
	case !ok:
	case field != "":
		s.see(attribute(inside, "name"), attribute(inside, field))
	default:
		text := strings.TrimSpace(until(strings.TrimPrefix(after, "<![CDATA["), "<]"))
		if !strings.ContainsAny(text, spaces) {
			s.see(name, text)
		}
	}
}

// longestName is that of a name that is looked at, mostTag how much is beside the
// longest value; both in bytes.
const longestName, mostTag = 64, 4 << 10

// attribute is the value of an attribute; "" for none.
func attribute(tag, name string) string {
	for {
		before, after, ok := strings.Cut(tag, "=")
		if after = strings.TrimLeft(after, spaces); !ok || after == "" {
			return ""
		}
		value, length := quoted(after)
		key := strings.TrimRight(before, spaces)
		if strings.EqualFold(key[strings.LastIndexAny(key, spaces)+1:], name) {
			return value
		}
		tag = after[length:]
	}
}

// quoted is what the text in quotes stands for with which rest begins, or the word that
// has none, and how long it is there; of one that is cut, what there is.
func quoted(rest string) (value string, length int) {
	if strings.IndexByte(quotes, rest[0]) < 0 {
		word := until(rest, spaces+">")
		return word, len(word)
	}
	quote, end := rest[0], 1
	for end < len(rest) && rest[end] != quote {
		if rest[end] == '\\' {
			end++
		}
		end++
	}
	end = min(end, len(rest))
	return unquoted(rest[1:end]), min(end+1, len(rest))
}

// unquoted is what the inside of a JSON string stands for; of one that is cut, what it says.
func unquoted(inside string) string {
	var out string
	if json.Unmarshal([]byte(`"`+inside+`"`), &out) != nil {
		return inside
	}
	return out
}

// until is the beginning of a text, to one of the characters.
func until(text, ends string) string {
	if i := strings.IndexAny(text, ends); i >= 0 {
		return text[:i]
	}
	return text
}

func (s *scanner) unescaped(text string) string {
	if s.inner {
		return text
	}
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
