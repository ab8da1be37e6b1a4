package explain

import "slices"

// meanings remembers the readings of objects that mean the same, by the keys of
// [questions.ask] and [signs.appendTo]. Its memory is bounded.
type meanings struct {
	byKey map[string]meaning
	count int // of all meanings and their readings
}

// meaning is what one object meant. In that of another, codes that no profile lists are others.
type meaning struct {
	unlisted []string
	found    []Found
}

// find returns the readings of an object with these codes that no profile lists.
func (m *meanings) find(key string, unlisted []string) (found []Found, known bool) {
	of, known := m.byKey[key]
	if slices.Equal(of.unlisted, unlisted) {
		return of.found, known
	}
	found = slices.Clone(of.found)
	for i, f := range found {
		if n := slices.Index(of.unlisted, f.Code); f.How == Unlisted && n >= 0 {
			found[i].Code = unlisted[n]
		}
	}
	return found, known
}

func (m *meanings) keep(key string, unlisted []string, found []Found) {
	const most = 4096
	if m.byKey == nil || m.count > most {
		m.byKey, m.count = map[string]meaning{}, 0
	}
	m.byKey[key] = meaning{unlisted, found}
	m.count += 1 + len(found)
}
