package project

import (
	"os"
	"path/filepath"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// Files says which configuration files a command reads.
type Files struct {
	User  string // path of the user's own file, which may not exist; "" if there is no home folder
	Named bool   // the command line names User, so it has to exist and is trusted
	Alone bool   // leave the project's file out
	Trust Trust
}

// Sources reads the files. If the project's is not trusted, the error is an
// [*UntrustedError] and the user's is still returned.
func (f Files) Sources() (profile.Sources, error) {
	src := profile.Sources{Builtin: profiles.FS}
	var err error
	if src.User, err = profile.ReadFile(f.User); err != nil {
		return src, err
	}
	if src.User == nil && f.Named {
		return src, Absent(f.User)
	}
	if f.Alone || same(f.User, Name) {
		return src, nil
	}
	src.Project, err = f.Trust.Read(src.User)
	return src, err
}

// WithoutUntrusted drops the error of [Files.Sources] about a project that is not trusted, for
// commands that work without the project's configuration.
func WithoutUntrusted(src profile.Sources, err error) (profile.Sources, error) {
	if IsUntrusted(err) {
		err = nil
	}
	return src, err
}

// Own returns the absolute path of the user's own file, which may not exist.
func (f Files) Own() (string, error) {
	if f.User == "" {
		return "", &profile.Error{Problem: lang.Text{EN: "cannot locate your configuration file: HOME is not set", ZH: "无法确定配置文件的位置：没有设置 HOME"}, Hint: lang.Text{
			EN: "Set HOME or XDG_CONFIG_HOME, or name the file: --config FILE", ZH: "请设置 HOME 或 XDG_CONFIG_HOME，或用 --config FILE 指明文件。",
		}}
	}
	return filepath.Abs(f.User)
}

// Project returns the absolute path of the project's file, and whether it is trusted. The path
// is "" if there is no such file or it is not used. An error in the user's file is ignored.
func (f Files) Project() (path string, trusted bool) {
	if _, err := os.Lstat(Name); err != nil || f.Alone || same(f.User, Name) {
		return "", false
	}
	path, err := filepath.Abs(Name)
	if err != nil {
		return "", false
	}
	user, err := profile.ReadFile(f.User)
	if err != nil {
		user = nil
	} else if _, err := f.Trust.Below("", user); err != nil {
		user = nil
	}
	_, err = f.Trust.Read(user)
	return path, !IsUntrusted(err)
}

// Absent is the error for a file that the command line names and that does not exist.
func Absent(path string) error {
	return &profile.Error{File: path, Problem: lang.Text{EN: "no such file", ZH: "没有这个文件"}, Hint: lang.Text{
		EN: "Is the path right? ssoctl config path prints that of your own configuration; a project's is ./ssoctl.toml.",
		ZH: "路径对吗？用户配置文件的路径见 ssoctl config path，项目的是 ./ssoctl.toml。",
	}}
}

func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}
