package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/regularfile"
	"ssoctl/pkg/trust"
)

// projectFile is looked for in the current folder, never in a parent.
const projectFile = "ssoctl.toml"

// untrustedError: the current folder has a configuration that the user has not trusted. It
// may come from a repository, so none of it is used. The command does not continue without
// it either: it might use a profile of the user where the project means its own profile of
// the same name.
type untrustedError struct {
	path    string
	trusted time.Time // when an earlier version was trusted; zero for never
	refused bool      // the user has just said no
}

func (e *untrustedError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *untrustedError) Text() lang.Text {
	if !e.trusted.IsZero() {
		day := e.trusted.Format(time.DateOnly)
		return lang.Text{EN: e.path + ": changed since you trusted it on " + day, ZH: e.path + "：在 " + day + " 被信任之后有改动"}
	}
	return lang.Text{EN: e.path + ": this project's configuration is not trusted", ZH: e.path + "：这个项目的配置文件尚未被信任"}
}

// Unwrap makes it a profile error.
func (e *untrustedError) Unwrap() error {
	if e.refused {
		return &profile.Error{File: e.path, Problem: lang.Text{EN: "not trusted", ZH: "尚未被信任"}, Hint: lang.Text{
			EN: "Nothing was changed. To go on without it: --no-project.", ZH: "没有任何改动。不使用它：--no-project。",
		}}
	}
	return &profile.Error{File: e.path, Problem: lang.Text{EN: "not trusted", ZH: "尚未被信任"}, Hint: lang.Text{
		EN: "See what it would do, and trust it: ssoctl trust. To go on without it: --no-project. In CI, name it: SSOCTL_CONFIG=" + projectFile,
		ZH: "查看它会做什么，再决定是否信任：ssoctl trust；不使用它：--no-project；在 CI 里请指明它：SSOCTL_CONFIG=" + projectFile,
	}}
}

func isUntrusted(err error) bool { return errors.As(err, new(*untrustedError)) }

// trusts is the store of trusted files.
func (o *config) trusts() trust.Store {
	return trust.Store{Dir: o.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"), "trust")}
}

// project reads the project's configuration; nil if there is none. If it is not trusted,
// the error is an *untrustedError, whatever else is wrong with it.
func (o *config) project(user *profile.File) (*profile.File, error) {
	if _, err := os.Lstat(projectFile); regularfile.IsAbsent(err) {
		return nil, nil
	}
	folders, err := o.trustedFolders(user)
	if err != nil {
		return nil, err
	}
	f, err := readOnce(projectFile)
	_, known := o.trusts().Find(f)
	if (err != nil || !known) && !isBelow(f.Path, folders) {
		latest, _ := o.trusts().Latest(f.Path)
		return nil, &untrustedError{path: projectFile, trusted: latest.At}
	}
	if err != nil {
		return nil, profile.Unreadable(projectFile, err)
	}
	return parseProject(projectFile, f)
}

// readOnce reads a file once, so that the bytes that are checked are the bytes that are
// parsed. It returns the real path even if the file cannot be read.
func readOnce(path string) (trust.File, error) {
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

// parseProject parses what readOnce has read. Relative references start in the folder of
// the file itself, so a link to a trusted file means the same as the file.
func parseProject(path string, f trust.File) (*profile.File, error) {
	out, err := profile.ParseFile(path, f.Data)
	if err != nil {
		return nil, err
	}
	out.Dir = filepath.Dir(f.Path)
	return out, nil
}

// trustedFolders returns the folders that the user's configuration trusts as a whole.
func (o *config) trustedFolders(user *profile.File) ([]string, error) {
	home, _ := o.env("HOME")
	return user.TrustedFolders(home)
}

func isBelow(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return trust.Below(path, folder) })
}

// withoutProject drops the error of sources about an untrusted project, for commands that
// work without the project's configuration.
func withoutProject(src profile.Sources, err error) (profile.Sources, error) {
	if isUntrusted(err) {
		err = nil
	}
	return src, err
}
