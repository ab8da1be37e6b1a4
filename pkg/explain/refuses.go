package explain

import (
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/profile"
)

// signs are the fields that show that a response is a refusal or a log record, and their
// values as text.
type signs map[string]string

// signsOf returns the signs in v; nil if there are none.
func signsOf(v any) signs {
	object, _ := v.(map[string]any)
	var out signs
	for name, value := range object {
		if isRefusal(name, value) {
			if out == nil {
				out = signs{}
			}
			out[name] = profile.Text(value)
		}
	}
	return out
}

// beyond reports whether there is a sign that the profile does not know. Some profiles accept any
// object with an id as a success, and another vendor's refusal may have one.
//
// known holds the names of the fields that the profile knows. A field whose value is code
// does not count; code is "" if the profile found none.
func (s signs) beyond(known map[string]bool, code string) bool {
	for name, value := range s {
		if !known[name] && (code == "" || value != code) {
			return true
		}
	}
	return false
}

// appendTo appends to a key what can matter of the signs: their names, and those of their
// values that are among codes.
func (s signs) appendTo(b []byte, codes []string) []byte {
	before := len(b)
	for _, name := range slices.Sorted(maps.Keys(s)) {
		b = appendText(append(b, 's'), name)
		if slices.Contains(codes, s[name]) {
			b = appendText(b, s[name])
		}
	}
	return binary.BigEndian.AppendUint64(b, uint64(before)) // where the signs begin
}

// separators removes the separators between the words of a field name, because err_code,
// err-code and errcode mean the same.
var separators = strings.NewReplacer("_", "", "-", "")

func isRefusal(name string, value any) bool {
	switch strings.ToLower(separators.Replace(name)) {
	case "error", "errors", "err", "exception":
		return !slices.Contains([]string{"", "0", "false", "[]", "{}"}, text(value))
	case "errcode", "errorcode", "errno", "errornumber", "errnum":
		return !slices.Contains([]string{"", "0", "false", "ok", "success"}, text(value))
	case "success", "succeeded", "issuccess", "ok":
		return text(value) == "false" || text(value) == "0"
	case "code", "status", "statuscode", "state", "ret", "retcode", "resultcode": // 0, 1 and 200 often mean success
		n, err := strconv.Atoi(text(value))
		return err == nil && (n < 0 || n >= 300)
	case "level", "severity", "lvl", "loglevel":
		return slices.Contains([]string{"trace", "debug", "info", "notice", "warn", "warning", "error", "fatal", "panic", "critical"}, text(value))
	}
	return false
}

// text returns a JSON value as text in lower case.
func text(value any) string { return strings.ToLower(profile.Text(value)) }
