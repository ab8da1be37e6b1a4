package secret

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxFile is the size, in bytes, above which a file is taken to be no secret.
const maxFile = 64 << 10

// Resolver turns references into the secrets that they name:
//
//	env:NAME              the value of an environment variable
//	file:PATH             the content of a file, without one trailing line end
//	keyring:SERVICE/USER  what the system's keyring holds
//	cmd:PROGRAM ARG …     the first line that a program prints, see Run
type Resolver struct {
	// LookupEnv looks a variable up, as os.LookupEnv does. Nil knows none.
	LookupEnv func(string) (string, bool)
	// Home is what ~/ stands for; "" refuses such paths.
	Home string
	// Dir is the base of relative paths, and where programs run; "" is the working
	// directory.
	Dir string
	// Keyring looks SERVICE/USER up. Nil refuses such references.
	Keyring func(name string) (string, error)
	// Run runs a program in dir and returns what it yields, as the function of that
	// name does. Nil refuses such references.
	Run func(dir string, words []string) (string, error)
	// Commands allows cmd: references.
	Commands bool
}

// IsReference reports whether Resolve would look v up, or refuse it, rather
// than take it as it is.
func IsReference(v string) bool {
	_, _, ok := splitReference(v)
	return ok
}

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

// Resolve returns the secret that v names, or v itself where it is no
// reference. It fails when a variable is not set; when a file is missing,
// unreadable, a directory, or larger than 64 KiB; when there is no keyring, or nothing
// of that name in it; when a program may not be run (ErrCommand) or fails; and when
// what was found is empty or not UTF-8. The error names the reference, never the
// content, and wraps the cause (fs.ErrNotExist, for one).
func (r Resolver) Resolve(v string) (String, error) {
	scheme, name, ok := splitReference(v)
	if !ok {
		return New(v), nil
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
		err = errors.New("it is empty")
	case !utf8.ValidString(text):
		err = errors.New("it is not UTF-8 text")
	}
	if err != nil {
		return String{}, fmt.Errorf("%s: %w", v, err)
	}
	return New(text), nil
}

func (r Resolver) env(name string) (string, error) {
	if name == "" {
		return "", errors.New("the name of the variable is missing")
	}
	if r.LookupEnv != nil {
		if text, ok := r.LookupEnv(name); ok {
			return text, nil
		}
	}
	return "", errors.New("this environment variable is not set")
}

func (r Resolver) keyring(name string) (string, error) {
	if r.Keyring == nil {
		return "", errors.New("there is no keyring here")
	}
	return r.Keyring(name)
}

func (r Resolver) file(name string) (string, error) {
	if name == "" {
		return "", errors.New("the path of the file is missing")
	}
	f, err := r.open(name)
	if err != nil {
		return "", withoutPath(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return "", withoutPath(err)
	} else if info.IsDir() {
		return "", errors.New("it is a directory")
	}
	// The limit holds while reading: a device or a growing file has no size.
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", withoutPath(err)
	}
	if len(content) > maxFile {
		return "", errors.New("it is larger than 64 KiB")
	}
	text, cut := strings.CutSuffix(string(content), "\n")
	if cut {
		text = strings.TrimSuffix(text, "\r")
	}
	return text, nil
}

func (r Resolver) open(name string) (*os.File, error) {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		if r.Home == "" {
			return nil, errors.New("there is no home directory for ~/")
		}
		return os.Open(filepath.Join(r.Home, rest))
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.Dir, name)
	}
	return os.Open(name)
}

// withoutPath leaves the path out of a file's error: the reference shows it.
func withoutPath(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
