package explain

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ssoctl/pkg/profile"
)

// index finds the codes that the profiles list. It also finds the meanings of codes, which
// ssoctl may have printed to a log. It scans a text once, regardless of the number of codes.
type index struct {
	entries []entry          // in the order of the profiles
	codes   map[string][]int // indexes into entries, by code in lower case
	numbers map[string][]int // indexes into entries, by the number of a code such as ABC12345
	// indexes into entries, by a message in lower case that decides between meanings of a code
	messages map[string][]int
	kinds    map[profile.Kind][]int        // indexes into entries, by kind
	needles  map[string][]*needle          // by first word, or by first rune if that is not part of a word
	longest  int                           // length of the longest needle, in bytes
	hosts    map[*profile.Profile][]string // memo of hostsOf
}

type entry struct {
	profile *profile.Profile
	refusal profile.Refusal
}

// needle is a code or a meaning to search for.
type needle struct {
	text    string // in lower case
	meaning bool   // text is a meaning, not a code
	entries []int  // indexes into index.entries
}

func newIndex(profiles []*profile.Profile) *index {
	x := &index{codes: map[string][]int{}, numbers: map[string][]int{}, messages: map[string][]int{}, kinds: map[profile.Kind][]int{}, needles: map[string][]*needle{}, hosts: map[*profile.Profile][]string{}}
	for _, p := range profiles {
		for _, r := range p.Codes() {
			i := x.entry(p, r)
			if r.Message == "" {
				code := strings.ToLower(r.CodeText())
				x.codes[code] = append(x.codes[code], i)
				if _, number, ok := wordAndNumber(code); ok {
					x.numbers[number] = append(x.numbers[number], i)
				}
				x.add(code, false, i)
			} else {
				message := strings.ToLower(r.Message)
				x.messages[message] = append(x.messages[message], i)
				if isSentence(message) {
					x.add(message, false, i)
				}
			}
			x.add(strings.ToLower(r.EN), true, i)
			x.add(strings.ToLower(r.ZH), true, i)
		}
		for _, r := range p.Refusals { // unlike Codes, includes the second meaning of a code
			x.kinds[r.Kind] = append(x.kinds[r.Kind], x.entry(p, r))
		}
	}
	return x
}

func (x *index) entry(p *profile.Profile, r profile.Refusal) int {
	x.entries = append(x.entries, entry{p, r})
	return len(x.entries) - 1
}

func (x *index) add(text string, meaning bool, i int) {
	if text == "" {
		return
	}
	x.longest = max(x.longest, len(text))
	first := text[:startLen(text)]
	for _, n := range x.needles[first] {
		if n.text == text && n.meaning == meaning {
			n.entries = append(n.entries, i)
			return
		}
	}
	x.needles[first] = append(x.needles[first], &needle{text, meaning, []int{i}})
}

// startLen returns the length in bytes of the first word of text, or of its first rune if
// text does not start with a word.
func startLen(text string) int {
	n := 0
	for n < len(text) {
		r, size := rune(text[n]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[n:])
		}
		if !inWord(r) {
			if n == 0 {
				n = size
			}
			break
		}
		n += size
	}
	return n
}

// isSentence reports whether a message identifies its vendor wherever it occurs. A shorter
// message, such as Bad Request, does so only beside the code.
func isSentence(message string) bool {
	const minWords = 3
	return len(strings.Fields(message)) >= minWords || strings.ContainsFunc(message, func(r rune) bool { return r >= utf8.RuneSelf })
}

// named returns the readings of a text that is only a code, the number in a code, a message,
// or a kind.
func (x *index) named(text string) []Found {
	text = strings.Trim(text, `"'`)
	if len(text) > x.longest {
		return nil
	}
	lower := strings.ToLower(text)
	entries := slices.Concat(x.codes[lower], x.messages[lower], x.numbers[text])
	if entries == nil {
		entries = x.kinds[profile.Kind(text)]
	}
	var found []Found
	for _, i := range entries {
		found = append(found, listed(x.entries[i].profile, x.entries[i].refusal))
	}
	return found
}

// mentioned finds the codes and meanings that start in lower[from:to]. The text around that
// range is context, which decides whether a number is a code.
func (x *index) mentioned(lower string, from, to int) []Found {
	var sure map[int]certainty
	for i := from; i < to; {
		n := startLen(lower[i:])
		if i > from || !endsInWord(lower[:i]) { // otherwise the word starts before from
			for _, needle := range x.needles[lower[i:i+n]] {
				how := needle.at(lower, i)
				if how == absent {
					continue
				}
				if sure == nil {
					sure = map[int]certainty{}
				}
				for _, e := range needle.entries {
					sure[e] = max(sure[e], how)
				}
			}
		}
		i += n
	}
	if sure == nil {
		return nil
	}
	return x.found(sure, lower)
}

// called finds the long numbers that text calls a code. Short ones may be HTTP statuses, and
// words may be part of any message.
func (x *index) called(text string) []Found {
	const long = 4 // digits
	lower := strings.ToLower(text)
	return slices.DeleteFunc(x.mentioned(lower, 0, len(lower)), func(f Found) bool {
		return f.unsure || len(f.Code) < long || !isNumber(f.Code)
	})
}

// found returns the readings for the entries in sure, in the order of the profiles.
func (x *index) found(sure map[int]certainty, lower string) []Found {
	var entries []int
	for i := range sure {
		entries = append(entries, i)
	}
	slices.Sort(entries)
	named := map[*profile.Profile]bool{}
	var found []Found
	for _, i := range entries {
		p := x.entries[i].profile
		if _, known := named[p]; !known {
			named[p] = x.namedIn(lower, p)
		}
		f := listed(p, x.entries[i].refusal)
		f.named, f.unsure = named[p], sure[i] == bare
		found = append(found, f)
	}
	return x.narrowed(found)
}

// at returns how certain it is that the needle occurs in lower at an offset where a word
// starts.
func (n *needle) at(lower string, at int) certainty {
	if !strings.HasPrefix(lower[at:], n.text) {
		return absent
	}
	if n.meaning {
		return called
	}
	return codeAt(lower[:at], n.text, lower[at+len(n.text):])
}

// names reports whether text contains name as a whole word.
func names(text, name string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		at += i
		if !endsInWord(text[:at]) && !startsInWord(text[at+len(name):]) {
			return true
		}
		at++
	}
}
