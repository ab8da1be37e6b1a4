package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"

	"ssoctl/pkg/profile"
)

// listed returns the reading for a refusal that p lists.
func listed(p *profile.Profile, r profile.Refusal) Found {
	return Found{
		How: Listed, Profiles: []*profile.Profile{p}, Code: r.CodeText(), Message: r.Message, Kind: r.Kind,
		Meaning: r.Text(), Guess: r.GuessText(),
	}
}

// All returns every code that the profiles list, with its meaning: for each profile,
// numbers first, in ascending order. A code with the same meaning in several profiles
// appears once, with all of them in Profiles.
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

// byNumber sorts numeric codes in ascending order and before all others. The order in the
// profile is not useful to readers: it selects the refusal that the emulator sends.
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

// Nearest returns at most five codes whose spelling is close to text, nearest first. It
// returns nil for a text that is blank or too long to be a code.
func Nearest(text string, profiles []*profile.Profile) []string {
	const maxCodes, maxLength = 5, 64
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || len(text) > maxLength {
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
	return out[:min(maxCodes, len(out))]
}
