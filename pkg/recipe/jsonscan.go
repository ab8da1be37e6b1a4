package recipe

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// jsonSpace is the insignificant white space of RFC 8259 §2.
const jsonSpace = " \t\r\n"

// sentMember is a member of a JSON object, with its value as sent.
type sentMember struct{ name, value string }

// objectMembers returns the members of a valid JSON object, duplicates included, in one
// pass and without copying.
func objectMembers(object string) []sentMember {
	out := make([]sentMember, 0, 8)
	for rest := skipSpace(object[1:]); rest[0] != '}'; {
		if rest[0] == ',' {
			rest = skipSpace(rest[1:])
		}
		n := valueLength(rest)
		name := jsonString(rest[:n])
		rest = skipSpace(skipSpace(rest[n:])[1:]) // after the colon
		n = valueLength(rest)
		out = append(out, sentMember{name, rest[:n]})
		rest = skipSpace(rest[n:])
	}
	return out
}

// arrayElements returns the elements of a valid JSON array.
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
		return text // the usual case
	}
	return strings.TrimLeft(text, jsonSpace)
}

// valueLength returns the length in bytes of the JSON value at the start of text, which
// is valid JSON.
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
				return i // the container ends right after a number or word
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

// jsonString decodes a valid JSON string.
func jsonString(quoted string) string {
	inside := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inside, '\\') < 0 && utf8.ValidString(inside) {
		return inside
	}
	var text string
	_ = json.Unmarshal([]byte(quoted), &text) // cannot fail: quoted is valid
	return text
}
