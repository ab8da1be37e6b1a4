package secret

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Scrubber takes secrets out of texts, in whatever encoding a request or an
// answer may hold them: as they are, percent-encoded, escaped for JSON or HTML,
// in hex, and in base64, also in the midst of a longer base64 text such as that
// of HTTP Basic authentication. The zero Scrubber is ready, a nil one changes
// nothing. All methods may be called concurrently.
//
// Wherever secrets overlap, the whole stretch is replaced, so that no tail of
// one is left. What stands in for a secret is not searched again; so a secret
// such as "red" is still found in the output, inside "[redacted]", which shows
// nothing of it. Secrets of fewer than 4 bytes, such as a code that somebody made
// up, are not sought in hex and base64, nor within a word: two or three such
// characters occur everywhere by chance.
type Scrubber struct {
	// Stub puts Mask of the secret in its place instead of Redacted, unless the
	// stub would show another secret. Set it before the first Scrub.
	Stub bool
	// Lifted lets every secret pass. Set it before the first Scrub.
	Lifted bool

	mu      sync.Mutex
	secrets map[String]bool
	forms   []form // of all secrets, longest first; nil: to be built
}

// Add makes s known as secrets. Empty ones are ignored.
func (s *Scrubber) Add(values ...String) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		if v.IsZero() || s.secrets[v] {
			continue
		}
		if s.secrets == nil {
			s.secrets = map[String]bool{}
		}
		s.secrets[v] = true
		s.forms = nil
	}
}

// Scrub returns text with every secret replaced that was added before.
func (s *Scrubber) Scrub(text string) string {
	if s == nil || s.Lifted || text == "" {
		return text
	}
	spans := findSpans(text, s.compiled())
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, sp := range spans {
		b.WriteString(text[end:sp.start])
		b.WriteString(sp.stub)
		end = sp.end
	}
	b.WriteString(text[end:])
	return b.String()
}

// compiled returns the forms to search for. They are built by the first Scrub
// after an Add, since most runs of the program print nothing to be scrubbed.
func (s *Scrubber) compiled() []form {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forms != nil || len(s.secrets) == 0 {
		return s.forms
	}
	var forms []form
	for v := range s.secrets {
		stub := Redacted
		if s.Stub {
			stub = Mask(v.Reveal())
		}
		for _, f := range formsOf(v.Reveal()) {
			f.stub = stub
			forms = append(forms, f)
		}
	}
	// A stub that shows a part of one secret may thereby show all of another.
	shows := map[string]bool{}
	for i, f := range forms {
		bad, known := shows[f.stub]
		if !known {
			bad = slices.ContainsFunc(forms, func(g form) bool { return strings.Contains(f.stub, g.text) })
			shows[f.stub] = bad
		}
		if bad {
			forms[i].stub = Redacted
		}
	}
	slices.SortFunc(forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(len(b.text), len(a.text)), strings.Compare(a.text, b.text), strings.Compare(a.stub, b.stub))
	})
	s.forms = forms
	return forms
}

// span is a stretch of a text, and what takes its place.
type span struct {
	start, end int
	stub       string
	longest    int // the length of the form that the stub is for
}

// findSpans returns where any of the forms occurs in text, in order; spans that
// overlap are one.
func findSpans(text string, forms []form) []span {
	var found []span
	for _, f := range forms {
		for from := 0; ; {
			i := strings.Index(text[from:], f.text)
			if i < 0 {
				break
			}
			start := from + i
			end := start + len(f.text)
			from = start + 1
			if f.whole && withinWord(text, start, end) {
				continue
			}
			if f.left && start > 0 && isBase64(text[start-1]) {
				start--
			}
			if f.right && end < len(text) && isBase64(text[end]) {
				end++
			}
			found = append(found, span{start, end, f.stub, len(f.text)})
		}
	}
	slices.SortStableFunc(found, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	merged := found[:0]
	for _, sp := range found {
		last := len(merged) - 1
		if last < 0 || merged[last].end <= sp.start {
			merged = append(merged, sp)
			continue
		}
		m := &merged[last]
		m.end = max(m.end, sp.end)
		if sp.longest > m.longest {
			m.longest, m.stub = sp.longest, sp.stub
		}
	}
	return merged
}

// withinWord reports whether a letter or digit stands beside a stretch of text.
func withinWord(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return isWord(before) || isWord(after)
}

func isWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
