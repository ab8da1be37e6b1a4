// Package project reads the configuration files ([Files.Sources]): the user's, and a project's,
// [Name], which anyone may have written. [Trust.Read] returns that only if the user trusts it. A
// [Preview] says what it would make ssoctl do, so that a person can decide.
package project

import (
	"os"
	"path/filepath"
	"slices"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/regularfile"
	"ssoctl/pkg/trust"
)

// Name is the name of the file, which is looked for in the current folder, never in a parent.
const Name = "ssoctl.toml"

// Trust is what the user trusts: single files, and folders with all files below them.
type Trust struct {
	trust.Store
	Home string // the user's home folder, "" if unknown
}

// Read reads the file in the current folder; nil if there is none. If it is not trusted, the
// error is an [*UntrustedError], whatever else is wrong with it. user is the user's own
// configuration, which names the trusted folders; it may be nil.
func (t Trust) Read(user *profile.File) (*profile.File, error) {
	if _, err := os.Lstat(Name); regularfile.IsAbsent(err) {
		return nil, nil
	}
	f, err := ReadOnce(Name)
	below, faulty := t.Below(f.Path, user)
	if faulty != nil {
		return nil, faulty
	}
	_, known := t.Find(f)
	if (err != nil || !known) && !below {
		latest, _ := t.Latest(f.Path)
		return nil, &UntrustedError{Path: Name, Trusted: latest.At}
	}
	if err != nil {
		return nil, profile.Unreadable(Name, err)
	}
	return Parse(Name, f)
}

// Below reports whether a file is in a folder that the user's configuration trusts. The error
// is about that configuration.
func (t Trust) Below(path string, user *profile.File) (bool, error) {
	folders, err := user.TrustedFolders(t.Home)
	return slices.ContainsFunc(folders, func(folder string) bool { return trust.Below(path, folder) }), err
}

// ReadOnce reads a file once, so that the bytes that are checked are the bytes that are
// parsed. It returns the real path even if the file cannot be read.
func ReadOnce(path string) (trust.File, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return trust.File{}, err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return trust.File{}, err
	}
	data, err := profile.ReadBytes(real)
	return trust.File{Path: real, Data: data}, err
}

// Parse parses what [ReadOnce] has read. Relative references start in the folder of the file
// itself, so a link to a trusted file means the same as the file.
func Parse(path string, f trust.File) (*profile.File, error) {
	out, err := profile.ParseFile(path, f.Data)
	if err != nil {
		return nil, err
	}
	out.Dir = filepath.Dir(f.Path)
	return out, nil
}
