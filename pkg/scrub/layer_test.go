package scrub

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"ssoctl/pkg/secret"
)

// encoders write a text in one encoding each. They choose at random which characters to
// escape beyond the necessary ones, and how.
var encoders = []func(*rand.Rand, string) string{
	func(r *rand.Rand, text string) string { // queries and paths
		return each(r, text, "%+", func(char string) []string {
			var upper, lower string
			for _, c := range []byte(char) {
				upper, lower = upper+fmt.Sprintf("%%%02X", c), lower+fmt.Sprintf("%%%02x", c)
			}
			if char == " " {
				return []string{"+", upper}
			}
			return []string{upper, lower}
		})
	},
	func(r *rand.Rand, text string) string { // JavaScript's escape()
		return each(r, text, "%", func(char string) []string {
			if c, _ := utf8.DecodeRuneInString(char); c < 256 {
				return []string{fmt.Sprintf("%%%02X", c)}
			}
			return []string{units(char, "%%u%04X")}
		})
	},
	func(r *rand.Rand, text string) string { // JSON and JavaScript
		return each(r, text, `\"`, func(char string) []string {
			ways := []string{units(char, `\u%04x`), units(char, `\u%04X`)}
			if c, _ := utf8.DecodeRuneInString(char); c < 256 {
				ways = append(ways, fmt.Sprintf(`\x%02x`, c))
			}
			if i := strings.Index("\"\\/'\b\f\n\r\t", char); i >= 0 {
				ways = append(ways, `\`+`"\/'bfnrt`[i:i+1])
			}
			return ways
		})
	},
	func(r *rand.Rand, text string) string { // HTML and XML
		return each(r, text, "&<", func(char string) []string {
			c, _ := utf8.DecodeRuneInString(char)
			ways := []string{fmt.Sprintf("&#%d;", c), fmt.Sprintf("&#%05d;", c), fmt.Sprintf("&#x%x;", c), fmt.Sprintf("&#X%X;", c)}
			if name := map[string]string{"&": "&amp;", "=": "&equals;", "/": "&sol;", "+": "&plus;", "<": "&lt;", "é": "&eacute;"}[char]; name != "" {
				ways = append(ways, name)
			}
			return ways
		})
	},
}

// each writes every character unchanged or in one of the ways. Characters in always are never
// written unchanged.
func each(r *rand.Rand, text, always string, ways func(char string) []string) string {
	var b strings.Builder
	for _, c := range text {
		all := ways(string(c))
		if !strings.ContainsRune(always, c) {
			all = append(all, string(c), string(c))
		}
		b.WriteString(all[r.IntN(len(all))])
	}
	return b.String()
}

func units(char, verb string) (out string) {
	for _, u := range utf16.Encode([]rune(char)) {
		out += fmt.Sprintf(verb, u)
	}
	return out
}

// encoded returns a text in up to three encodings on top of each other.
func encoded(r *rand.Rand, text string) string {
	for range r.IntN(1 + mostLayers) {
		text = encoders[r.IntN(len(encoders))](r, text)
	}
	return text
}

func TestScrubLayers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune(nasty + "0123456789 +/=abcdef\n\t\\\"%&;#ux")
	for range 3_000 {
		var value string
		for range leastDerived + r.IntN(24) {
			value += string(alphabet[r.IntN(len(alphabet))])
		}
		text := encoded(r, value)
		if got, want := scrubber(value).Scrub("é<"+text+">"), "é<"+secret.Redacted+">"; got != want {
			t.Fatalf("%q as %q: %q", value, text, got)
		}
	}
}

