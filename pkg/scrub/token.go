package scrub

import (
	"regexp"
	"slices"
	"strings"
)

// Hidden replaces what looks like a token.
const Hidden = "…"

// WithoutTokens replaces with [Hidden] everything in a vendor's text that looks like a
// token: the string, array or object after a name such as token, the credentials after an
// HTTP authentication scheme, and what [WithoutRuns] replaces. The text may be truncated,
// and may contain JSON in a JSON string.
func WithoutTokens(text string) string {
	// Compiled here and not globally, because few runs need it.
	name := regexp.MustCompile(`(?i)(?:` + strings.Join(secretWords, "|") + `|api[_-]?key|access[_-]?key)[\w-]*\\*["']?\s*[:=]\s*(\\*)(["']?)`)
	credentials := regexp.MustCompile(`(?i)\b(bearer|basic) +[\w.~+/=-]*[0-9][\w.~+/=-]*`)
	text = credentials.ReplaceAllString(text, "$1 "+Hidden) // first: the name Authorization hides only the scheme
	var out strings.Builder
	for {
		m := name.FindStringSubmatchIndex(text)
		if m == nil {
			break
		}
		out.WriteString(text[:m[1]])
		escaped, quote := m[2] < m[3], text[m[4]:m[5]]
		text = text[m[1]:]
		value := text[:valueLength(text, quote, escaped)]
		if text = text[len(value):]; value == "" || quote == "" && slices.Contains([]string{"null", "true", "false"}, value) {
			out.WriteString(value)
		} else {
			out.WriteString(Hidden)
		}
	}
	out.WriteString(text)
	return WithoutRuns(out.String())
}

// valueLength returns the length in bytes of the value at the start of text: up to the next
// quote if there was a quote before text, otherwise an array, an object or a word.
func valueLength(text, quote string, escaped bool) int {
	end := -1
	switch {
	case quote != "" && escaped:
		end = strings.IndexAny(text, quote+`\`)
	case quote != "":
		end = endOfString(text, quote[0])
	case strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{"):
		end = balanced(text)
	default:
		end = strings.IndexAny(text, "\"'&,}]\\ \t\r\n")
	}
	if end < 0 {
		return len(text)
	}
	return end
}

// endOfString returns the index of the first quote that is not escaped, or -1.
func endOfString(text string, quote byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// balanced returns the index after the bracket that closes the one at the start of text, or
// -1. Brackets in strings do not count.
func balanced(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			n := endOfString(text[i+1:], '"')
			if n < 0 {
				return -1
			}
			i += n + 1
		}
	}
	return -1
}
