package explain

import (
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/profile"
)

// refuses reports whether an object shows the sign of a refusal, or is the record of a
// log, in a member that a profile does not read: the response of another vendor
// may well have an id, which is all that some profiles ask of a success.
func refuses(v any, read map[string]bool) bool {
	object, _ := v.(map[string]any)
	for name, value := range object {
		if !read[name] && isRefusal(name, value) {
			return true
		}
	}
	return false
}

// separators are what vendors write between the words of a member's name, or not.
var separators = strings.NewReplacer("_", "", "-", "")

func isRefusal(name string, value any) bool {
	switch strings.ToLower(separators.Replace(name)) {
	case "error", "errors", "err", "exception":
		return !slices.Contains([]string{"", "0", "false", "[]", "{}"}, text(value))
	case "errcode", "errorcode", "errno", "errornumber", "errnum":
		return !slices.Contains([]string{"", "0", "false", "ok", "success"}, text(value))
	case "success", "succeeded", "issuccess", "ok":
		return text(value) == "false" || text(value) == "0"
	case "code", "status", "statuscode", "state", "ret", "retcode", "resultcode": // 0, 1 or 200 often mean a success
		n, err := strconv.Atoi(text(value))
		return err == nil && (n < 0 || n >= 300)
	case "level", "severity", "lvl", "loglevel":
		return slices.Contains([]string{"trace", "debug", "info", "notice", "warn", "warning", "error", "fatal", "panic", "critical"}, text(value))
	}
	return false
}

// text is a value as text, in lower case.
func text(value any) string { return strings.ToLower(profile.Text(value)) }
