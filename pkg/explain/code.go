package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

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

// All lists the profiles' codes with their meaning, numbers in order. A code that several
// profiles explain alike is listed once.
func All(profiles []*profile.Profile) []Found {
	var out []Found
	for _, p := range profiles {
		from := len(out)
		for _, r := range p.Codes() {
			f := listed(p, r)
			f.Attributed = true
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

// byNumber puts codes that are numbers in order and before the others. A profile's own
// order says which refusal of a kind the emulator sends, which helps nobody who looks
// for a code.
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
