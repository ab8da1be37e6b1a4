package exchange

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// extension is that of the files in a [Folder].
const extension = ".txtar"

// Folder stores exchanges in files named STEP-NUMBER.txtar. Each number is higher than all
// others in the folder. It is safe for concurrent use.
type Folder struct {
	dir string

	mu   sync.Mutex
	last int
}

// OpenFolder opens dir. If dir does not exist, it is created with mode 0700.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: dir}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), extension)
		if n, err := strconv.Atoi(name[strings.LastIndexByte(name, '-')+1:]); ok && err == nil {
			f.last = max(f.last, n)
		}
	}
	return f, nil
}

// Add writes one exchange to a new file with mode 0600, completely or not at all, and
// returns the name of the file.
func (f *Folder) Add(x *Exchange) (name string, err error) {
	text, err := Format(x)
	if err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	tmp, err := os.CreateTemp(f.dir, ".new-*") // created with mode 0600
	if err != nil {
		return "", err
	}
	defer os.Remove(tmp.Name()) // always: the link keeps the file
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Close()); err != nil {
		return "", err
	}
	for {
		f.last++
		name = fmt.Sprintf("%s-%04d%s", x.Step, f.last, extension)
		// A link, unlike a rename, never replaces the file of another process.
		if err = os.Link(tmp.Name(), filepath.Join(f.dir, name)); !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

// File is an exchange and the name of its file.
type File struct {
	Name string
	*Exchange
}

// ReadFolder reads the exchanges in a folder in the order of their numbers. Those without
// a number come first, by name. The error names the file.
func ReadFolder(dir string) ([]File, error) {
	paths, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*"+extension))
	if err != nil {
		return nil, err
	}
	var out []File
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		x, err := Parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, File{filepath.Base(path), x})
	}
	slices.SortStableFunc(out, func(a, b File) int { return number(a.Name) - number(b.Name) })
	return out, nil
}

// escapeGlob escapes a path for [filepath.Glob].
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// number returns the number at the end of a file's name, or 0.
func number(file string) int {
	name := strings.TrimSuffix(file, extension)
	n, _ := strconv.Atoi(name[strings.LastIndexByte(name, '-')+1:])
	return n
}
