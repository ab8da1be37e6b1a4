package explain

import (
	"encoding/json"
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

func isRefusal(name string, value any) bool {
	text := strings.ToLower(profile.Text(value))
	number, isNumber := value.(json.Number)
	if text, ok := value.(string); ok && text != "" && isDigits(text) {
		number, isNumber = json.Number(text), true
	}
	n, err := number.Int64()
	switch strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name)) {
	case "error", "errors", "err", "exception":
		return text != "" && text != "0" && text != "false" && text != "[]" && text != "{}"
	case "errcode", "errorcode", "errno", "errornumber", "errnum":
		return text != "" && text != "0" && text != "ok" && text != "success" && text != "false"
	case "success", "succeeded", "issuccess", "ok":
		return text == "false" || text == "0"
	case "code", "status", "statuscode", "state", "ret", "retcode", "resultcode": // 0, 1 or 200 often mean a success
		return isNumber && (err != nil || n < 0 || n >= 300)
	case "level", "severity", "lvl", "loglevel":
		return true
	}
	return false
}

func isDigits(text string) bool {
	return strings.Trim(strings.TrimPrefix(text, "-"), "0123456789") == ""
}
