package explain

import (
	"slices"
	"strings"
	"unicode"

	"ssoctl/pkg/profile"
)

// said is the code in a reading, and the message that decides between several meanings of the
// code.
type said struct{ code, message string }

// narrowed removes readings of one text that are less specific than another. If a profile
// knows more of the text than a standard code, its vendor sent the text: other profiles
// merely list the standard code, too.
func (x *index) narrowed(found []Found) []Found {
	for i, f := range found {
		if f.How == Unlisted && looksListed(f.Profiles[0], f.Code) {
			found[i].Attributed = true
		}
	}
	if slices.ContainsFunc(found, func(f Found) bool { return f.Attributed }) {
		return slices.DeleteFunc(found, func(f Found) bool { return !f.Attributed })
	}
	var all []said
	for _, f := range found {
		if s := (said{f.Code, f.Message}); f.How == Listed && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	if len(all) < 2 {
		return found
	}
	redundant := map[said]bool{}
	for _, s := range all {
		redundant[s] = slices.ContainsFunc(all, func(o said) bool { return x.specifies(o, s) })
	}
	return slices.DeleteFunc(found, func(f Found) bool { return f.How == Listed && redundant[said{f.Code, f.Message}] })
}

// specifies reports whether a is more specific than b: the same code with more of the
// message, or a code that only some of the vendors with b's code have.
func (x *index) specifies(a, b said) bool {
	if strings.EqualFold(a.code, b.code) {
		return a.message != b.message && strings.Contains(a.message, b.message)
	}
	withA, withB := x.codes[strings.ToLower(a.code)], x.codes[strings.ToLower(b.code)]
	return len(withA) > 0 && len(withA) < len(withB) && !slices.ContainsFunc(withA, func(i int) bool { return !x.hasEntry(x.entries[i].profile, withB) })
}

// hasEntry reports whether one of the entries belongs to the profile.
func (x *index) hasEntry(p *profile.Profile, entries []int) bool {
	return slices.ContainsFunc(entries, func(i int) bool { return x.entries[i].profile == p })
}

// looksListed reports whether a code that the profile does not list looks like codes that it
// lists: a word and a number, such as ABC12345.
func looksListed(p *profile.Profile, code string) bool {
	const minCodes = 3 // with this word
	word, _, ok := wordAndNumber(code)
	if !ok {
		return false
	}
	n := 0
	for _, r := range p.Refusals {
		if other, _, alike := wordAndNumber(r.CodeText()); alike && other == word {
			n++
		}
	}
	return n >= minCodes
}

// shortestNumber is the length of the shortest number, in digits, that is a code after a word.
const shortestNumber = 4

// wordAndNumber splits a code that is a word and a number of at least [shortestNumber] digits,
// such as ABC12345.
func wordAndNumber(code string) (word, number string, ok bool) {
	word = strings.TrimRight(code, "0123456789")
	number = code[len(word):]
	return word, number, word != "" && len(number) >= shortestNumber && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
}