// A text without secrets stays unchanged, however it is escaped.
func TestScrubLeavesOtherTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := scrubber(nasty, "another/secret=", "s3cret")
	for range 3_000 {
		text := encoded(r, "p<a>s s+w/o, another/secret, s3cre =s3 cret\\u00 %2 &#x; &nosuch; 密😀"[r.IntN(20):])
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

// Secrets may be longer than the depth of the automaton, and periodic.
func TestScrubLong(t *testing.T) {
	for _, n := range []int{100, longestForm, longestForm + 1, 3 * longestForm} {
		value := strings.Repeat("ab", n/2) + strings.Repeat("c", n%2)
		text := "x" + value + "y" + value + "z"
		if got, want := scrubber(value).Scrub(text), "x[redacted]y[redacted]z"; got != want {
			t.Errorf("%d bytes: %.60q… of %d", n, got, len(got))
		}
		short := text[:min(n, longestForm)/2]
		if got := scrubber(value).Scrub(short); got != short {
			t.Errorf("%d bytes: a part of it became %.60q…", n, got)
		}
	}
}

// FuzzScrub compares the search with a slow one, on texts that contain secrets in every
// form and encoding.
func FuzzScrub(f *testing.F) {
	f.Add("secret", "other", "a secret and a secrother", uint64(0))
	f.Add("red", "[redacted]", "red [redacted] redredacted]", uint64(1))
	f.Add("x[", "]x", "xx[ ]x]", uint64(2))
	f.Add(nasty, nasty[3:], "<"+nasty+">", uint64(3))
	f.Add("abab", "baba", "abababab %61bab", uint64(4))
	f.Add("%25", "%", "%2525 %25", uint64(5))
	f.Add(`\u005c`, `\\`, `\\u005c\\\\`, uint64(6))
	f.Add("gho_0123456789012345", "2345gho_", "gho_01234567890123452345gho_", uint64(9))
	f.Fuzz(func(t *testing.T, first, second, text string, seed uint64) {
		if len(first)+len(second) > 64 || len(text) > 128 {
			return
		}
		r := rand.New(rand.NewPCG(seed, 0))
		var all []form
		for _, v := range []string{first, second} {
			if v != "" {
				all = append(all, formsOf(v, false)...)
			}
		}
		if len(all) > 0 {
			text = text[:len(text)/2] + encoded(r, all[r.IntN(len(all))].text) + text[len(text)/2:] + encoded(r, all[r.IntN(len(all))].text)
		}
		var got [][2]int
		for _, sp := range findSpans(text, scrubber(first, second).compiled()) {
			got = append(got, [2]int{sp.start, sp.end})
		}
		if want := slowSpans(text, all); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	})
}

// slowSpans searches every position of everything that a text may decode to, for every
// form.
func slowSpans(text string, forms []form) [][2]int {
	var pieces []piece
	for i := range len(text) {
		pieces = append(pieces, piece{text[i : i+1], i, i + 1})
	}
	var found [][2]int
	slowLayers(pieces, mostLayers, func(pieces []piece) {
		plain := textOf(pieces)
		for _, f := range forms {
			for i := 0; i+len(f.text) <= len(plain); i++ {
				start, end := i, i+len(f.text)
				if strings.ReplaceAll(plain[start:end], "+", " ") != strings.ReplaceAll(f.text, "+", " ") || f.whole && withinWord(plain, start, end) {
					continue
				}
				if f.left && start > 0 && isBase64(plain[start-1]) {
					start--
				}
				if f.right && end < len(plain) && isBase64(plain[end]) {
					end++
				}
				found = append(found, [2]int{pieces[start].from, pieces[end-1].to})
			}
		}
	})
	slices.SortFunc(found, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	var merged [][2]int
	for _, sp := range found {
		if last := len(merged) - 1; last >= 0 && sp[0] < merged[last][1] {
			merged[last][1] = max(merged[last][1], sp[1])
		} else {
			merged = append(merged, sp)
		}
	}
	return merged
}

// piece is one decoded byte, and its position in the text.
type piece struct {
	char     string
	from, to int
}

func textOf(pieces []piece) (text string) {
	for _, p := range pieces {
		text += p.char
	}
	return text
}

func slowLayers(pieces []piece, deep int, do func([]piece)) {
	do(pieces)
	for _, decode := range decoders {
		var inner []piece
		text := textOf(pieces)
		for i := 0; i < len(pieces); {
			plain, n := decode(text[i:])
			if n == 0 {
				inner = append(inner, pieces[i])
				i++
				continue
			}
			for k := range len(plain) {
				inner = append(inner, piece{plain[k : k+1], pieces[i].from, pieces[i+n-1].to})
			}
			i += n
		}
		if deep > 0 && textOf(inner) != text {
			slowLayers(inner, deep-1, do)
		}
	}
}

// decoders read the escape at the start of a text, one encoding each, and return its
// meaning and length, or 0.
var decoders = []func(text string) (string, int){
	decoder(`%[[:xdigit:]]{2}`, func(s string) (string, bool) {
		plain, err := url.PathUnescape(s)
		return plain, err == nil
	}),
	decoder(`%u[dD][89abAB]..%u[dD][c-fC-F]..|%u....|%[[:xdigit:]]{2}`, func(s string) (string, bool) {
		if !strings.HasPrefix(s, "%u") {
			s = "%u00" + s[1:]
		}
		return unquote(strings.ReplaceAll(s, "%", `\`))
	}),
	decoder(`\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\x..|\\["\\/'bfnrt]`, func(s string) (string, bool) {
		if s == `\'` {
			return "'", true
		}
		return unquote(strings.Replace(s, `\x`, `\u00`, 1))
	}),
	decoder(`&[^;]{0,32};`, func(s string) (string, bool) {
		plain := html.UnescapeString(s)
		return plain, utf8.RuneCountInString(plain) == 1
	}),
}

func decoder(escape string, decode func(string) (string, bool)) func(string) (string, int) {
	re := regexp.MustCompile(`^(?s:` + escape + `)`)
	return func(text string) (string, int) {
		for found := re.FindString(text); found != ""; {
			if plain, ok := decode(found); ok {
				return plain, len(found)
			}
			if !strings.ContainsAny(found[1:], `%\`) { // otherwise it is not a surrogate pair
				break
			}
			found = found[:1+strings.IndexAny(found[1:], `%\`)]
		}
		return "", 0
	}
}

func unquote(s string) (plain string, ok bool) {
	return plain, json.Unmarshal([]byte(`"`+s+`"`), &plain) == nil
}
