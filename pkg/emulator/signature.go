package emulator

import (
	"fmt"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// signature tells what is signed here, which a client has to compare with its
// own text, and how the client signed where that can be found out. The text is
// told only where all else is right, since a member that was not understood may
// hold a secret that nobody knows of.
func (c *call) signature(p recipe.Problem) string {
	for _, other := range c.seen.Problems {
		if other.Placeholder != "sign" && other.Kind != recipe.Unread {
			return "is not the signature expected; mend the rest first"
		}
	}
	const most = 1 << 10
	s := c.scrubber()
	text := s.Scrub(c.seen.SignText.Reveal())
	told := strconv.Quote(text[:min(len(text), most)])
	if len(text) > most {
		told += " and " + lang.Count(len(text)-most, "byte") + " more"
	}
	expected, got := c.sides(p)
	line := "is not the signature expected"
	if how, signed := c.s.SignedAs(c.req, c.body, c.v.expect, c.seen); how != "" {
		return line + ": yours was made " + how + firstByte(c.seen.SignText.Reveal(), signed.Reveal(), s) + "; what is signed here: " + told
	}
	return line + ": expected " + expected + ", got " + got + "; what is signed here: " + told + "; " + c.signLength(p)
}

// signLength tells what else a digest's length says, and what to do.
func (c *call) signLength(p recipe.Problem) string {
	if a, b := len(p.Expected.Reveal()), len(p.Got.Reveal()); a != b {
		return fmt.Sprintf("it has %s, expected are %d: look at the hash and the encoding", lang.Count(b, "character"), a)
	}
	return "hash your own text and compare it with this one, byte by byte"
}

// firstByte tells where the client's text leaves the expected one, without
// showing what is secret.
func firstByte(expected, got string, s *secret.Scrubber) string {
	n := 0
	for n < len(expected) && n < len(got) && expected[n] == got[n] {
		n++
	}
	if n == len(expected) && n == len(got) {
		return ""
	}
	at := fmt.Sprintf("; byte %d of the text is the first that differs", n+1)
	told := func(text string) bool { return n == len(text) || strings.HasPrefix(s.Scrub(text), text[:n+1]) }
	if !told(expected) || !told(got) {
		return at // it is in, or behind, what is masked
	}
	around := func(text string) string {
		if n == len(text) {
			return "its end"
		}
		return strconv.Quote(text[n : n+1])
	}
	return at + ": expected " + around(expected) + ", got " + around(got)
}
