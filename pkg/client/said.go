package client

import (
	"fmt"
	"unicode/utf8"

	"ssoctl/pkg/lang"
)

// Bounds of what a message quotes of the vendor's, in characters. A name is a code or
// an id.
const mostSaid, mostName = 2000, 200

// mostSearched is how much of a text is searched for secrets before it is cut, in bytes:
// far beyond what is left of it, since half a secret would not be found.
const mostSearched = 256 << 10

// said is a text of the vendor's without the secrets that we sent, and at most so many
// characters of it; "…" stands for the rest, of that many characters.
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

// name is said of a code or an id.
func (c *Client) name(text string) string {
	shown, _ := c.said(text, mostName)
	return shown
}

// start is the beginning of a text, of at most n bytes.
func start(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// more says how much of a message was left out; empty for nothing.
func more(characters int) lang.Text {
	if characters == 0 {
		return lang.Text{}
	}
	return lang.Text{EN: fmt.Sprintf(" (%s)", lang.Count(characters, "more character")), ZH: fmt.Sprintf("（还有 %d 个字符）", characters)}
}
