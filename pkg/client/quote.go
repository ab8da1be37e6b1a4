package client

import (
	"strconv"
	"unicode/utf8"

	"ssoctl/pkg/lang"
)

// Length limits of the vendor's texts in a message, in characters. A name is a code or an
// id.
const mostSaid, mostName = 2000, 200

// mostSearched is the part of a text that is searched for secrets before it is truncated,
// in bytes. It is much longer than the limits, because half a secret would not be found.
const mostSearched = 256 << 10

// said masks the secrets in a text from the vendor and truncates it to most characters and
// "…". rest is the number of characters that were cut off.
func (c *Client) said(text string, most int) (shown string, rest int) {
	searched := start(text, mostSearched)
	shown = c.scrub.Scrub(searched)
	for i := range shown {
		if most--; most < 0 {
			shown, rest = shown[:i]+"…", utf8.RuneCountInString(shown[i:])
			break
		}
	}
	return shown, rest + utf8.RuneCountInString(text[len(searched):])
}

// name masks and truncates a code or an id.
func (c *Client) name(text string) string {
	shown, _ := c.said(text, mostName)
	return shown
}

// start returns at most the first n bytes of text.
func start(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// more says how many characters of a message were cut off; zero for none.
func more(characters int) lang.Text {
	if characters == 0 {
		return lang.Text{}
	}
	return lang.Sprintf(lang.Text{EN: " (%s)", ZH: "（还有 %s 个字符）"}, lang.Text{EN: lang.Count(characters, "more character"), ZH: strconv.Itoa(characters)})
}
