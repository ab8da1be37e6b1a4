// Package contentpolicy makes sources for a Content-Security-Policy, by which a page of
// ours allows its own scripts and styles and no others. [Inline] is for an element of the
// page, [Digest] for any other text.
package contentpolicy

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Inline returns the source that allows the content of the first <tag> element of an HTML
// page. The element has no attributes.
func Inline(page, tag string) string {
	_, rest, _ := strings.Cut(page, "<"+tag+">")
	content, _, _ := strings.Cut(rest, "</"+tag+">")
	return Digest(content)
}

// Digest returns the source that allows an inline script or style with exactly this
// content.
func Digest(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
