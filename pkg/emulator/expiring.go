package emulator

import "time"

// limit is the number of codes, tokens and so on that an emulator remembers of each
// kind. The oldest are dropped first.
const limit = 10_000

// key identifies an issued value. It contains the profile, because a token of one
// vendor is invalid at another.
type key struct{ profile, name, value string }

// shelf is a bounded map with expiry. The caller holds a lock.
type shelf[T any] struct {
	things map[key]*kept[T]
	order  []*kept[T] // in the order of insertion
	most   int        // maximal number of things
}

type kept[T any] struct {
	key   key
	thing T
	until time.Time // the thing may be dropped from this time on
}

func newShelf[T any]() shelf[T] { return newShelfOf[T](limit) }

func newShelfOf[T any](most int) shelf[T] { return shelf[T]{things: map[key]*kept[T]{}, most: most} }

// put stores a thing under k. It may be dropped after until, or earlier if there are
// too many. put reports whether it replaced an older thing.
func (s *shelf[T]) put(k key, thing T, now, until time.Time) bool {
	if was, ok := s.things[k]; ok {
		was.thing, was.until = thing, until
		return true
	}
	for len(s.order) > 0 && (len(s.order) >= s.most || !now.Before(s.order[0].until)) {
		delete(s.things, s.order[0].key)
		s.order[0] = nil // lets the garbage collector free it
		s.order = s.order[1:]
	}
	added := &kept[T]{k, thing, until}
	s.things[k], s.order = added, append(s.order, added)
	return false
}

// get returns a pointer to the stored thing, or nil.
func (s *shelf[T]) get(k key) *T {
	if found, ok := s.things[k]; ok {
		return &found.thing
	}
	return nil
}
