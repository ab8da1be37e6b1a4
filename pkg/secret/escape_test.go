package secret

import (
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// mixture writes each character of a text in a way of its own. Letters and digits stay
// as they are where another mixture lies below.
func mixture(r *rand.Rand, text string, below bool) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		char := text[i : i+size]
		i += size
		if below && c < utf8.RuneSelf && isAlphanumeric(byte(c)) {
			b.WriteString(char)
			continue
		}
		ways := []string{char, char, url.QueryEscape(char), html.EscapeString(char)}
		for _, verb := range []string{"%%%02X", "%%%02x"} {
			var percent string
			for _, c := range []byte(char) {
				percent += fmt.Sprintf(verb, c)
			}
			ways = append(ways, percent)
		}
		if c != utf8.RuneError {
			for _, verb := range []string{`\u%04x`, `\u%04X`, "%%u%04X"} {
				var units string
				for _, u := range utf16.Encode([]rune{c}) {
					units += fmt.Sprintf(verb, u)
				}
				ways = append(ways, units)
			}
			ways = append(ways, fmt.Sprintf("&#%d;", c), fmt.Sprintf("&#%05d;", c), fmt.Sprintf("&#x%x;", c), fmt.Sprintf("&#X%X;", c))
		}
		if short := strings.Index("\"\\/'\b\f\n\r\t", char); short >= 0 && size == 1 {
			ways = append(ways, `\`+`"\/'bfnrt`[short:short+1])
		}
		if named := map[string]string{"&": "&amp;", "=": "&equals;", "/": "&sol;", "+": "&plus;", "\"": "&quot;", "'": "&apos;"}[char]; named != "" {
			ways = append(ways, named)
		}
		b.WriteString(ways[r.IntN(len(ways))])
	}
	return b.String()
}

// layered is up to so many mixtures of a text, one on another.
func layered(r *rand.Rand, text string) string {
	for layer := range 1 + r.IntN(mostLayers) {
		text = mixture(r, text, layer > 0)
	}
	return text
}

// Each character may be written in each way, up to three times over.
func TestScrubMixtures(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const alphabet = nasty + "0123456789 +/=abcdef\n\t\\\"%&;#ux"
	all := []rune(alphabet)
	for range 3_000 {
		var value string
		for range leastDerived + r.IntN(24) {
			value += string(all[r.IntN(len(all))])
		}
		encoded := layered(r, value)
		if got, want := scrubber(value).Scrub("é<"+encoded+">"), "é<"+Redacted+">"; got != want {
			t.Fatalf("%q as %q: %q", value, encoded, got)
		}
	}
}

// What is no secret stays as it is, however it is escaped.
func TestScrubLeavesOthersAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := scrubber(nasty, "another/secret=", "s3cret")
	for range 3_000 {
		text := layered(r, "p<a>s s+w/o, another/secret, s3cre =s3 cret\\u00 %2 &#x; &nosuch; 密😀"[r.IntN(20):])
		if got := s.Scrub(text); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	}
	for _, text := range []string{`\`, `\u`, `\u00`, `\x`, `%`, `%2`, `%u`, `%u00`, `&`, `&#`, `&#;`, `&#x;`, `&#99999999999;`, `&x;`, `\ud83d`, `\ud83d\`, `\ud83d\u00`} {
		if got := s.Scrub(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// What begins as a secret does in many ways goes on in none of them.
func TestScrubTakesItsTime(t *testing.T) {
	const n = 200
	for value, text := range map[string]string{
		strings.Repeat("%", n) + "x":    strings.Repeat("%25", n),
		strings.Repeat("%25", n) + "x":  strings.Repeat("%2525", n),
		strings.Repeat(`\`, n) + "x":    strings.Repeat(`\`, 4*n),
		strings.Repeat("&", n) + "x":    strings.Repeat("&amp;amp;", n),
		strings.Repeat(" ", n) + "x":    strings.Repeat("+%20", n),
		strings.Repeat("a", 80*n) + "x": strings.Repeat("a", 1000*n),
	} {
		if got := scrubber(value).Scrub(text); got != text {
			t.Errorf("%.20s… became %.20s…", text, got)
		}
	}
}

// What would take hours, and gigabytes, is not searched to its end, and then not shown
// from there on.
func TestScrubGivesUp(t *testing.T) {
	const size = 32 << 10
	for value, part := range map[string]string{
		strings.Repeat("%", 16000):    "%",
		strings.Repeat("%25", 5000):   "%2525",
		strings.Repeat("&amp;", 3000): "&amp;",
		strings.Repeat(`\`, 16000):    `\u005c`,
	} {
		got := scrubber(value).Scrub("before " + strings.Repeat(part, size/len(part)))
		if !strings.HasPrefix(got, "before "+Redacted) || len(got) > size/2 {
			t.Errorf("%.5s…: %.40s… of %d bytes", value, got, len(got))
		}
	}
	text := strings.Repeat("token=a1", size/8) // in which each value holds all later ones
	s := scrubber()
	s.Add(Suspects(text)...)
	if got := s.Scrub(text + "!"); !strings.HasPrefix(got, "token="+Redacted) || len(got) > size/2 {
		t.Errorf("%.40s… of %d bytes", got, len(got))
	}
}

// FuzzScrub: no part of the output that comes from the text shows a secret. The
// output as a whole may hold one where the text that stands in for secrets has a
// share in it ("red", "] x"), which tells nothing; so such secrets are only
// searched for between the stand-ins.
func FuzzScrub(f *testing.F) {
	f.Add("secret", "other", "a secret and a secrother", uint64(0), false)
	f.Add("red", "[redacted]", "red [redacted] redredacted]", uint64(1), false)
	f.Add("x[", "]x", "xx[ ]x]", uint64(2), true)
	f.Add(nasty, nasty[3:], "<"+nasty+">", uint64(3), true)
	f.Add("gho_0123456789012345", "2345gho_", "gho_01234567890123452345gho_", uint64(9), true)
	f.Fuzz(func(t *testing.T, first, second, text string, seed uint64, stub bool) {
		s := scrubber(first, second)
		s.Stub = stub
		var shapes []string
		r := rand.New(rand.NewPCG(seed, 0))
		for _, v := range []string{first, second} {
			for _, form := range formsOf(v) {
				if form.whole {
					continue // may stand within words
				}
				shapes = append(shapes, form.text, layered(r, form.text))
			}
		}
		if n := len(shapes); n > 0 {
			text = text[:len(text)/2] + shapes[r.IntN(n)] + text[len(text)/2:] + shapes[r.IntN(n)]
		}
		got := s.Scrub(text)

		stubs, end := []string{}, 0
		for _, sp := range append(findSpans(text, s.compiled()), span{start: len(text)}) {
			for _, shape := range shapes {
				if strings.Contains(text[end:sp.start], shape) {
					t.Errorf("%q shows %q", got, shape)
				}
			}
			stubs, end = append(stubs, sp.stub), sp.end
		}
		for _, shape := range shapes {
			shared := slices.ContainsFunc(stubs, func(stub string) bool { return overlap(shape, stub) })
			if !shared && strings.Contains(got, shape) {
				t.Errorf("%q contains %q", got, shape)
			}
		}
	})
}

// overlap reports whether one text holds the other, or an end of one is the
// beginning of the other.
func overlap(a, b string) bool {
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return true
	}
	for n := 1; n < min(len(a), len(b)); n++ {
		if a[len(a)-n:] == b[:n] || b[len(b)-n:] == a[:n] {
			return true
		}
	}
	return false
}
