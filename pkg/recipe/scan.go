package recipe

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// jsonSpace is the white space of RFC 8259 §2.
const jsonSpace = " \t\r\n"

// sentMember is a member of an object as it was sent.
type sentMember struct{ name, value string }

// objectMembers takes a valid object apart, in one pass and without copying.
func objectMembers(object string) []sentMember {
	out := make([]sentMember, 0, 8)
	for rest := skipSpace(object[1:]); rest[0] != '}'; {
		if rest[0] == ',' {
			rest = skipSpace(rest[1:])
		}
		n := valueLength(rest)
		name := jsonString(rest[:n])
		rest = skipSpace(skipSpace(rest[n:])[1:]) // behind the colon
		n = valueLength(rest)
		out = append(out, sentMember{name, rest[:n]})
		rest = skipSpace(rest[n:])
	}
	return out
}

// arrayElements does the same for an array.
func arrayElements(array string) []string {
	var out []string
	for rest := skipSpace(array[1:]); rest[0] != ']'; {
		if rest[0] == ',' {
			rest = skipSpace(rest[1:])
		}
		n := valueLength(rest)
		out = append(out, rest[:n])
		rest = skipSpace(rest[n:])
	}
	return out
}

func skipSpace(text string) string {
	if text != "" && text[0] > ' ' {
		return text // mostly there is none
	}
	return strings.TrimLeft(text, jsonSpace)
}

// valueLength is how many bytes the JSON value takes with which a valid text
// begins.
func valueLength(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return i // the end of what the value, a number or word, is in
			}
			depth--
		case ',', ':', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(text)
}

// jsonString is the text of a valid JSON string.
func jsonString(quoted string) string {
	inside := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inside, '\\') < 0 && utf8.ValidString(inside) {
		return inside
	}
	var text string
	_ = json.Unmarshal([]byte(quoted), &text) // it is valid
	return text
}
