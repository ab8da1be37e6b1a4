package capture

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// standins replace secrets and personal data in recordings. The same value has the same
// stand-in everywhere, also in later fixtures.
type standins struct {
	mu       sync.Mutex
	names    map[string]string // by value
	secret   map[string]bool   // values that are also replaced inside other texts
	lengths  map[string][]int  // lengths of these values, longest first, by their first bytes
	count    map[string]int    // by kind of stand-in
	last     map[string]string // the latest value of each name
	scrubber scrub.Scrubber
}

func newStandins() *standins {
	return &standins{names: map[string]string{}, secret: map[string]bool{}, lengths: map[string][]int{}, count: map[string]int{}, last: map[string]string{}}
}

// leastHidden is the minimum length in bytes from which a value that only looks like a secret
// is replaced inside other texts. A shorter value may be an ordinary word.
const leastHidden = 8

// note records the value of an input that is not secret.
func (s *standins) note(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[name] = value
}

// latest returns the latest value of a name, or "".
func (s *standins) latest(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last[name]
}

// of returns the stand-in for a secret. From now on, the secret is replaced inside other
// texts, too.
func (s *standins) of(name, value string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[name] = value
	if value != "" && !s.secret[value] {
		s.secret[value] = true
		start := beginning(value)
		if i, found := slices.BinarySearchFunc(s.lengths[start], len(value), func(a, b int) int { return b - a }); !found {
			s.lengths[start] = slices.Insert(s.lengths[start], i, len(value))
		}
		s.scrubber.Add(secret.New(value))
	}
	return s.name(name, value)
}

// alias returns the stand-in for a value that is private but not secret.
func (s *standins) alias(name, value string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name(name, value)
}

// guess returns the stand-in for a value that only looks like a secret.
func (s *standins) guess(name, value string) string {
	if len(value) < leastHidden {
		return s.alias(name, value)
	}
	return s.of(name, value)
}

// name returns the stand-in for a value, and makes one if necessary: as many digits for a
// number, otherwise name with a counter. The caller holds the lock.
func (s *standins) name(name, value string) string {
	if value == "" {
		return ""
	}
	if known, ok := s.names[value]; ok {
		return known
	}
	kind := strings.Trim(strings.NewReplacer("_", "-", ".", "-", " ", "-").Replace(name), "-")
	form := kind + "-%04d"
	if isDigits(value) && value[0] != '0' {
		kind = lang.Count(len(value), "digit")
		form = fmt.Sprintf("1%%0%dd", max(1, len(value)-1))
	}
	for {
		s.count[kind]++
		made := fmt.Sprintf(form, s.count[kind])
		if _, taken := s.names[made]; !taken { // if taken, made is also a real value
			s.names[value] = made
			return made
		}
	}
}

// known returns the stand-in of a value, if it has one.
func (s *standins) known(value string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, ok := s.names[value]
	return name, ok
}

// within replaces the secrets inside a text with their stand-ins. If several secrets start
// at the same place, it replaces the longest.
func (s *standins) within(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	copied := 0
	for i := 0; i < len(text); i++ {
		if value := s.at(text[i:]); value != "" {
			b.WriteString(text[copied:i] + s.names[value])
			copied = i + len(value)
			i = copied - 1
		}
	}
	return b.String() + text[copied:]
}

// at returns the longest secret at the start of a text, or "".
func (s *standins) at(text string) string {
	for n := min(len(text), longestBeginning); n > 0; n-- {
		for _, length := range s.lengths[text[:n]] {
			if length <= len(text) && s.secret[text[:length]] {
				return text[:length]
			}
		}
	}
	return ""
}

// longestBeginning is the length in bytes of the start of a secret by which lengths is
// indexed.
const longestBeginning = 4

func beginning(value string) string { return value[:min(len(value), longestBeginning)] }

// scrub removes the secrets from a text, in any encoding.
func (s *standins) scrub(text string) string { return s.scrubber.Scrub(text) }

func isDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
