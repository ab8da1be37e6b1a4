package explain

import (
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/profile"
)

// refuses reports whether a field that the profile does not read shows that the object v
// is a refusal or a log record. Some profiles accept any object with an id as a success,
// and another vendor's refusal may have one.
//
// read holds the names of the fields that the profile reads.
func refuses(v any, read map[string]bool) bool {
	return beyond(v, read, "")
}

// beyond is [refuses] for a refusal with a code, so that a field with that value does not
// show another one. code is "" if there is none.
func beyond(v any, known map[string]bool, code string) bool {
	object, _ := v.(map[string]any)
	for name, value := range object {
		if !known[name] && isRefusal(name, value) && (code == "" || profile.Text(value) != code) {
			return true
		}
	}
	return false
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
