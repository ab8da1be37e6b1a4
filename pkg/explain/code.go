package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"ssoctl/pkg/profile"
)

// listed is a refusal as the profile describes it.
func listed(p *profile.Profile, r profile.Refusal) Found {
	return Found{
		How: Listed, Profiles: []*profile.Profile{p}, Code: r.CodeText(), Kind: r.Kind,
		Meaning: r.Text(), Guess: r.GuessText(),
	}
}

// All lists the profiles' refusals, numbers in their order; those that several
// share are there once.
func All(profiles []*profile.Profile) []Found {
	var out []Found
	for _, p := range profiles {
		from := len(out)
		for _, r := range p.Refusals {
			f := listed(p, r)
			if i := slices.IndexFunc(out, f.like); i < 0 {
				out = append(out, f)
			} else if !slices.Contains(out[i].Profiles, p) {
				out[i].Profiles = append(out[i].Profiles, p)
			}
		}
		slices.SortStableFunc(out[from:], byNumber)
	}
	return out
}

// byNumber orders codes that are numbers, before the others. A profile's own order says which one of
// a kind comes first, which helps nobody who looks for a code.
func byNumber(a, b Found) int {
	x, errX := strconv.Atoi(a.Code)
	y, errY := strconv.Atoi(b.Code)
	switch {
	case errX == nil && errY == nil:
		return cmp.Compare(x, y)
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return 0
}

// named finds a text that is a code, or a kind, and nothing else.
func named(text string, readers []reader) []Found {
	text = strings.Trim(text, `"'`)
	var codes, kinds []Found
	for _, p := range readers {
		for _, r := range p.Refusals {
			switch {
			case strings.EqualFold(r.CodeText(), text):
				codes = append(codes, listed(p.Profile, r))
			case r.Kind == text:
				kinds = append(kinds, listed(p.Profile, r))
			}
		}
	}
	if len(codes) > 0 {
		return codes
	}
	return kinds
}

// mentioned finds the codes, and the meanings, that a text holds. A short number
// counts only behind a word such as code.
func mentioned(text string, profiles []*profile.Profile) []Found {
	lower := strings.ToLower(text)
	var found []Found
	for _, p := range profiles {
		for _, r := range p.Refusals {
			if holds(lower, strings.ToLower(r.CodeText())) || strings.Contains(text, r.EN) || r.ZH != "" && strings.Contains(text, r.ZH) {
				f := listed(p, r)
				f.named = holds(lower, strings.ToLower(p.Name))
				found = append(found, f)
			}
		}
	}
	return found
}

// holds reports whether a code stands in a text as a word of its own.
func holds(text, code string) bool {
	const short = 4 // such numbers are everywhere
	for at := 0; ; {
		i := strings.Index(text[at:], code)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(code)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !within(before) && !within(after) && (len(code) >= short || introduced(text[:start])) {
			return true
		}
		at = start + 1
	}
}

// within reports whether a rune goes on with the word beside it.
func within(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-", r)) && r < unicode.MaxLatin1
}

// introduced reports whether a text ends as one does before a code.
func introduced(text string) bool {
	text = strings.TrimRight(text, " \"':=：")
	for _, word := range []string{"code", "errno", "error", "with", "state", "码"} {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return false
}

// Nearest are codes that a text may have meant, at most five.
func Nearest(text string, profiles []*profile.Profile) []string {
	const most, longest = 5, 64
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || len(text) > longest {
		return nil
	}
	distance := map[string]int{}
	for _, f := range All(profiles) {
		if d := levenshtein.ComputeDistance(text, strings.ToLower(f.Code)); d <= max(1, len(text)/4) {
			distance[f.Code] = d
		}
	}
	out := make([]string, 0, len(distance))
	for code := range distance {
		out = append(out, code)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(distance[a]-distance[b], strings.Compare(a, b)) })
	return out[:min(most, len(out))]
}
