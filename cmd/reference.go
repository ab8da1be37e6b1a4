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
	"ssoctl/pkg/secret"
)

// refs resolves references in flags and environment; files fill in their own folder.
func (r *root) refs() secret.Resolver {
	home, _ := r.Env("HOME")
	return secret.Resolver{LookupEnv: r.Env, Home: home, Keyring: r.fromKeyring, Run: r.fromProgram, Commands: r.allowCmd}
}

// lookups are what has been looked up in this run. Somebody may have to answer for
// one, so each takes place once, and one after the other.
type lookups struct {
	mu    sync.Mutex
	found map[string]lookup
}

type lookup struct {
	text string
	err  error
}

// lookUp is what get yields, for a key that is looked up the first time. What takes
// long is told by its name.
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
		var stdin io.Reader // the null device: what is piped to us is not for others
		if f, tty := r.terminalIn(); tty {
			stdin = f
		}
		return secret.Run(r.cmd.Context(), dir, words, stdin, r.Err)
	})
}

func isReference(v string) bool { return secret.IsReference(v) }

// terminalIn is standard input where that is a terminal.
func (r *root) terminalIn() (*os.File, bool) {
	f, ok := r.In.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}
