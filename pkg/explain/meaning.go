package explain

import "slices"

// meanings remembers the readings of objects that mean the same, by the keys of
// [questions.ask] and [signs.appendTo]. Its memory is bounded.
type meanings struct {
	byKey map[string]meaning
	count int // number of all meanings and their readings
}

// meaning holds the readings of one object, and the codes in them that no profile lists. An
// object with the same key differs only in these codes.
type meaning struct {
	unlisted []string
	found    []Found
}

// find returns the readings for a key, with the unlisted codes of this object.
func (m *meanings) find(key string, unlisted []string) (found []Found, known bool) {
	first, known := m.byKey[key]
	if slices.Equal(first.unlisted, unlisted) {
		return first.found, known
	}
	found = slices.Clone(first.found)
	for i, f := range found {
		if n := slices.Index(first.unlisted, f.Code); f.How == Unlisted && n >= 0 {
			found[i].Code = unlisted[n]
		}
	}
	return found, known
}

func (m *meanings) keep(key string, unlisted []string, found []Found) {
	const maxCount = 4096
	if m.byKey == nil || m.count > maxCount {
		m.byKey, m.count = map[string]meaning{}, 0
	}
	m.byKey[key] = meaning{unlisted, found}
	m.count += 1 + len(found)
}
