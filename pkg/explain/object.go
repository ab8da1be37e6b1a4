package explain

import (
	"bytes"
	"strings"
)

// maxObject is the size of the largest object that is read as one, in bytes.
const maxObject = 1 << 20

// objects finds the JSON objects in a text. It looks at each byte a bounded number of
// times: what was learned about an inner brace while its outer one was matched is kept
// until the inner one is reached.
type objects struct {
	ends map[int64]int64 // offset of an opening brace: of the end of its object; 0 where it has none
}

// at returns the length of the object with which text begins, 0 where there is none, and
// the quotation mark of its strings. offset is that of text; final says that nothing
// comes behind it, otherwise it has more than 2*maxObject bytes.
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

// forget drops what is known about the braces in a text that is passed over.
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

// opening reports whether an object can begin as text does, and what quotes its strings:
// inside a string of JSON its quotes are escaped.
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

// match finds the brace that closes the first one of text, and those of all inside it.
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
			if i += 2; text[i] == '\\' { // an escape of the string inside, such as \\\"
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
	if limit < len(text) || !final { // those further on may yet be closed
		return o.failed(text, open, offset, quote, maxObject)
	}
	return o.failed(text, open, offset, quote, len(text))
}

// failed notes that the braces up to a place in the text have no end.
func (o *objects) failed(text []byte, open []int, offset int64, quote string, before int) int64 {
	for _, start := range open {
		if start > 0 && start < before {
			o.learn(text, start, offset, quote, 0)
		}
	}
	return 0
}

// learn notes the end of a brace that would be matched with the same quotation mark.
func (o *objects) learn(text []byte, start int, offset int64, quote string, end int64) {
	if own, ok := opening(text[start:]); ok && own == quote {
		o.ends[offset+int64(start)] = end
	}
}

// unescape takes off the escapes that a string of JSON puts before what it holds.
var unescape = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\/`, "/")

// jsonOf is an object as JSON. It is without what people leave in theirs, and what
// documents have in their samples: a comma before a closing bracket, a blank at the end
// of a name.
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

// follows reports whether one of these is what comes first, but for blanks.
func follows(text []byte, any string) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && strings.IndexByte(any, text[0]) >= 0
}
