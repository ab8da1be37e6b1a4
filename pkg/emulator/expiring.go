package emulator

import "time"

// limit is how many of each thing an emulator remembers; the oldest go first.
const limit = 10_000

// key is what something handed out is found by: a token of one vendor is
// nothing to another.
type key struct{ profile, name, value string }

// shelf remembers what was handed out, at most so many. The caller holds a lock.
type shelf[T any] struct {
	things map[key]*kept[T]
	order  []*kept[T] // as they were first put
	most   int        // how many it remembers
}

type kept[T any] struct {
	key   key
	thing T
	until time.Time // when it may be forgotten
}

func newShelf[T any]() shelf[T] { return newShelfOf[T](limit) }

func newShelfOf[T any](most int) shelf[T] { return shelf[T]{things: map[key]*kept[T]{}, most: most} }

// put remembers a thing, at least until then unless there are too many, and
// reports whether it takes the place of one that was remembered.
func (s *shelf[T]) put(k key, thing T, now, until time.Time) bool {
	if was, ok := s.things[k]; ok {
		was.thing, was.until = thing, until
		return true
	}
	for len(s.order) > 0 && (len(s.order) >= s.most || !now.Before(s.order[0].until)) {
		delete(s.things, s.order[0].key)
		s.order[0] = nil // else the array behind the slice keeps it
		s.order = s.order[1:]
	}
	added := &kept[T]{k, thing, until}
	s.things[k], s.order = added, append(s.order, added)
	return false
}

// get returns a thing that may be changed, nil when it is not remembered.
func (s *shelf[T]) get(k key) *T {
	if found, ok := s.things[k]; ok {
		return &found.thing
	}
	return nil
}
