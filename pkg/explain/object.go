package explain

import (
	"bytes"
	"strings"
)

// maxObject is the size of the largest JSON object that is recognised, in bytes.
const maxObject = 1 << 20

// objects finds the JSON objects in a text. When it matches an outer brace, it remembers
// where the inner ones end until the caller reaches them, so that it reads each byte only
// a bounded number of times.
type objects struct {
	// ends maps the offset of an opening brace to the offset of its object's end, or to 0
	// if the brace does not start an object.
	ends map[int64]int64
}

// at returns the length of the object at the start of text, or 0 if there is none, and the
// quotation mark of the object's strings. offset is the position of text in the whole input.
// final is true if text ends where the input ends; otherwise text must be longer than
// 2*maxObject bytes.
func (o *objects) at(text []byte, offset int64, final bool) (length int, quote string) {
	quote, ok := opening(text)
	if !ok {
		return 0, ""
	}
	end, known := o.ends[offset]
	if known {
		delete(o.ends, offset)
	} else {
		end = o.match(text, offset, quote, final)
	}
	return int(max(0, end-offset)), quote
}

// forget deletes the remembered ends of the braces in text, which the caller skips.
func (o *objects) forget(text []byte, offset int64) {
	for len(o.ends) > 0 {
		i := bytes.IndexByte(text, '{')
		if i < 0 {
			return
		}
		delete(o.ends, offset+int64(i))
		text, offset = text[i+1:], offset+int64(i)+1
	}
}

// opening reports whether text, which starts with a brace, may be an object. It returns
// the quotation mark of the object's strings: \" if the object is itself inside a JSON
// string, otherwise ".
func opening(text []byte) (quote string, ok bool) {
	rest := bytes.TrimLeft(text[1:min(len(text), 1+64<<10)], " \t\r\n")
	switch {
	case len(rest) == 0:
		return "", false
	case rest[0] == '"', rest[0] == '}', rest[0] == ',':
		return `"`, true
	case rest[0] == '\\':
		for len(rest) > 1 && rest[0] == '\\' && strings.IndexByte("nrt", rest[1]) >= 0 {
			rest = bytes.TrimLeft(rest[2:], " \t")
		}
		return `\"`, bytes.HasPrefix(rest, []byte(`\"`))
	}
	return "", false
}

// match returns the offset of the end of the object at the start of text, or 0 if there is
// none. It remembers the ends of the objects inside.
func (o *objects) match(text []byte, offset int64, quote string, final bool) int64 {
	escaped := quote == `\"`
	limit := min(len(text), 2*maxObject)
	var open []int
	quoted := false
	i := 0
	for ; i < limit; i++ {
		switch c := text[i]; {
		case c == '\\' && escaped && i+1 < limit && text[i+1] == '"':
			quoted = !quoted
			i++
		case c == '\\' && quoted && escaped && i+2 < limit && text[i+1] == '\\':
			if i += 2; text[i] == '\\' { // an escape in the inner string, such as \\\"
				i++
			}
		case c == '\\' && (quoted || escaped):
			i++
		case c == '"' && !escaped:
			quoted = !quoted
		case c == '\n' && quoted, c == '\\', c == '"':
			return o.failed(text, open, offset, quote, len(text))
		case quoted:
		case c == '{':
			open = append(open, i)
		case c == '}':
			start := open[len(open)-1]
			open = open[:len(open)-1]
			end := offset + int64(i) + 1
			if i+1-start > maxObject {
				end = 0
			}
			if len(open) == 0 {
				return end
			}
			o.learn(text, start, offset, quote, end)
		}
	}
	if limit < len(text) || !final { // later braces may be closed further on
		return o.failed(text, open, offset, quote, maxObject)
	}
	return o.failed(text, open, offset, quote, len(text))
}

// failed remembers that the open braces before text[before] do not start an object. It
// returns 0, which match returns in turn.
func (o *objects) failed(text []byte, open []int, offset int64, quote string, before int) int64 {
	for _, start := range open {
		if start > 0 && start < before {
			o.learn(text, start, offset, quote, 0)
		}
	}
	return 0
}

// learn remembers the end of the object at text[start:], if the object uses the same
// quotation mark.
func (o *objects) learn(text []byte, start int, offset int64, quote string, end int64) {
	if own, ok := opening(text[start:]); ok && own == quote {
		o.ends[offset+int64(start)] = end
	}
}

// unescape decodes the escapes of a JSON string, except \u.
var unescape = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\/`, "/")

// jsonOf returns an object found by at as JSON. quote is the quotation mark of its strings.
// It corrects two mistakes that are common in handwritten JSON and in vendors' documents:
// a comma before a closing bracket, and a blank at the end of a name.
func jsonOf(text []byte, quote string) []byte {
	if quote != `"` {
		text = []byte(unescape.Replace(string(text)))
	}
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

// follows reports whether the first byte of text that is not white space is one of any.
func follows(text []byte, any string) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && strings.IndexByte(any, text[0]) >= 0
}
