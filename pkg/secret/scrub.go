package secret

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Scrubber takes secrets out of texts, however a request or a response may hold them:
// as they are, in hex, in base64 (also within longer base64, such as that of HTTP
// Basic), and below up to three encodings, one on another: percent-encoding,
// JavaScript's and JSON's escapes, HTML's. An encoding is taken off a text as a whole,
// so it does not matter which characters an encoder escapes. The zero Scrubber is
// ready, a nil one changes nothing. All methods may be called concurrently.
//
// Where secrets overlap, the whole stretch is replaced. What replaces a secret is not
// searched again: a secret such as "red" is still in the "[redacted]" of the output,
// which reveals nothing. Secrets of fewer than 4 bytes are not sought in hex, in base64
// or within a word, where they occur by chance.
//
// The time that Scrub takes grows with the text, and not with the number of secrets or
// with what they are.
type Scrubber struct {
	// Stub puts Mask of the secret in its place instead of Redacted, unless the
	// stub would show another secret. Set it before the first Scrub.
	Stub bool
	// Lifted lets every secret pass. Set it before the first Scrub.
	Lifted bool

	mu      sync.Mutex
	secrets map[String][]form
	forms   *automaton // of all secrets; nil: to be built
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
func (s *Scrubber) compiled() *automaton {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forms != nil || len(s.secrets) == 0 {
		return s.forms
	}
	var all []form
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
			all = append(all, f)
		}
	}
	s.forms = newAutomaton(all)
	shows := map[string]bool{}
	for i, f := range all {
		bad, known := shows[f.stub]
		if !known {
			bad = s.forms.within(f.stub)
			shows[f.stub] = bad
		}
		if bad {
			all[i].stub = Redacted
		}
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
func findSpans(text string, forms *automaton) []span {
	if forms == nil {
		return nil
	}
	var found []span
	eachLayer(text, forms.ascii, func(l *layer) {
		var inLayer []span
		forms.each(l.text, func(start, end int, f *form) {
			length := end - start
			if f.left && start > 0 && isBase64(l.text[start-1]) {
				start--
			}
			if f.right && end < len(l.text) && isBase64(l.text[end]) {
				end++
			}
			start, end = l.origin(start, end)
			inLayer = joined(inLayer, span{start, end, f.stub, length})
		})
		found = append(found, inLayer...)
	})
	slices.SortStableFunc(found, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	merged := found[:0]
	for _, sp := range found {
		merged = joined(merged, sp)
	}
	return merged
}

// joined appends a span to others. Those at their end that it overlaps become one with
// it, under the stub of the longest.
func joined(spans []span, sp span) []span {
	for last := len(spans) - 1; last >= 0 && spans[last].end > sp.start; last-- {
		m := spans[last]
		if sp.longest > m.longest {
			m.longest, m.stub = sp.longest, sp.stub
		}
		sp = span{min(m.start, sp.start), max(m.end, sp.end), m.stub, m.longest}
		spans = spans[:last]
	}
	return append(spans, sp)
}

// withinWord reports whether a letter or digit stands beside a stretch of text.
func withinWord(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return isWord(before) || isWord(after)
}

func isWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
