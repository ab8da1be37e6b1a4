package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Most is the largest number of distinct unlisted codes and refusals of an emulator in a
// [Report].
const Most = 20

// collector groups equal readings of different lines, to bound memory.
type collector struct {
	groups          []*Found
	known           map[identity]*Found
	unboundedGroups int // groups of the kinds that a text can have any number of: see unbounded
	more            int // lines with a reading of such a kind for which there is no group
}

// identity is the part of a Found that is the same for all lines of a group.
type identity struct {
	how            How
	code           string
	kind           profile.Kind
	meaning, guess lang.Text
	http           int
	unsure, status bool
}

func (f Found) identity() identity {
	id := identity{how: f.How, code: f.Code, kind: f.Kind, meaning: f.Meaning, guess: f.Guess, unsure: f.unsure, status: f.status}
	if f.How == Unlisted && f.Code == "" {
		id.http = f.Status
	}
	return id
}

// like reports whether f and o mean the same to the reader of a report, even if one of
// them is less certain.
func (f Found) like(o Found) bool {
	a, b := f.identity(), o.identity()
	a.unsure, a.status, b.unsure, b.status = false, false, false, false
	return a == b
}

// add adds the readings of one line. Call it in the order of the lines.
func (c *collector) add(line int, found []Found) {
	const longest = 256
	over := false
	unbounded := func(f Found) bool { return f.How == Unlisted && f.Code != "" || f.Emulated }
	slices.SortStableFunc(found, func(a, b Found) int { return cmp.Compare(a.distance(), b.distance()) })
	for _, f := range found {
		f.Line = line
		f.Code = strings.ToValidUTF8(f.Code[:min(len(f.Code), longest)], "")
		id := f.identity()
		o, known := c.known[id]
		switch {
		case known:
			o.merge(f)
		case unbounded(f) && c.unboundedGroups >= Most:
			over = true
		default:
			if unbounded(f) {
				c.unboundedGroups++
			}
			first := f
			first.LastLine, first.Lines = line, 1
			first.Profiles, first.Steps = slices.Clone(f.Profiles), slices.Clone(f.Steps)
			c.known[id] = &first
			c.groups = append(c.groups, &first)
		}
	}
	if over {
		c.more++
	}
}

// merge adds an equal reading from the same line or a later one.
func (f *Found) merge(o Found) {
	if o.Line > f.LastLine {
		f.LastLine = o.Line
		f.Lines++
	}
	for _, p := range o.Profiles {
		if !slices.Contains(f.Profiles, p) {
			f.Profiles = append(f.Profiles, p)
		}
	}
	if o.Line == f.Line && o.Profiles[0] == f.Profiles[0] {
		for _, step := range o.Steps {
			if !slices.Contains(f.Steps, step) {
				f.Steps = append(f.Steps, step)
			}
		}
	}
}

// settles reports whether a reading in found is certain. If so, do not search the text
// further, because its message may mention other codes. An unlisted code that contains a
// blank or a brace is not certain: it is more likely a message.
func settles(found []Found) bool {
	return slices.ContainsFunc(found, func(f Found) bool {
		return !f.unsure && (f.How <= Yes || f.How == Unlisted && f.Code != "" && !strings.ContainsAny(f.Code, " {"))
	})
}

// best returns the readings with the best [How], sorted by line. Uncertain numbers and bare
// HTTP statuses are kept only if there is nothing better, except that a status is also kept
// beside a listed code of the same number. alone is true if the caller chose a single
// profile.
func (c *collector) best(alone bool) []Found {
	var found []Found
	for _, f := range c.groups {
		found = append(found, *f)
	}
	if settles(found) {
		found = slices.DeleteFunc(found, func(f Found) bool { return f.unsure })
	}
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.How, b.How), cmp.Compare(a.Line, b.Line), cmp.Compare(a.distance(), b.distance()))
	})
	same := func(f Found) bool {
		return f.status && slices.ContainsFunc(found, func(o Found) bool { return o.How == Listed && o.Code == strconv.Itoa(f.Status) })
	}
	other := slices.ContainsFunc(found, func(f Found) bool { return !f.status })
	var out []Found
	for _, f := range found {
		if !same(f) && (f.How != found[0].How || f.status && other) {
			continue
		}
		if i := slices.IndexFunc(out, f.like); i >= 0 {
			lines := max(out[i].Lines, f.Lines)
			out[i].merge(f)
			out[i].LastLine, out[i].Lines = max(out[i].LastLine, f.LastLine), lines
			continue
		}
		f.Attributed = f.Attributed || alone || f.How == Listed
		out = append(out, f)
	}
	return out
}

// distance ranks readings of one line: first those of a profile that the text names, and
// last those that are unverified.
func (f Found) distance() int {
	switch {
	case f.named:
		return 0
	case f.Guess.IsZero():
		return 1
	}
	return 2
}

// single removes the line numbers, for a text of one line.
func (c *collector) single() {
	for _, f := range c.groups {
		f.Line, f.LastLine, f.Lines = 0, 0, 1
	}
}
