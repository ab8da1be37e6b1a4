package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/kballard/go-shellquote"
)

// ErrCommand means that the reference is not in a configuration file.
var ErrCommand = errors.New("only configuration files may run programs")

// command runs a program. Its words are split and quoted as sh does, and nothing
// else of a shell is obeyed; ~/ at the start of a word is the home.
func (r Resolver) command(line string) (string, error) {
	if !r.Commands {
		return "", ErrCommand
	}
	if r.Run == nil {
		return "", errors.New("no programs are run here")
	}
	words, err := shellquote.Split(line)
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: quote as sh does", err)
	case len(words) == 0:
		return "", errors.New("the program is missing")
	}
	for i, word := range words {
		rest, ok := strings.CutPrefix(word, "~/")
		if ok && r.Home == "" {
			return "", errors.New("there is no home directory for ~/")
		} else if ok {
			words[i] = filepath.Join(r.Home, rest)
		}
	}
	return r.Run(r.Dir, words)
}

// Run runs a program in dir, the working directory where that is "", and returns
// the first line that it prints on stdout, without its end. What the program asks
// and says is on stdin and stderr. It fails when the program cannot be started,
// does not end with 0, or prints more than 64 KiB; and when ctx ends, with the
// program.
func Run(ctx context.Context, dir string, words []string, stdin io.Reader, stderr io.Writer) (string, error) {
	const grace = time.Second // for the program to obey, and for those that it started
	out := &limited{most: maxFile}
	c := exec.CommandContext(ctx, words[0], words[1:]...)
	c.Dir, c.Stdin, c.Stdout, c.Stderr = dir, stdin, out, stderr
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = grace
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case out.over:
		return "", errors.New("it prints more than 64 KiB")
	case err != nil:
		return "", err
	}
	line, _, _ := strings.Cut(string(out.taken), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}

// limited takes so many bytes, and then none: who goes on writing is stopped.
type limited struct {
	taken []byte
	most  int
	over  bool
}

func (l *limited) Write(p []byte) (int, error) {
	if len(l.taken)+len(p) > l.most {
		l.over = true
		return 0, io.ErrShortWrite
	}
	l.taken = append(l.taken, p...)
	return len(p), nil
}
