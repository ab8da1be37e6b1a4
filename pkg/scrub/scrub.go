// Package scrub removes secrets from texts.
//
// A [Scrubber] removes the secrets that it was given, in any encoding. [Suspects] finds
// what is probably a secret in texts that no profile describes, and [WithoutTokens] hides
// what looks like a token in them.
package scrub

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"ssoctl/pkg/secret"
)

// Scrubber removes secrets from texts, in any form that a request or response may
// contain: plain, in hex, in base64 (also inside longer base64, such as HTTP Basic), and
// under up to three encodings on top of each other: percent-encoding and the escapes of
// JavaScript, JSON and HTML. It decodes whole texts, so it does not matter which
// characters an encoder escapes. The zero Scrubber is ready to use; a nil one changes
// nothing. It is safe for concurrent use.
//
// Overlapping secrets are replaced as one. Replacements are not searched again: the
// secret "red" remains in the output's "[redacted]", which reveals nothing. Secrets of
// fewer than 4 bytes are not searched for in hex, in base64 or inside words, where they
// occur by chance.
//
// The time for Scrub is proportional to the text and does not depend on the secrets.
type Scrubber struct {
	// Stub uses the [secret.Mask] of the secret instead of [secret.Redacted], unless the mask would
	// show another secret. Set it before the first Scrub.
	Stub bool
	// Lifted disables the Scrubber. Set it before the first Scrub.
	Lifted bool
	// Base is another Scrubber whose secrets are removed, too, or nil. Many Scrubbers can
	// share one, which is prepared only once. The Base of a Base is ignored. Set it before
	// the first Scrub.
	Base *Scrubber

	mu      sync.Mutex
	secrets map[secret.String]known
	public  map[string]bool
	guessed int        // bytes of suspects that are searched for in hex and base64 too
	forms   *automaton // of all secrets; nil if not built yet
}

// known is how a secret is searched for.
type known struct {
	forms []form // nil if not made yet
	plain bool   // not in hex and base64
}

// Add adds secrets to remove. Empty ones are ignored.
func (s *Scrubber) Add(values ...secret.String) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		s.add(v, false)
	}
}

// AddPublic adds values that are not secret although they may look secret, such as a client_id.
// AddSuspects ignores them, in this Scrubber and in every Scrubber with this Base.
func (s *Scrubber) AddPublic(values ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		if s.public == nil {
			s.public = map[string]bool{}
		}
		s.public[v] = true
	}
}

func (s *Scrubber) isPublic(value string) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.public[value]
}

// AddSuspects adds values that only look like secrets, such as those of [Suspects]. To
// limit memory, hex and base64 are searched only for values of at most 1 KiB, and only for
// the first 32 KiB of them.
func (s *Scrubber) AddSuspects(values ...secret.String) {
	const most, mostEach = 32 << 10, 1 << 10
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		if _, again := s.secrets[v]; again || s.public[v.Reveal()] || s.Base.isPublic(v.Reveal()) {
			continue
		}
		n := len(v.Reveal())
		plain := n > mostEach || s.guessed+n > most
		if !plain {
			s.guessed += n
		}
		s.add(v, plain)
	}
}

// add adds one secret. The caller holds the lock.
func (s *Scrubber) add(v secret.String, plain bool) {
	if k, again := s.secrets[v]; v.IsZero() || again && (plain || !k.plain) {
		return
	}
	if s.secrets == nil {
		s.secrets = map[secret.String]known{}
	}
	s.secrets[v], s.forms = known{plain: plain}, nil
}

// Shown returns a secret as it may be printed: its [secret.Mask] or, if Lifted, the secret.
func (s *Scrubber) Shown(v secret.String) string {
	if s.Lifted {
		return v.Reveal()
	}
	return secret.Mask(v.Reveal())
}

// Scrub returns text with every added secret replaced.
func (s *Scrubber) Scrub(text string) string {
	if s == nil || s.Lifted || text == "" {
		return text
	}
	forms, spans := s.find(text)
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, sp := range spans {
		b.WriteString(text[end:sp.start])
		if slices.ContainsFunc(forms, func(a *automaton) bool { return a.within(sp.stub) }) {
			sp.stub = secret.Redacted
		}
		b.WriteString(sp.stub)
		end = sp.end
	}
	b.WriteString(text[end:])
	return b.String()
}

// Found returns the parts of text that are added secrets, in any form, even if the Scrubber is
// Lifted.
func (s *Scrubber) Found(text string) (parts []string) {
	if s == nil {
		return nil
	}
	_, spans := s.find(text)
	for _, sp := range spans {
		parts = append(parts, text[sp.start:sp.end])
	}
	return parts
}

// find returns the places of all secrets in a text, and the forms that were searched for.
func (s *Scrubber) find(text string) ([]*automaton, []span) {
	forms := []*automaton{s.compiled()}
	if s.Base != nil {
		forms = append(forms, s.Base.compiled())
	}
	forms = slices.DeleteFunc(forms, func(a *automaton) bool { return a == nil })
	return forms, findSpans(text, forms...)
}

// compiled returns the forms to search for; nil if there are none. They are built by the first
// [Scrubber.Scrub] after an [Scrubber.Add], because most runs of the program never need them.
func (s *Scrubber) compiled() *automaton {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forms != nil || len(s.secrets) == 0 {
		return s.forms
	}
	var all []form
	for v, k := range s.secrets {
		if k.forms == nil {
			k.forms = formsOf(v.Reveal(), k.plain)
			s.secrets[v] = k
		}
		stub := secret.Redacted
		if s.Stub {
			stub = secret.Mask(v.Reveal())
		}
		for _, f := range k.forms {
			if f.stub = stub; f.part {
				f.stub = secret.Redacted
			}
			all = append(all, f)
		}
	}
	s.forms = newAutomaton(all)
	return s.forms
}

// span is a part of a text, and its replacement.
type span struct {
	start, end int
	stub       string
	longest    int // length of the match that stub belongs to
}

// findSpans returns the places of all forms in text, in order. Overlapping places are merged.
func findSpans(text string, forms ...*automaton) []span {
	if len(forms) == 0 {
		return nil
	}
	var found []span
	ascii := !slices.ContainsFunc(forms, func(a *automaton) bool { return !a.ascii })
	eachLayer(text, ascii, func(l *layer) {
		for _, a := range forms {
			found = append(found, a.spans(l)...)
		}
	})
	slices.SortStableFunc(found, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	merged := found[:0]
	for _, sp := range found {
		merged = joined(merged, sp)
	}
	return merged
}

// spans returns the places of all forms in a layer.
func (a *automaton) spans(l *layer) (found []span) {
	a.each(l.text, func(start, end int, f *form) {
		length := end - start
		if f.left && start > 0 && isBase64(l.text[start-1]) {
			start--
		}
		if f.right && end < len(l.text) && isBase64(l.text[end]) {
			end++
		}
		start, end = l.origin(start, end)
		found = joined(found, span{start, end, f.stub, length})
	})
	return found
}

// joined appends a span, merged with the spans at the end that it overlaps. The stub of
// the longest match wins.
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

// withinWord reports whether a letter or digit is next to text[start:end].
func withinWord(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return isWord(before) || isWord(after)
}

func isWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
