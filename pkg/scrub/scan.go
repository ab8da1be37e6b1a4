package scrub

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// scanner looks for names with suspicious values in a text of any form: it may be
// incomplete, or mix several forms.
type scanner struct {
	text  string
	inner bool     // already percent-decoded, so + means +
	found []string // suspicious values
	room  int      // for more values, in bytes
	// where the last value in a query and the last one after a colon end; see word
	queryEnd, plainEnd int
}

const (
	spaces = " \t\r\n"
	quotes = `"'`
	// beside are the characters that may stand next to a name without quotes.
	beside = spaces + quotes + "?&#;<>=,:/()[]{}\\"
)

// scan adds the suspicious values of the text to found.
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

// see records a suspicious value if there is room. There is for all values of an ordinary text, even
// nested ones, but not for all of token=token=token=….
func (s *scanner) see(name, value string) {
	if Suspect(name, value) && len(value) <= s.room {
		s.found, s.room = append(s.found, value), s.room-len(value)
	}
}

// nameBefore returns the name that ends before the colon or equals sign at i, or "".
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

// valueAfter records the value after a suspicious name.
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
		value := s.word(&s.queryEnd, i+1, `?&#;<>\`+quotes+spaces)
		if len(value)/3 <= s.room { // it may be percent-encoded
			s.see(name, s.unescaped(strings.TrimRight(value, ",)]}")))
		}
	default:
		s.plain(len(s.text)-len(strings.TrimLeft(s.text[i+1:], spaces)), name)
	}
}

// word returns the text between from and the first of the characters in ends, or "" if it
// is longer than any secret. end caches the last end found, because in a long text without
// these characters all values end at the same place.
func (s *scanner) word(end *int, from int, ends string) string {
	if *end < from {
		*end = from + len(until(s.text[from:], ends))
	}
	if *end-from > mostSuspect+mostTag {
		return ""
	}
	return s.text[from:*end]
}

// plain records a value without quotes after a colon. It may be a word of a sentence, so
// it has to mix letters and digits, or be a number after a name that ends in a word for
// secrets.
func (s *scanner) plain(from int, name string) {
	for _, scheme := range []string{"Bearer ", "Basic "} {
		if strings.HasPrefix(s.text[from:], scheme) {
			from += len(scheme)
		}
	}
	value := strings.TrimRight(s.word(&s.plainEnd, from, ",;&<>)]}\\"+quotes+spaces), ".")
	number := len(value) >= leastCode && strings.Trim(value, digits) == "" && forNumbers(name)
	if number || mixed(value) && !strings.Contains(value, "://") {
		s.see(name, value)
	}
}

// forNumbers reports whether a name ends in a word for secrets. Names that merely contain
// one, such as token_expires_in, usually have numbers that are not secret.
func forNumbers(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "passw") || slices.ContainsFunc(suspicious, func(word string) bool {
		return word != "code" && strings.HasSuffix(name, word)
	})
}

// list records the strings of a list.
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

// object records the members value and id of an object.
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

// tag records the text of an element, and the value of a field of a form.
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

// longestName is the maximum length of a name. mostTag is the maximum length of the text around the
// longest value. Both are in bytes.
const longestName, mostTag = 64, 4 << 10

// attribute returns the value of an attribute, or "".
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

// quoted returns the value of the quoted string or the word at the start of rest, and its
// length there. The string may be incomplete.
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

// unquoted decodes the inside of a JSON string. It returns an invalid one unchanged.
func unquoted(inside string) string {
	var out string
	if json.Unmarshal([]byte(`"`+inside+`"`), &out) != nil {
		return inside
	}
	return out
}

// until returns the text up to the first of the characters.
func until(text, ends string) string {
	if i := strings.IndexAny(text, ends); i >= 0 {
		return text[:i]
	}
	return text
}

// unescaped returns text without percent-encoding, if text is not decoded already.
func (s *scanner) unescaped(text string) string {
	if s.inner {
		return text
	}
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
