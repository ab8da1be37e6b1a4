// Package expiring keeps small files of one user until their time is over: see [Folder].
package expiring

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/private"
)

// Folder is a folder whose files end, each at a time of its own. They are kept in
// folders below it, one for each hour in which files end: what is over is found by that
// folder's name. So the time that any method takes does not grow with the number of
// files. Files are readable by their owner alone.
//
// Methods take a file's name and the present time. A file may be there for up to an hour
// after its end, and until the next file is kept: whoever reads it has to look.
type Folder struct {
	Dir string // "" keeps nothing
	// Most is about how many files are kept, those that end last; 0 is no limit.
	Most int
}

// ErrNoDir means that there is no folder to keep files in.
var ErrNoDir = errors.New("there is no home folder")

// removed is how many files one call removes at most, so that none takes long.
const removed = 16

// Save keeps a file until end, in place of one of the same name.
func (f Folder) Save(name string, data []byte, end, now time.Time) error {
	at, err := f.prepare(end, now)
	if err != nil {
		return err
	}
	path := filepath.Join(at.path, name)
	if err := atomicfile.Write(path, data, 0o600); err != nil {
		return err
	}
	for _, other := range f.hours() {
		if other.path != at.path {
			os.Remove(filepath.Join(other.path, name)) // hardly ever there
		}
	}
	return nil
}

// Create keeps a file until end, once: the error wraps fs.ErrExist where there is one of
// that name.
func (f Folder) Create(name string, data []byte, end, now time.Time) error {
	at, err := f.prepare(end, now)
	if err != nil {
		return err
	}
	if _, err := f.Path(name); err == nil {
		return &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	path := filepath.Join(at.path, name)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err != nil {
		os.Remove(path)
	}
	return err
}

// Path returns where a file is. The error wraps fs.ErrNotExist where there is none, and
// is a *private.Error where others can write to the folder.
func (f Folder) Path(name string) (string, error) {
	if f.Dir == "" { // the working directory is no place to look
		return "", fs.ErrNotExist
	}
	if err := private.CheckDir(f.Dir); err != nil {
		return "", err
	}
	for _, h := range f.hours() {
		path := filepath.Join(h.path, name)
		if _, err := os.Lstat(path); err == nil {
			return path, nil
		}
	}
	return "", fs.ErrNotExist
}

// Paths returns where all files are, those that end in earlier hours before the others.
func (f Folder) Paths() ([]string, error) {
	if f.Dir == "" {
		return nil, nil
	}
	if err := private.CheckDir(f.Dir); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var out []string
	for _, h := range f.hours() {
		for _, name := range names(h.path, -1) {
			if !atomicfile.Unfinished(name) {
				out = append(out, filepath.Join(h.path, name))
			}
		}
	}
	return out, nil
}

// hour is a folder of files that end before a time.
type hour struct {
	path string
	end  time.Time
}

const (
	hourPrefix = "until-"
	hourFormat = hourPrefix + "2006-01-02T15Z"
)

// hours are the folders that there are, in the order of their times.
func (f Folder) hours() []hour {
	entries, _ := os.ReadDir(f.Dir) // sorted by name
	var out []hour
	for _, e := range entries {
		if end, err := time.Parse(hourFormat, e.Name()); err == nil && e.IsDir() {
			out = append(out, hour{filepath.Join(f.Dir, e.Name()), end})
		}
	}
	return out
}

// sweepFlat removes up to n files that earlier versions have kept in the folder itself.
func (f Folder) sweepFlat(n int) {
	entries, _ := os.ReadDir(f.Dir)
	for _, e := range entries {
		if n > 0 && e.Type().IsRegular() && filepath.Ext(e.Name()) == ".json" {
			os.Remove(filepath.Join(f.Dir, e.Name()))
			n--
		}
	}
}

// prepare makes the folder for a file that ends at a time, and makes room.
func (f Folder) prepare(end, now time.Time) (hour, error) {
	if f.Dir == "" {
		return hour{}, ErrNoDir
	}
	if err := private.MkdirAll(f.Dir); err != nil {
		return hour{}, err
	}
	f.sweep(now)
	last := time.Date(9999, 12, 31, 22, 0, 0, 0, time.UTC) // four digits, as hourFormat has
	if end.After(last) {
		end = last
	}
	over := end.UTC().Truncate(time.Hour).Add(time.Hour)
	at := hour{filepath.Join(f.Dir, over.Format(hourFormat)), over}
	if _, err := os.Lstat(at.path); errors.Is(err, fs.ErrNotExist) {
		f.sweepFlat(1000)
	}
	return at, private.MkdirAll(at.path)
}

// sweep removes what is over, and what there is beyond Most.
func (f Folder) sweep(now time.Time) {
	hours, left := f.hours(), removed
	for len(hours) > 0 && left > 0 && !now.Before(hours[0].end) {
		n := remove(hours[0].path, left)
		if left -= n; left > 0 {
			hours = hours[1:]
		}
	}
	if f.Most == 0 {
		return
	}
	room := f.Most - 1 // one is to come
	for i := len(hours) - 1; i >= 0 && left > 0; i-- {
		n := len(names(hours[i].path, room+left))
		if room -= n; room < 0 {
			left -= remove(hours[i].path, min(left, -room))
			room = 0
		}
	}
}

// remove removes up to n files of a folder, and the folder when it is empty. It returns
// how many files.
func remove(dir string, n int) int {
	list := names(dir, n)
	for _, name := range list {
		os.Remove(filepath.Join(dir, name)) // what cannot be removed stays
	}
	if len(list) < n {
		os.Remove(dir)
	}
	return len(list)
}

// names are up to n names in a folder, all for -1.
func names(dir string, n int) []string {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	list, _ := d.Readdirnames(n)
	return list
}
