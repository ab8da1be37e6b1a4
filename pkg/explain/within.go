package explain

import (
	"bytes"
	"context"
	"strings"

	"ssoctl/pkg/profile"
)

// embedded finds the answers that stand inside a text, such as in the lines of a log,
// and returns the text with blanks in their place: what a vendor's message says is not
// to be read again. An object that says nothing to any profile may hold one that does.
func embedded(ctx context.Context, text string, readers []reader) (found []Found, rest string) {
	budget := 64 << 20 // bytes to look through: braces without an end cost all that follows
	left := []byte(text)
	for at := 0; ctx.Err() == nil && budget > 0; at++ {
		next := strings.IndexByte(text[at:], '{')
		if next < 0 {
			break
		}
		at += next
		object, length, looked := objectAt(text[at:])
		budget -= looked
		if length == 0 {
			continue
		}
		of := judged(ctx, answer{body: object}, readers)
		for _, f := range of {
			if f.How == Unlisted && f.Code == "" {
				continue // a mere message is no refusal: lines of logs have one
			}
			f.Line = 1 + strings.Count(text[:at], "\n")
			found = append(found, f)
		}
		if settles(of) {
			blank(left[at : at+length])
			at += length - 1
		}
	}
	return found, string(left)
}

// blank leaves the line breaks, by which lines are counted.
func blank(text []byte) {
	for i, c := range text {
		if c != '\n' {
			text[i] = ' '
		}
	}
}

// objectAt returns the JSON object with which a text begins, in order, and how long it
// is there; 0 when there is none. Inside a string of JSON its quotes are escaped.
func objectAt(text string) (object []byte, length, looked int) {
	const most = 64 << 10
	text = text[:min(len(text), most)]
	raw, looked := balanced(text, `"`)
	if strings.HasPrefix(strings.TrimLeft(text[1:], " "), `\"`) {
		raw, looked = balanced(text, `\"`)
		object = tidied(strings.ReplaceAll(raw, `\"`, `"`))
	} else {
		object = tidied(raw)
	}
	if _, isJSON, err := profile.Decode(object); raw == "" || !isJSON || err != nil {
		return nil, 0, looked
	}
	return object, len(raw), looked
}

// balanced is a text up to the brace that closes its first one, "" where none does.
func balanced(text, quote string) (object string, looked int) {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], quote):
			quoted = !quoted
			i += len(quote) - 1
		case quoted && text[i] == '\\':
			i++
		case quoted:
		case text[i] == '{':
			depth++
		case text[i] == '}':
			if depth--; depth == 0 {
				return text[:i+1], i + 1
			}
		}
	}
	return "", len(text)
}

// tidied is JSON without what people leave in it, and what documents have in their
// samples: a comma before a closing bracket, a blank at the end of a name.
func tidied(text string) []byte {
	out := make([]byte, 0, len(text))
	quoted := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted && c == '\\' && i+1 < len(text):
			out = append(out, c)
			i++
			c = text[i]
		case c == '"':
			if quoted = !quoted; !quoted && follows(text[i+1:], ":") {
				out = bytes.TrimRight(out, " ")
			}
		case !quoted && c == ',' && follows(text[i+1:], "}]"):
			continue
		}
		out = append(out, c)
	}
	return out
}

// follows reports whether one of these is what comes first, but for blanks.
func follows(text, any string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return text != "" && strings.IndexByte(any, text[0]) >= 0
}
