package capture

import (
	"bytes"
	"encoding/xml"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
)

// rewriteXML replaces texts and attributes in XML. value is the decoded XML. It returns "" if it
// cannot replace all of them, for example because the XML escapes one in an unusual way.
func rewriteXML(text string, value any, f leaf) string {
	leaves, replaced := map[string]any{}, map[string]bool{}
	fixture.Flatten(leaves, "json", value, strconv.Itoa)
	const most = 1000 // replacements, each of which searches the whole text
	for _, key := range slices.Sorted(maps.Keys(leaves)) {
		before := profile.Text(leaves[key])
		after, ok := f(key, leaves[key])
		if !ok || before == "" || before == after || replaced[before] {
			continue
		}
		if len(replaced) == most {
			return ""
		}
		replaced[before] = true
		text = replaceXML(text, before, after)
	}
	rest, err := body.XML([]byte(text))
	leaves = map[string]any{}
	fixture.Flatten(leaves, "json", rest, strconv.Itoa)
	for _, left := range leaves {
		if replaced[profile.Text(left)] || err != nil {
			return ""
		}
	}
	return text
}

// replaceXML replaces a text or an attribute's value.
func replaceXML(text, before, after string) string {
	var escaped bytes.Buffer
	_ = xml.EscapeText(&escaped, []byte(after)) // a Buffer takes everything
	for _, written := range []string{before, escapedXML.Replace(before)} {
		whole := regexp.MustCompile(`(>\s*|<!\[CDATA\[\s*|=\s*["'])` + regexp.QuoteMeta(written) + `(\s*<|\s*\]\]>|["'])`)
		text = whole.ReplaceAllStringFunc(text, func(found string) string {
			m := whole.FindStringSubmatch(found)
			if strings.HasPrefix(m[1], "<![CDATA[") {
				return m[1] + after + m[2]
			}
			return m[1] + escaped.String() + m[2]
		})
	}
	return text
}

// escapedXML escapes a text as most servers do.
var escapedXML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
