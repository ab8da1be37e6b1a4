package emulator

import (
	"slices"
	"time"
)

// limit is the maximum number of codes, tokens and so on that an emulator remembers of each
// kind. The oldest are dropped first.
const limit = 10_000

// key identifies an issued value. It contains the profile, because a token of one
// vendor is invalid at another.
type key struct{ profile, name, value string }

// expiringMap is a bounded map with expiry. The caller holds a lock.
type expiringMap[T any] struct {
	entries map[key]*expiring[T]
	order   []*expiring[T] // in the order of insertion
	limit   int            // maximum number of entries
}

type expiring[T any] struct {
	key   key
	value T
	until time.Time // the entry may be dropped from this time on
}

func newExpiringMap[T any](limit int) expiringMap[T] {
	return expiringMap[T]{entries: map[key]*expiring[T]{}, limit: limit}
}

// put stores a value under k. It may be dropped after until, or earlier if there are too
// many. put reports whether it replaced an older value.
func (m *expiringMap[T]) put(k key, value T, now, until time.Time) bool {
	if was, ok := m.entries[k]; ok {
		was.value, was.until = value, until
		return true
	}
	for len(m.order) > 0 && (len(m.order) >= m.limit || !now.Before(m.order[0].until)) {
		delete(m.entries, m.order[0].key)
		m.order[0] = nil // lets the garbage collector free it
		m.order = m.order[1:]
	}
	added := &expiring[T]{k, value, until}
	m.entries[k], m.order = added, append(m.order, added)
	return false
}

// newest returns the i-th newest value of this name; 0 is the newest.
func (m *expiringMap[T]) newest(profile, name string, i int) (value string, ok bool) {
	for _, e := range slices.Backward(m.order) {
		if e.key.profile != profile || e.key.name != name {
			continue
		}
		if i == 0 {
			return e.key.value, true
		}
		i--
	}
	return "", false
}

// get returns a pointer to the stored value, or nil.
func (m *expiringMap[T]) get(k key) *T {
	if found, ok := m.entries[k]; ok {
		return &found.value
	}
	return nil
}
