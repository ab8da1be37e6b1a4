package exactjson

import (
	"bytes"
	"encoding/json"
)

// Repeated returns the first name that a JSON object has more than once among its own members,
// of which [Decode] keeps the last; ok is false if there is none, or the text is not an object.
func Repeated(text []byte) (name string, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return "", false
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return "", false
		}
		if seen[name] {
			return name, true
		}
		seen[name] = true
	}
	return "", false
}
