package emulator

import (
	"fmt"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
)

// signature describes a wrong signature: the text to sign, which the client can compare
// with its own, and how the client signed, if that can be determined. It shows the text
// only if no other member is missing or wrong, because the text may contain a secret that
// the emulator does not know.
func (c *call) signature(p recipe.Problem) string {
	for _, other := range c.seen.Problems {
		if !c.isDerived(other.Placeholder) && other.Inside != "signature" && other.Kind != recipe.Unread {
			return "is not the expected signature; fix the other problems first"
		}
	}
	const most = 1 << 10
	s := c.scrubber()
	expectedText := c.seen.Derivations[p.Placeholder].Text.Reveal()
	text := s.Scrub(expectedText)
	shown := strconv.Quote(text[:min(len(text), most)])
	if len(text) > most {
		shown += " and " + lang.Count(len(text)-most, "byte") + " more"
	}
	expected, got := c.sides(p)
	line := "is not the expected signature"
	if how, signed := c.s.SignedAs(c.req, c.body, c.expect, c.seen, p.Placeholder); how != "" {
		return line + ": it was made " + how + firstByte(expectedText, signed.Reveal(), s) + "; the text to sign is " + shown
	}
	switch made := c.seen.Derivations[p.Placeholder]; {
	case made.Make.IsSignature() && made.OtherKey(p.Got.Reveal()):
		return line + ": it was made with another key, or is not " + made.Make.Hash + " in " + made.Make.EncodingName() + "; the text to sign is " + shown
	case made.Make.IsSignature():
		return line + ": the text to sign is " + shown + "; compare the text that you sign with this one, byte by byte"
	}
	return line + ": expected " + expected + ", got " + got + "; the text to sign is " + shown + "; " + c.signLength(p)
}

// isDerived reports whether the value of a placeholder is computed from the request.
func (c *call) isDerived(placeholder string) bool {
	m := c.seen.Derivations[placeholder].Make
	return m.Hash != "" || m.JWT != nil
}

// signLength says what to check, depending on the length of the signature.
func (c *call) signLength(p recipe.Problem) string {
	if a, b := len(p.Expected.Reveal()), len(p.Got.Reveal()); a != b {
		return fmt.Sprintf("it has %s, expected %d: check the hash and the encoding", lang.Count(b, "character"), a)
	}
	return "compare the text that you sign with this one, byte by byte"
}

// firstByte says where the client's text first differs from the expected one, without
// showing secrets.
func firstByte(expected, got string, s *scrub.Scrubber) string {
	n := 0
	for n < len(expected) && n < len(got) && expected[n] == got[n] {
		n++
	}
	if n == len(expected) && n == len(got) {
		return ""
	}
	at := fmt.Sprintf("; the texts first differ at byte %d", n+1)
	showable := func(text string) bool { return n == len(text) || strings.HasPrefix(s.Scrub(text), text[:n+1]) }
	if !showable(expected) || !showable(got) {
		return at // the byte is in or after a masked secret
	}
	around := func(text string) string {
		if n == len(text) {
			return "the end"
		}
		return strconv.Quote(text[n : n+1])
	}
	return at + ": expected " + around(expected) + ", got " + around(got)
}
