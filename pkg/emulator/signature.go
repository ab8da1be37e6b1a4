package emulator

import (
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
)

// signature describes a wrong signature. It shows the text to sign, for comparison with the
// client's text, and how the client signed if that can be determined. If another member is
// missing or wrong, it does not show the text, which may then contain a secret that the
// emulator does not know.
func (c *call) signature(p recipe.Problem) lang.Text {
	for _, other := range c.seen.Problems {
		if !c.isDerived(other.Placeholder) && other.Inside != "signature" && other.Kind != recipe.Unread {
			return lang.Text{EN: "is not the expected signature; fix the other problems first", ZH: "签名不对；请先解决其他问题"}
		}
	}
	const maxShown = 1 << 10 // bytes
	s := c.scrubber()
	expectedText := c.seen.Derivations[p.Placeholder].Text.Reveal()
	text := s.Scrub(expectedText)
	shown := lang.Text{EN: strconv.Quote(text[:min(len(text), maxShown)])}
	if len(text) > maxShown {
		shown = plus(shown, lang.Sprintf(lang.Text{EN: " and %s more", ZH: " 之后还有 %s"}, lang.Amount(len(text)-maxShown, "byte", "字节")))
	}
	toSign := lang.Sprintf(lang.Text{EN: "the text to sign is %s", ZH: "待签名文本是 %s"}, shown)
	if how, signed := c.s.SignedAs(c.req, c.body, c.expect, c.seen, p.Placeholder); !how.IsZero() {
		return lang.Sprintf(lang.Text{
			EN: "is not the expected signature: it was made %s%s; %s",
			ZH: "签名不对：它是这样算的：%s%s；%s",
		}, how, firstByte(expectedText, signed.Reveal(), s), toSign)
	}
	switch made := c.seen.Derivations[p.Placeholder]; {
	case made.Make.IsSignature() && made.OtherKey(p.Got.Reveal()):
		return lang.Sprintf(lang.Text{
			EN: "is not the expected signature: it was made with another key, or is not %s in %s; %s",
			ZH: "签名不对：用了别的密钥，或不是 %s（%s）；%s",
		}, made.Make.Hash, made.Make.EncodingName(), toSign)
	case made.Make.IsSignature():
		return lang.Sprintf(lang.Text{EN: "is not the expected signature: %s; %s", ZH: "签名不对：%s；%s"}, toSign, compareTexts)
	}
	expected, got := c.sides(p)
	return lang.Sprintf(lang.Text{
		EN: "is not the expected signature: expected %s, got %s; %s; %s",
		ZH: "签名不对：应为 %s，实际为 %s；%s；%s",
	}, expected, got, toSign, c.signLength(p))
}

var compareTexts = lang.Text{EN: "compare the text that you sign with this one, byte by byte", ZH: "请与您签名的文本逐字节比较"}

// isDerived reports whether the value of a placeholder is computed from the request.
func (c *call) isDerived(placeholder string) bool {
	m := c.seen.Derivations[placeholder].Make
	return m.Hash != "" || m.JWT != nil
}

// signLength says what to check, depending on the length of the signature.
func (c *call) signLength(p recipe.Problem) lang.Text {
	if a, b := len(p.Expected.Reveal()), len(p.Got.Reveal()); a != b {
		return lang.Sprintf(lang.Text{EN: "it has %s, expected %d: check the hash and the encoding", ZH: "它有 %s，应有 %d 个：请检查哈希算法和编码"}, characters(b), a)
	}
	return compareTexts
}

// firstByte says where the client's text first differs from the expected text. It shows no
// secrets.
func firstByte(expected, got string, s *scrub.Scrubber) lang.Text {
	n := 0
	for n < len(expected) && n < len(got) && expected[n] == got[n] {
		n++
	}
	if n == len(expected) && n == len(got) {
		return lang.Text{}
	}
	at := lang.Sprintf(lang.Text{EN: "; the texts first differ at byte %d", ZH: "；两段文本从第 %d 字节开始不同"}, n+1)
	showable := func(text string) bool { return n == len(text) || strings.HasPrefix(s.Scrub(text), text[:n+1]) }
	if !showable(expected) || !showable(got) {
		return at // the byte is in or after a masked secret
	}
	around := func(text string) lang.Text {
		if n == len(text) {
			return lang.Text{EN: "the end", ZH: "结尾"}
		}
		return lang.Text{EN: strconv.Quote(text[n : n+1])}
	}
	return about(at, expectedGot(around(expected), around(got)))
}
