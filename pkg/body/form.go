package body

import (
	"bytes"
	"errors"
	"net/url"

	"ssoctl/pkg/exactjson"
)

// Pairs decodes a form: an object of strings. If a name repeats, its value is a list. The
// error is [exactjson.ErrTooMany] if there are more than [exactjson.MaxValues] pairs.
func Pairs(text []byte) (any, error) {
	if !bytes.Contains(text, []byte("=")) {
		return nil, errors.New("not a form")
	}
	if bytes.Count(text, []byte("&")) >= exactjson.MaxValues {
		return nil, exactjson.ErrTooMany
	}
	all, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	members := map[string]any{}
	for name, values := range all {
		if len(values) == 1 {
			members[name] = values[0]
			continue
		}
		list := make([]any, len(values))
		for i, value := range values {
			list[i] = value
		}
		members[name] = list
	}
	return members, nil
}

// Unescape decodes a name or value of a query or form. It returns incorrectly encoded text
// unchanged.
func Unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
