package explain

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

// pasted reads the text of a vendor's page as copied from a browser, or its HTML. If the page
// contains a message of a vendor, it keeps only that vendor's readings. It returns nil for
// other pages, and for logs, whose lines may come from several vendors.
func (e *explainer) pasted(text string) []Found {
	const maxPage = 16 << 10 // bytes
	if len(text) > maxPage || !strings.Contains(text, "\n") || strings.Contains(text, `{"`) || regexp.MustCompile(`\b\d\d:\d\d`).MatchString(text) {
		return nil
	}
	lower := strings.ToLower(html.UnescapeString(text))
	found := e.index.mentioned(lower, 0, len(lower))
	return slices.DeleteFunc(slices.Clone(found), func(f Found) bool {
		return !slices.ContainsFunc(found, func(o Found) bool { return o.Message != "" && o.Profiles[0] == f.Profiles[0] })
	})
}
