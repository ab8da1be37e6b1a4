package explain

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

// pasted reads the text of a vendor's page, as somebody copies it from a browser, or its HTML. If
// the page has a vendor's own message, the rest of it is that vendor's too. Otherwise, and for a
// log, whose lines may come from several vendors, pasted returns nil.
func (e *explainer) pasted(text string) []Found {
	const longest = 16 << 10 // bytes
	if len(text) > longest || !strings.Contains(text, "\n") || strings.Contains(text, `{"`) || regexp.MustCompile(`\b\d\d:\d\d`).MatchString(text) {
		return nil
	}
	lower := strings.ToLower(html.UnescapeString(text))
	found := e.index.mentioned(lower, 0, len(lower))
	return slices.DeleteFunc(slices.Clone(found), func(f Found) bool {
		return !slices.ContainsFunc(found, func(o Found) bool { return o.Message != "" && o.Profiles[0] == f.Profiles[0] })
	})
}
