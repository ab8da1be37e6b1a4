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
// of HTTP Basic authentication. It does not matter which characters an encoder
// escapes, nor whether three have been at work, one on another; but only escapes
// may lie around hex and base64, and nothing within. The zero Scrubber is ready,
// a nil one changes nothing. All methods may be called concurrently.
//
// Wherever secrets overlap, the whole stretch is replaced, so that no tail of
// one is left. What stands in for a secret is not searched again; so a secret
// such as "red" is still found in the output, inside "[redacted]", which shows
// nothing of it. Secrets of fewer than 4 bytes, such as a code that somebody made
// up, are not sought in hex and base64, nor within a word: two or three such
// characters occur everywhere by chance. Of a text that is made to be searched for
// ever, the rest is replaced, whatever it holds.
type Scrubber struct {
	// Stub puts Mask of the secret in its place instead of Redacted, unless the
	// stub would show another secret. Set it before the first Scrub.
	Stub bool
	// Lifted lets every secret pass. Set it before the first Scrub.
	Lifted bool

	mu      sync.Mutex
	secrets map[String][]form
	forms   *forms // of all secrets; nil: to be built
}

// Add makes s known as secrets. Empty ones are ignored.
func (s *Scrubber) Add(values ...String) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		if _, known := s.secrets[v]; known || v.IsZero() {
			continue
		}
		if s.secrets == nil {
			s.secrets = map[String][]form{}
		}
		s.secrets[v], s.forms = nil, nil
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
func (s *Scrubber) compiled() *forms {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forms != nil || len(s.secrets) == 0 {
		return s.forms
	}
	s.forms = &forms{}
	for v, known := range s.secrets {
		if known == nil {
			known = formsOf(v.Reveal())
			s.secrets[v] = known
		}
		stub := Redacted
		if s.Stub {
			stub = Mask(v.Reveal())
		}
		for _, f := range known {
			f.stub = stub
			s.forms[f.text[0]] = append(s.forms[f.text[0]], f)
		}
	}
	shows := map[string]bool{}
	for _, list := range s.forms {
		for i, f := range list {
			bad, known := shows[f.stub]
			if !known {
				bad = s.forms.within(f.stub)
				shows[f.stub] = bad
			}
			if bad {
				list[i].stub = Redacted
			}
		}
		slices.SortFunc(list, func(a, b form) int {
			return cmp.Or(cmp.Compare(len(b.text), len(a.text)), strings.Compare(a.text, b.text), strings.Compare(a.stub, b.stub))
		})
	}
	return s.forms
}

// span is a stretch of a text, and what takes its place.
type span struct {
	start, end int
	stub       string
	longest    int // the length of the secret's text that the stub is for
}

// findSpans returns where any of the forms occurs in text, in order; spans that
// overlap are one.
func findSpans(text string, forms *forms) []span {
	if forms == nil {
		return nil
	}
	var found []span
	forms.each(text, func(start, end int, f *form) {
		length := end - start
		if f.whole && withinWord(text, start, end) {
			return
		}
		if f.left && start > 0 && isBase64(text[start-1]) {
			start--
		}
		if f.right && end < len(text) && isBase64(text[end]) {
			end++
		}
		found = append(found, span{start, end, f.stub, length})
	})
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
