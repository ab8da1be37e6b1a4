// Package expiring keeps small files of the user, such as pending logins, that are
// deleted after a time. See [Folder]: [Folder.Save] and [Folder.Create] write a file,
// [Folder.Path] finds it.
package expiring

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/private"
)

// Folder is a folder of files that expire, each at its own time. Files are kept in
// subfolders by the hour in which they expire. The name of a subfolder says whether its
// files have expired, so no method takes longer if there are more files. Only the owner
// can read the files.
//
// An expired file is deleted when another file is written after its hour has passed, so
// readers must check the expiry themselves.
type Folder struct {
	Dir string // if "", nothing is kept
	// Most is the approximate number of files to keep: those that expire last. 0 means
	// no limit.
	Most int
}

// ErrNoDir means that there is no folder to keep files in, because [Folder].Dir is "".
var ErrNoDir = lang.Errorf(lang.Text{EN: "there is no home folder", ZH: "没有主目录"})

// mostRemoved is the maximum number of files that one call deletes, so that no call takes
// long.
const mostRemoved = 16

// Save writes a file that expires at end. It replaces a file with the same name.
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
			os.Remove(filepath.Join(other.path, name)) // rarely exists
		}
	}
	return nil
}

// Create writes a file that expires at end. If a file with that name exists, the error
// wraps [fs.ErrExist].
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

// Path returns the path of a file. The error wraps [fs.ErrNotExist] if there is no
// such file, and is a [*private.Error] if other users can write to the folder.
func (f Folder) Path(name string) (string, error) {
	if f.Dir == "" { // do not look in the working directory
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

// Read decodes a file with JSON, at a path that [Folder.Path] or [Folder.Paths] returned.
func Read[T any](path string) (v T, err error) {
	data, err := private.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	return v, err
}

// Paths returns the paths of all files, sorted by the hour in which they expire.
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

// hour is a subfolder of files that expire before end.
type hour struct {
	path string
	end  time.Time
}

const (
	hourPrefix = "until-"
	hourFormat = hourPrefix + "2006-01-02T15Z"
)

// hours returns the subfolders, earliest first.
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

// sweepFlat deletes up to n files that earlier versions kept in the folder itself.
func (f Folder) sweepFlat(n int) {
	entries, _ := os.ReadDir(f.Dir)
	for _, e := range entries {
		if n > 0 && e.Type().IsRegular() && filepath.Ext(e.Name()) == ".json" {
			os.Remove(filepath.Join(f.Dir, e.Name()))
			n--
		}
	}
}

// prepare creates the subfolder for a file that expires at end, and deletes expired
// files and those beyond Most.
func (f Folder) prepare(end, now time.Time) (hour, error) {
	if f.Dir == "" {
		return hour{}, ErrNoDir
	}
	if err := private.MkdirAll(f.Dir); err != nil {
		return hour{}, err
	}
	f.sweep(now)
	last := time.Date(9999, 12, 31, 22, 0, 0, 0, time.UTC) // hourFormat has four-digit years
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

// sweep deletes expired files, and the files beyond Most that expire first.
func (f Folder) sweep(now time.Time) {
	hours, left := f.hours(), mostRemoved
	for len(hours) > 0 && left > 0 && !now.Before(hours[0].end) {
		n := remove(hours[0].path, left)
		if left -= n; left > 0 {
			hours = hours[1:]
		}
	}
	if f.Most == 0 {
		return
	}
	room := f.Most - 1 // leave room for the new file
	for i := len(hours) - 1; i >= 0 && left > 0; i-- {
		n := len(names(hours[i].path, room+left))
		if room -= n; room < 0 {
			left -= remove(hours[i].path, min(left, -room))
			room = 0
		}
	}
}

// remove deletes up to n files in a folder, and the folder if it is then empty. It
// returns the number of files.
func remove(dir string, n int) int {
	list := names(dir, n)
	for _, name := range list {
		os.Remove(filepath.Join(dir, name)) // best effort
	}
	if len(list) < n {
		os.Remove(dir)
	}
	return len(list)
}

// names returns up to n names in a folder; all for -1.
func names(dir string, n int) []string {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	list, _ := d.Readdirnames(n)
	return list
}
