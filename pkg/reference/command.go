package reference

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/kballard/go-shellquote"

	"ssoctl/pkg/lang"
)

// ErrCommand means that a cmd: reference is not in a configuration file.
var ErrCommand = lang.Errorf(lang.Text{EN: "only configuration files may run programs", ZH: "只有配置文件可以运行程序"})

// command runs a program. The line is split into words and quoted as in sh, without any
// other feature of a shell. ~/ at the start of a word is the home directory.
func (r Resolver) command(line string) (string, error) {
	if !r.Commands {
		return "", ErrCommand
	}
	if r.Run == nil {
		return "", lang.Errorf(lang.Text{EN: "programs cannot be run here", ZH: "这里不能运行程序"})
	}
	words, err := shellquote.Split(line)
	switch {
	case err != nil:
		return "", lang.Errorf(lang.Text{EN: "%v: quote as in sh", ZH: "引号不成对，写法同 sh（%v）"}, err)
	case len(words) == 0:
		return "", lang.Errorf(lang.Text{EN: "the program is missing", ZH: "没有写程序名"})
	}
	for i, word := range words {
		rest, ok := strings.CutPrefix(filepath.ToSlash(word), "~/")
		if ok && r.Home == "" {
			return "", errNoHome
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
	out := &limited{most: maxFile << 10}
	c := exec.CommandContext(ctx, words[0], words[1:]...)
	c.Dir, c.Stdin, c.Stdout, c.Stderr = dir, stdin, out, stderr
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = grace
	err := c.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case out.over:
		return "", lang.Errorf(lang.Text{EN: "it printed more than 64 KiB", ZH: "程序输出超过 64 KiB"})
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
