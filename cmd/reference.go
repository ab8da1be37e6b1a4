package cmd

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/reference"
)

// refs resolves references in flags and environment. Those in configuration files are
// relative to the file's folder.
func (r *root) refs() reference.Resolver {
	home, _ := r.Env("HOME")
	return reference.Resolver{LookupEnv: r.Env, Home: home, Keyring: r.fromKeyring, Run: r.fromProgram, Commands: r.allowCmd}
}

// lookups caches the references that were looked up in this run. A lookup may ask the
// user something, so each runs only once, and one after the other.
type lookups struct {
	mu    sync.Mutex
	found map[string]lookup
}

type lookup struct {
	text string
	err  error
}

// lookUp returns the result of get, which it calls once for each key. If get takes long,
// lookUp prints that it is waiting for name.
func (r *root) lookUp(key, name string, get func() (string, error)) (string, error) {
	const long = time.Second
	r.lookups.mu.Lock()
	defer r.lookups.mu.Unlock()
	got, done := r.lookups.found[key]
	if !done {
		told := time.AfterFunc(long, func() {
			r.say(lang.Text{EN: "Waiting for " + name + ", Ctrl-C stops.", ZH: "正在等待 " + name + "，按 Ctrl-C 停止。"})
		})
		defer told.Stop()
		got.text, got.err = get()
		if r.lookups.found == nil {
			r.lookups.found = map[string]lookup{}
		}
		r.lookups.found[key] = got
	}
	return got.text, got.err
}

func (r *root) fromKeyring(name string) (string, error) {
	n, err := keyring.Parse(name)
	if err != nil {
		return "", err
	}
	ref := "keyring:" + name
	return r.lookUp(ref, ref, func() (string, error) {
		s, err := keyring.Get(r.cmd.Context(), n)
		return s.Reveal(), err
	})
}

func (r *root) fromProgram(dir string, words []string) (string, error) {
	return r.lookUp(fmt.Sprintf("cmd:%q in %q", words, dir), words[0], func() (string, error) {
		var stdin io.Reader // nil is the null device: input piped to ssoctl is not for the program
		if f, tty := r.terminalIn(); tty {
			stdin = f
		}
		return reference.Run(r.cmd.Context(), dir, words, stdin, r.Err)
	})
}

func isReference(v string) bool { return reference.Is(v) }

// terminalIn returns standard input, and whether it is a terminal.
func (r *root) terminalIn() (*os.File, bool) {
	f, ok := r.In.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}
