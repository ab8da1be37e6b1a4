//go:build unix

package child

import (
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// prepare decides which process group the program is in. If there is a terminal, it is ours, as
// for env: the terminal sends Ctrl-C and Ctrl-Z to the whole group, and the program may read from
// the terminal. If there is none, the program leads a new group, which gets all signals and is
// ended as a whole.
func (p *process) prepare() {
	p.terminal, _ = os.OpenFile("/dev/tty", os.O_RDONLY|unix.O_NOCTTY, 0)
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: p.terminal == nil}
	endWithThread(p.SysProcAttr)
}

// passedOn are the signals to pass on, except those that this process was started to ignore, as
// nohup does with SIGHUP: the program ignores them, too. A SIGTSTP of the terminal stops both
// processes.
func (p *process) passedOn() []os.Signal {
	all := []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGCONT, syscall.SIGUSR1, syscall.SIGUSR2}
	if p.terminal == nil {
		all = append(all, syscall.SIGTSTP)
	}
	return slices.DeleteFunc(all, signal.Ignored)
}

// started notes the program's group.
func (p *process) started() {
	if p.terminal == nil {
		p.group = p.Process.Pid
	}
}

func (p *process) leaveTerminal() {
	if p.terminal != nil {
		p.terminal.Close()
	}
}

// pass passes a signal on, unless the program has it already.
func (p *process) pass(sig os.Signal) {
	if p.fromTerminal(sig) {
		return
	}
	p.send(sig.(syscall.Signal))
	if sig == syscall.SIGTSTP {
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) // what the signal would have done
	}
}

// fromTerminal reports whether a signal went to the whole group in the terminal's foreground:
// the terminal sends it Ctrl-C and Ctrl-\, a shell SIGCONT, and the kernel SIGHUP when the
// terminal is gone.
func (p *process) fromTerminal(sig os.Signal) bool {
	if p.terminal == nil {
		return false
	}
	foreground, err := unix.IoctlGetInt(int(p.terminal.Fd()), unix.TIOCGPGRP)
	switch sig {
	case syscall.SIGHUP:
		return err != nil
	case syscall.SIGINT, syscall.SIGQUIT, syscall.SIGCONT:
		return err == nil && foreground == syscall.Getpgrp()
	}
	return false
}

func (p *process) kill() { p.send(syscall.SIGKILL) }

// send sends a signal to the program, and to its group if that is not ours.
func (p *process) send(sig syscall.Signal) {
	if p.group != 0 {
		_ = syscall.Kill(-p.group, sig) // it may have ended meanwhile
		return
	}
	_ = p.Process.Signal(sig)
}

// exitOf returns how a process ended.
func exitOf(state *os.ProcessState) *ExitError {
	if status := state.Sys().(syscall.WaitStatus); status.Signaled() {
		return &ExitError{Code: 128 + int(status.Signal()), Signal: unix.SignalName(status.Signal())}
	}
	return &ExitError{Code: state.ExitCode()}
}

// setApart keeps a process out of what happens to ours: Ctrl-C, the end of the terminal, a
// signal to our group.
func setApart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// ignoreSignals ignores all signals that can be ignored.
func ignoreSignals() {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
}
