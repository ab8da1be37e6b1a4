// Package reference resolves references such as env:NAME. With them, a configuration names a
// secret without containing it.
//
// [Is] tells a reference from a plain value. A [Resolver] resolves it. [Once] remembers results.
package reference

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/terminal"
)

// maxFile is the maximum size of a file with a secret, in KiB.
const maxFile = 64

// Resolver resolves references to secrets:
//
//	env:NAME              the value of an environment variable
//	file:PATH             the content of a file, without one trailing line end
//	keyring:SERVICE/USER  an entry of the system's keyring
//	cmd:PROGRAM ARG …     the first line that a program prints, see [Run]
type Resolver struct {
	// LookupEnv looks up a variable, as [os.LookupEnv] does. If nil, none is set.
	LookupEnv func(string) (string, bool)
	// Home replaces ~ in paths that start with ~/. If "", such paths are refused.
	Home string
	// Dir is the base of relative paths and the working directory of programs; "" means
	// the working directory of the process.
	Dir string
	// ReadFile reads the file at a path, as the function [ReadFile] does; nil means that
	// function, without a time limit for pipes.
	ReadFile func(path string) (string, error)
	// ReadSecret replaces ReadFile in the result of [Resolver.ForSecret]; nil means ReadFile.
	ReadSecret func(path string) (string, error)
	// Keyring looks up SERVICE/USER. If nil, such references are refused.
	Keyring func(name string) (string, error)
	// Run runs a program in dir and returns its first line, as the function [Run]
	// does. If nil, such references are refused.
	Run func(dir string, words []string) (string, error)
	// Commands allows cmd: references.
	Commands bool
}

// Is reports whether v is a reference and not a plain value.
func Is(v string) bool {
	_, _, ok := splitReference(v)
	return ok
}

// Within returns v, with dir in front of the relative path of a file: reference. It returns any
// other v unchanged.
func Within(dir, v string) string {
	scheme, name, _ := splitReference(v)
	if scheme != "file" || name == "" || filepath.IsAbs(name) || strings.HasPrefix(filepath.ToSlash(name), "~/") {
		return v
	}
	return "file:" + filepath.Join(dir, name)
}

// splitReference returns the parts of a reference; ok is false if v is not a reference.
func splitReference(v string) (scheme, name string, ok bool) {
	scheme, name, ok = strings.Cut(v, ":")
	if !ok {
		return "", "", false
	}
	switch scheme {
	case "env", "file", "keyring", "cmd":
		return scheme, name, true
	}
	return "", "", false
}

// Resolve returns the secret that v refers to, or v itself if it is not a reference.
//
// It fails if the variable is not set; if the file is missing, unreadable, a directory or
// larger than 64 KiB; if the keyring is not available or has no such entry; if the
// program is not allowed ([ErrCommand]) or fails; or if the result is empty or not UTF-8.
// The error contains the reference but never the content, and wraps its cause, such as
// [fs.ErrNotExist].
func (r Resolver) Resolve(v string) (secret.String, error) {
	scheme, name, ok := splitReference(v)
	if !ok {
		return secret.New(v), nil
	}
	var text string
	var err error
	switch scheme {
	case "env":
		text, err = r.env(name)
	case "file":
		text, err = r.file(name)
	case "keyring":
		text, err = r.keyring(name)
	case "cmd":
		text, err = r.command(name)
	}
	switch {
	case err != nil:
	case text == "":
		err = lang.Errorf(lang.Text{EN: "it is empty", ZH: "内容为空"})
	case !utf8.ValidString(text):
		err = lang.Errorf(lang.Text{EN: "it is not UTF-8 text", ZH: "不是 UTF-8 文本"})
	}
	if err != nil {
		return secret.String{}, lang.Errorf(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, v, chinese(err))
	}
	return secret.New(text), nil
}

// ForSecret returns a resolver for secret values: it reads files with ReadSecret.
func (r Resolver) ForSecret() Resolver {
	if r.ReadSecret != nil {
		r.ReadFile = r.ReadSecret
	}
	return r
}

func (r Resolver) env(name string) (string, error) {
	if name == "" {
		return "", lang.Errorf(lang.Text{EN: "the variable's name is missing", ZH: "没有写环境变量名"})
	}
	if r.LookupEnv != nil {
		if text, ok := r.LookupEnv(name); ok {
			return text, nil
		}
	}
	return "", lang.Errorf(lang.Text{EN: "this environment variable is not set", ZH: "未设置这个环境变量"})
}

func (r Resolver) keyring(name string) (string, error) {
	if r.Keyring == nil {
		return "", lang.Errorf(lang.Text{EN: "there is no keyring here", ZH: "这里没有钥匙串"})
	}
	return r.Keyring(name)
}

func (r Resolver) file(name string) (string, error) {
	if name == "" {
		return "", lang.Errorf(lang.Text{EN: "the file's path is missing", ZH: "没有写文件路径"})
	}
	path, err := r.path(name)
	if err != nil {
		return "", err
	}
	read := r.ReadFile
	if read == nil {
		read = func(path string) (string, error) { return ReadFile(context.Background(), path) }
	}
	text, err := read(path)
	if at := (*fs.PathError)(nil); !errors.As(err, &at) || path == name && filepath.IsAbs(name) {
		return text, withoutPath(err)
	}
	if full, absErr := filepath.Abs(path); absErr == nil {
		path = full
	}
	return "", lang.Errorf(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, path, chinese(withoutPath(err)))
}

// path returns the path of the file that a reference names.
func (r Resolver) path(name string) (string, error) {
	if rest, ok := strings.CutPrefix(filepath.ToSlash(name), "~/"); ok { // on Windows also ~\
		if r.Home == "" {
			return "", errNoHome
		}
		return filepath.Join(r.Home, rest), nil
	}
	if filepath.IsAbs(name) {
		return name, nil
	}
	return filepath.Join(r.Dir, name), nil
}

// ReadFile returns the content of a file of at most 64 KiB, without one trailing line end. The
// file may be a pipe. When ctx ends, ReadFile stops waiting for it and returns the error of ctx.
func ReadFile(ctx context.Context, path string) (string, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return "", lang.Errorf(lang.Text{EN: "it is a directory", ZH: "是目录，不是文件"})
	}
	content, err := terminal.ReadFile(ctx, path, maxFile)
	if err != nil {
		return "", err
	}
	text, cut := strings.CutSuffix(string(content), "\n")
	if cut {
		text = strings.TrimSuffix(text, "\r")
	}
	return text, nil
}

var errNoHome = lang.Errorf(lang.Text{EN: "there is no home directory for ~/", ZH: "没有主目录，无法展开 ~/"})

// systemError adds a Chinese text to an error of the system or of another package.
type systemError struct {
	error
	zh string
}

func (e *systemError) Text() lang.Text { return lang.Text{EN: e.Error(), ZH: e.zh} }
func (e *systemError) Unwrap() error   { return e.error }

// chinese returns err, wrapped in a systemError if it has no Chinese text.
func chinese(err error) error {
	switch {
	case lang.Of(err).ZH != "":
		return err
	case errors.Is(err, fs.ErrNotExist):
		return &systemError{err, "没有这个文件"}
	case errors.Is(err, fs.ErrPermission):
		return &systemError{err, "没有读取权限"}
	case errors.Is(err, exec.ErrNotFound):
		return &systemError{err, "找不到这个程序"}
	}
	return &systemError{err, "出错（" + err.Error() + "）"}
}

// withoutPath removes the path from a file error, because the messages here name it already.
func withoutPath(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
