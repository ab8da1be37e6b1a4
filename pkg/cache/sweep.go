package cache

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"ssoctl/pkg/atomicfile"
)

const (
	// most is how many entries a store has. A secret that is new in each run gives each
	// run a key of its own, and no run finds what another has kept.
	most = 1000
	// looked is how many files one sweep looks at; the next one goes on.
	looked = 4 * most
	// stale is the age at which a file that somebody was writing or locking is left over.
	stale = time.Hour
)

// sweep drops what is of no more use, what was left over by a process that was killed,
// and of too many entries those that end first. What cannot be dropped stays.
func (s Store) sweep(now time.Time) {
	type kept struct {
		path string
		ends time.Time
	}
	var good []kept
	for _, f := range s.some() {
		path := filepath.Join(s.Dir, f.Name())
		info, err := f.Info()
		old := err == nil && now.Sub(info.ModTime()) > stale
		switch {
		case strings.HasSuffix(f.Name(), extension):
			if e, err := read(path); err != nil || !e.Good(now) {
				os.Remove(path)
			} else {
				good = append(good, kept{path, e.ExpiresAt})
			}
		case old && strings.HasSuffix(f.Name(), lockExtension):
			removeLock(path)
		case old && atomicfile.Unfinished(f.Name()):
			os.Remove(path)
		}
	}
	slices.SortFunc(good, func(a, b kept) int { return a.ends.Compare(b.ends) })
	for i := range len(good) - (most - 1) { // one is to come
		os.Remove(good[i].path)
	}
}

// some are files of the folder, as many as one sweep looks at.
func (s Store) some() []os.DirEntry {
	dir, err := os.Open(s.Dir)
	if err != nil {
		return nil
	}
	defer dir.Close()
	files, _ := dir.ReadDir(looked)
	return files
}

// removeLock removes a lock that nobody holds.
func removeLock(path string) {
	l := flock.New(path, flock.SetFlag(lockFlags&^os.O_CREATE))
	if locked, _ := l.TryLock(); locked {
		os.Remove(path) // as in Lock, before others can hold it
	}
	l.Unlock()
}
