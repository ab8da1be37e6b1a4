package explain

import (
	"html"
	"slices"
	"strings"

	"ssoctl/pkg/emulator/ledger"
)

// pasted reads the text of a vendor's page, as somebody copies it from a browser, or its HTML. It
// returns nil if no message in it belongs to a vendor: codes alone are more likely those of a log,
// whose lines are read one by one.
func (e *explainer) pasted(text string) []Found {
	const longest = 16 << 10 // bytes
	if len(text) > longest || strings.Contains(text, `{"`) || !strings.Contains(text, "\n") || slices.ContainsFunc(strings.Split(text, "\n"), isEmulated) {
		return nil
	}
	lower := strings.ToLower(html.UnescapeString(text))
	found := e.index.mentioned(lower, 0, len(lower))
	if !slices.ContainsFunc(found, func(f Found) bool { return f.Message != "" }) {
		return nil
	}
	return slices.DeleteFunc(found, func(f Found) bool { return isStatus(f.Code) })
}

// isStatus reports whether a code may also be the HTTP status that a page shows.
func isStatus(code string) bool {
	return len(code) == 3 && isNumber(code) && (code[0] == '4' || code[0] == '5')
}

// isEmulated reports whether an emulator logged a line, which may repeat any text of a request.
func isEmulated(line string) bool {
	_, refused := ledger.ParseRefused([]byte(strings.TrimSpace(line)))
	return refused || ledger.IsAdmin([]byte(strings.TrimSpace(line)))
}
