// Package child runs a program as env(1) does, with this process's streams, signals and exit
// code, but stays until the program has ended. Nothing that the program started outlives the
// run, whichever process is killed first.
//
// [Run] starts a program and waits for it. A second process, the [Guard], watches over the
// first: if that is killed, it ends the program and removes files.
package child

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"time"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// How long a program may take to end.
const (
	repeated = time.Second      // a SIGTERM that follows another this soon is the same: timeout(1) sends two
	patience = 10 * time.Second // from SIGTERM to SIGKILL
)

// Command is a program to run.
type Command struct {
	Args           []string // its name, looked up in PATH, and its arguments
	Env            []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Self           string    // path of the running program, which calls [Guard] if [IsGuard]
	Remove         []string  // files and folders that the guard removes if this process is killed
	Rand           io.Reader // for the name of a variable that no other run has
}

// Run runs the program and passes on the signals that arrive. It returns nil if the program's
// exit code is 0. Otherwise the error is an [*ExitError], a [*StartError], ctx's if ctx ended
// before the program started, or that of the guard, without which no program starts.
func Run(ctx context.Context, c Command) error {
	path, err := exec.LookPath(c.Args[0])
	if err != nil {
		return &StartError{c.Args[0], err}
	}
	random := make([]byte, 8)
	if _, err := io.ReadFull(c.Rand, random); err != nil {
		return err
	}
	members := family{Mark: "SSOCTL_RUN_" + hex.EncodeToString(random)}
	p := &process{Cmd: &exec.Cmd{
		Path: path, Args: c.Args, Env: append(slices.Clip(c.Env), members.Mark+"=1"),
		Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr,
		WaitDelay: time.Second, // for streams that are not files: its children may keep them open
	}}
	p.prepare()
	defer p.leaveTerminal()
	came := make(chan os.Signal, 16)
	signal.Notify(came, p.passedOn()...)
	defer signal.Stop(came)
	g, err := startGuard(c.Self, order{Family: members, Remove: c.Remove})
	if err != nil {
		return err
	}
	defer g.dismiss()
	if err := ctx.Err(); err != nil {
		return err
	}
	ended, err := p.start()
	if err != nil {
		return &StartError{c.Args[0], err}
	}
	members.Group, members.Program = p.group, p.Process.Pid
	g.tell(order{Family: members})
	p.relay(came, ended)
	members.Program = 0 // it has ended, so another process may have its number
	members.end()
	return p.outcome(c.Args[0])
}

// process is the running program.
type process struct {
	*exec.Cmd
	terminal *os.File // the controlling terminal; nil if there is none
	group    int      // its process group, or 0 if that is ours
	waited   error    // result of Wait
}

// start starts the program. The channel is closed when the program has ended.
func (p *process) start() (<-chan struct{}, error) {
	started, ended := make(chan error), make(chan struct{})
	go func() {
		// The kernel kills the program when the thread that started it ends, see prepare.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.Start()
		if errors.Is(err, syscall.ENOEXEC) { // a script without #!, which execvp has sh run
			p.Cmd = p.throughShell()
			err = p.Start()
		}
		started <- err
		if err == nil {
			p.waited = p.Wait()
			close(ended)
		}
	}()
	err := <-started
	if err == nil {
		p.started()
	}
	return ended, err
}

// throughShell returns the command as a script for sh.
func (p *process) throughShell() *exec.Cmd {
	return &exec.Cmd{
		Path: "/bin/sh", Args: append([]string{"/bin/sh", p.Path}, p.Args[1:]...), Env: p.Env,
		Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, WaitDelay: p.WaitDelay, SysProcAttr: p.SysProcAttr,
	}
}

// relay passes signals on until the program has ended. It kills the program at the second
// SIGTERM, and some time after the first.
func (p *process) relay(came <-chan os.Signal, ended <-chan struct{}) {
	var again, late <-chan time.Time
	for terminated := false; ; {
		select {
		case <-ended:
			return
		case <-late:
			p.kill()
		case <-again:
			again = nil
		case sig := <-came:
			switch {
			case sig != syscall.SIGTERM:
				p.pass(sig)
			case !terminated:
				terminated, again, late = true, time.After(repeated), time.After(patience)
				p.pass(sig)
			case again == nil:
				p.kill()
			}
		}
	}
}

// outcome returns how the program ended, nil for exit code 0.
func (p *process) outcome(name string) error {
	if p.ProcessState == nil {
		return &StartError{name, p.waited}
	}
	status := exitOf(p.ProcessState)
	if status.Code == 0 && status.Signal == "" {
		return nil
	}
	status.Program = name
	return status
}

// ExitError says that the program failed.
type ExitError struct {
	Program string
	Code    int    // as a shell has it: 128 and the number of the signal that ended the program
	Signal  string // its name; "" if the program exited
}

func (e *ExitError) Error() string { return e.Text().EN }

// Text returns the message in both languages.
func (e *ExitError) Text() lang.Text {
	if e.Signal != "" {
		return lang.Sprintf(lang.Text{EN: "%s was ended by a signal: %s", ZH: "%s 被信号终止：%s"}, e.Program, e.Signal)
	}
	return lang.Sprintf(lang.Text{EN: "%s failed with exit code %d", ZH: "%s 失败，退出码 %d"}, e.Program, e.Code)
}

// Failure is the program's exit code, whose meaning is the program's.
func (e *ExitError) Failure() failure.Kind { return failure.Kind(e.Code) }

// OfProgram reports that the exit code is the program's, not one of ssoctl.
func (*ExitError) OfProgram() bool { return true }

// StartError says that the program could not be started.
type StartError struct {
	Program string
	Err     error
}

func (e *StartError) Error() string { return e.Text().EN }
func (e *StartError) Unwrap() error { return e.Err }

// Text returns the message in both languages.
func (e *StartError) Text() lang.Text {
	if e.notFound() {
		return lang.Sprintf(lang.Text{EN: "%s: no such program", ZH: "没有 %s 这个程序"}, e.Program)
	}
	return lang.Sprintf(lang.Text{EN: "%s cannot be run: %v", ZH: "%s 无法运行：%v"}, e.Program, failure.WithoutPath(e.cause()))
}

// cause is the error without the name of the program.
func (e *StartError) cause() error {
	if named := (*exec.Error)(nil); errors.As(e.Err, &named) {
		return named.Err
	}
	return e.Err
}

func (e *StartError) notFound() bool {
	return errors.Is(e.Err, exec.ErrNotFound) || errors.Is(e.Err, os.ErrNotExist)
}

// Failure is the exit code that env(1) has: 127 if there is no such program, otherwise 126.
func (e *StartError) Failure() failure.Kind {
	if e.notFound() {
		return 127
	}
	return 126
}

// OfProgram is [ExitError.OfProgram].
func (*StartError) OfProgram() bool { return true }

// Hint says where to look.
func (e *StartError) Hint() lang.Text {
	return lang.Text{
		EN: "What follows -- is a program and its arguments. For a line of shell: -- sh -c 'LINE'",
		ZH: "-- 之后应为程序及其参数；要运行一行 shell，请用 -- sh -c 'LINE'",
	}
}
