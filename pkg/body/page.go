package body

import (
	"html"
	"regexp"
	"strings"
)

// Title returns the title of an HTML page as one line, or "" if it has none.
func Title(page string) string {
	m := regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(html.UnescapeString(m[1])), " ")
}

// PageText returns the title and the visible text of an HTML page as one line, or the page
// itself if it has neither.
func PageText(page string) string {
	title := Title(page)
	text := regexp.MustCompile(`(?is)<!--.*?-->|<(script|style|title|head)\b.*?(</(script|style|title|head)\s*>|$)`).ReplaceAllString(page, " ")
	text = html.UnescapeString(regexp.MustCompile(`(?s)<[^>]*>?`).ReplaceAllString(text, " "))
	text = strings.TrimSpace(strings.TrimPrefix(strings.Join(strings.Fields(text), " "), title))
	switch {
	case title == "" && text == "":
		return page
	case title == "" || text == "":
		return title + text
	}
	return title + ": " + text
}
