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

// ErrCommand means that a cmd: reference is not in a configuration file.
var ErrCommand = errors.New("only configuration files may run programs")

// command runs a program. The line is split into words and quoted as in sh, without any
// other feature of a shell. ~/ at the start of a word is the home directory.
func (r Resolver) command(line string) (string, error) {
	if !r.Commands {
		return "", ErrCommand
	}
	if r.Run == nil {
		return "", errors.New("programs cannot be run here")
	}
	words, err := shellquote.Split(line)
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: quote as in sh", err)
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

// Run runs a program in dir ("" for the working directory) and returns the first line of
// its stdout, without the line end. The program uses stdin and stderr to talk to the
// user. Run fails if the program cannot be started, fails, or prints more than 64 KiB.
// When ctx ends, Run ends the program and returns the error of ctx.
func Run(ctx context.Context, dir string, words []string, stdin io.Reader, stderr io.Writer) (string, error) {
	const grace = time.Second // for the program and its children to end after the interrupt
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
		return "", errors.New("it printed more than 64 KiB")
	case err != nil:
		return "", err
	}
	line, _, _ := strings.Cut(string(out.taken), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}

// limited accepts up to most bytes, then fails, which stops the writer.
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
