package body

import (
	"bytes"
	"encoding/json"
	"regexp"
	"sync"
)

// JSONP returns the JSON in a function call such as callback( {"a":1} ); that a server sends
// as a script. ok is false for other text, and for a call without an object or array, such as
// error(404).
func JSONP(text []byte) (inner []byte, ok bool) {
	const longest = 256 // bytes of the name
	text = bytes.TrimSpace(text)
	text = bytes.TrimSpace(bytes.TrimSuffix(text, []byte(";")))
	open := bytes.IndexByte(text[:min(len(text), longest)], '(')
	if open < 0 || !bytes.HasSuffix(text, []byte(")")) {
		return nil, false
	}
	// Servers put /**/ in front so that the text is not mistaken for a file of another type.
	if !callee().Match(text[:open]) {
		return nil, false
	}
	inner = bytes.TrimSpace(text[open+1 : len(text)-1])
	if len(inner) == 0 || inner[0] != '{' && inner[0] != '[' || !json.Valid(inner) {
		return nil, false
	}
	return inner, true
}

// callee matches the text before the parenthesis of a call.
var callee = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:/\*\*/)?\s*[A-Za-z_$][\w$.]*\s*$`)
})
