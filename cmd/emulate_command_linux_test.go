package cmd_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ssoctl/pkg/nettest"

	"github.com/google/go-cmp/cmp"
)

// commandRun is ssoctl emulate with a COMMAND, a line of sh that works in the folder dir.
type commandRun struct {
	*program
	dir string
}

// launchCommand starts ssoctl without a terminal, as CI systems do, and waits until the line
// has written the file ready.
func launchCommand(t *testing.T, line string, flags ...string) commandRun {
	t.Helper()
	return launchCommandFor(t, func(*exec.Cmd) {}, line, flags...)
}

// launchCommandFor is launchCommand for a caller that edits how ssoctl starts.
func launchCommandFor(t *testing.T, edit func(*exec.Cmd), line string, flags ...string) commandRun {
	t.Helper()
	dir := t.TempDir()
	args := append([]string{"emulate", "oauth2"}, flags...)
	r := commandRun{dir: dir}
	r.program = launchFor(t, func(c *exec.Cmd) {
		c.Dir, c.SysProcAttr = dir, &syscall.SysProcAttr{Setsid: true}
		c.Env = append(c.Env, "TMPDIR="+dir)
		edit(c)
	}, append(args, "--", "sh", "-c", line)...)
	r.file("ready")
	return r
}

// file waits until the line has written a file, and returns its words.
func (r commandRun) file(name string) []string {
	r.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if text, err := os.ReadFile(filepath.Join(r.dir, name)); err == nil && bytes.HasSuffix(text, []byte("\n")) {
			return strings.Fields(string(text))
		}
	}
	r.t.Fatalf("the file %s is missing:\n%s", name, r.err.String())
	return nil
}

// write makes an empty file, for which the line waits.
func (r commandRun) write(name string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), nil, 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func (r commandRun) signal(sig syscall.Signal) {
	r.t.Helper()
	if err := r.Process.Signal(sig); err != nil {
		r.t.Fatal(err)
	}
}

// signalGroup sends a signal to ssoctl's process group.
func (r commandRun) signalGroup(sig syscall.Signal) {
	r.t.Helper()
	if err := syscall.Kill(-r.Process.Pid, sig); err != nil {
		r.t.Fatal(err)
	}
}

// gone waits until the processes whose numbers are in the file pids have ended.
func (r commandRun) gone() {
	r.t.Helper()
	pids := r.file("pids")
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if len(pids) > 0 && !runs(pids[0]) {
			pids = pids[1:]
		}
		if len(pids) == 0 {
			return
		}
	}
	r.t.Fatalf("still running: %v", pids)
}

// runs reports whether a process runs. One that only waits for its parent to ask how it ended
// does not.
func runs(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !bytes.Contains(stat, []byte(") Z "))
}

// TestCommandGetsSignals checks that each signal reaches the command once, and that its exit
// code is ssoctl's.
func TestCommandGetsSignals(t *testing.T) {
	for name, sig := range map[string]syscall.Signal{
		"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "QUIT": syscall.SIGQUIT, "USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := launchCommand(t, `trap 'echo `+name+` >>got' `+name+`; echo >ready; while [ ! -e enough ]; do sleep 0.05; done; exit 7`)
			r.signal(sig)
			r.file("got")
			r.write("enough")
			r.ends(7)
			if diff := cmp.Diff([]string{name}, r.file("got")); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("by default", func(t *testing.T) {
		r := launchCommand(t, `echo >ready; exec sleep 60`)
		r.signal(syscall.SIGTERM)
		r.ends(128 + int(syscall.SIGTERM))
		if want := "ssoctl: sh was ended by a signal: SIGTERM; the emulator received no request\n"; !strings.HasPrefix(r.err.String(), want) {
			t.Errorf("got %s, want %s", r.err.String(), want)
		}
	})
}

// TestCommandIsKilled checks that a command that ignores SIGTERM ends at the second one, but
// not at one that follows at once, as timeout(1) sends it.
func TestCommandIsKilled(t *testing.T) {
	r := launchCommand(t, `trap 'echo TERM >>got' TERM; echo $$ >pids; echo >ready; while :; do sleep 0.05; done`)
	for range 20 {
		r.signal(syscall.SIGTERM)
		time.Sleep(2 * time.Millisecond) // otherwise they would arrive as one
	}
	r.file("got")
	time.Sleep(1500 * time.Millisecond)
	if !runs(r.file("pids")[0]) {
		t.Fatal("the first SIGTERM killed the command")
	}
	r.signal(syscall.SIGTERM)
	r.ends(128 + int(syscall.SIGKILL))
}

// TestCommandIsKilledInTime checks that a command that ignores SIGTERM ends some time later, even
// if there is no second one.
func TestCommandIsKilledInTime(t *testing.T) {
	t.Parallel()
	r := launchCommand(t, `trap '' TERM; echo >ready; while :; do sleep 0.05; done`)
	r.signal(syscall.SIGTERM)
	r.ends(128 + int(syscall.SIGKILL))
}

// TestCommandUnderNohup checks that SIGHUP ends neither ssoctl nor the command if nohup has it
// ignored.
func TestCommandUnderNohup(t *testing.T) {
	t.Parallel()
	nohup, err := exec.LookPath("nohup")
	if err != nil {
		t.Fatal(err)
	}
	r := launchCommandFor(t, func(c *exec.Cmd) { c.Path, c.Args = nohup, append([]string{"nohup", c.Path}, c.Args[1:]...) },
		`echo >ready; while [ ! -e enough ]; do sleep 0.05; done; exit 7`)
	r.signal(syscall.SIGHUP)
	time.Sleep(300 * time.Millisecond) // for a SIGHUP, which must not come
	r.write("enough")
	r.ends(7)
}

// TestCommandStops checks that SIGTSTP stops the command with ssoctl, and SIGCONT wakes both.
func TestCommandStops(t *testing.T) {
	r := launchCommand(t, `echo $$ >pids; echo >ready; exec sleep 600`) // not a loop: a shell is not stopped while its child is not yet another program
	command, ours := r.file("pids")[0], strconv.Itoa(r.Process.Pid)
	r.signal(syscall.SIGTSTP)
	r.inState(command, "T")
	r.inState(ours, "T")
	r.signal(syscall.SIGCONT)
	r.inState(command, "S")
	r.signal(syscall.SIGTERM)
	r.ends(128 + int(syscall.SIGTERM))
}

func (r commandRun) inState(pid, state string) {
	r.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err == nil && bytes.Contains(stat, []byte(") "+state+" ")) {
			return
		}
	}
	r.t.Fatalf("process %s is not in state %s", pid, state)
}

// leaves is a line that starts processes: in the background, as a daemon in a session of its
// own, and as the daemon's child without the standard streams.
const leaves = `sleep 600 & echo $! >>pids; setsid sh -c 'echo $$ >>pids; sleep 600 & echo $! >>pids; wait' & `

// TestNothingIsLeft ends ssoctl, its guard and the command in different orders. Each time
// all processes have to end, the port has to be free, and the files have to be gone.
func TestNothingIsLeft(t *testing.T) {
	for name, test := range map[string]struct {
		line string
		end  func(commandRun)
		code int // of ssoctl; -1 if it is killed
	}{
		"the command exits":     {`exit 3`, func(commandRun) {}, 3},
		"the command succeeds":  {`exit 0`, func(commandRun) {}, 0},
		"the command is killed": {`kill -9 $$`, func(commandRun) {}, 137},
		"ssoctl is told to end": {`wait`, func(r commandRun) { r.signal(syscall.SIGTERM) }, 128 + int(syscall.SIGTERM)},
		"ssoctl is killed":      {`wait`, func(r commandRun) { r.signal(syscall.SIGKILL) }, -1},
		"its group is killed":   {`wait`, func(r commandRun) { r.signalGroup(syscall.SIGKILL) }, -1},
		"the guard is killed first": {`wait`, func(r commandRun) {
			r.killGuard()
			r.signal(syscall.SIGTERM)
		}, 128 + int(syscall.SIGTERM)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := "127.0.0.1:" + nettest.FreePort(t)
			r := launchCommand(t, leaves+`
				while [ "$(wc -l <pids)" -lt 3 ]; do sleep 0.05; done
				echo $$ >>pids; echo >ready; while [ ! -e go ]; do sleep 0.05; done; `+test.line,
				"--tls", "--listen", at, "--ready-file", "emulator.json")
			r.write("go")
			test.end(r)
			r.ends(test.code)
			r.gone()
			l, err := net.Listen("tcp", at)
			if err != nil {
				t.Fatalf("the port is in use: %v", err)
			}
			l.Close()
			r.onlyHas("go", "pids", "ready")
		})
	}
}

// TestWhatIsLeftIsKilled checks that a process that the command leaves behind ends even if it
// ignores SIGTERM.
func TestWhatIsLeftIsKilled(t *testing.T) {
	t.Parallel()
	r := launchCommand(t, `
		setsid sh -c 'trap "" TERM; echo $$ >pids; n=0; while [ $((n=n+1)) -lt 2000 ]; do sleep 0.05; done' &
		while [ ! -s pids ]; do sleep 0.05; done; echo >ready; exit 3`)
	r.ends(3)
	r.gone()
}

// killGuard kills the guard.
func (r commandRun) killGuard() {
	r.t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", r.Process.Pid))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, thread := range threads {
		children, _ := os.ReadFile(thread) // the thread may have ended
		for _, child := range strings.Fields(string(children)) {
			line, _ := os.ReadFile("/proc/" + child + "/cmdline")
			pid, err := strconv.Atoi(child)
			if string(line) != "ssoctl-guard\x00" || err != nil {
				continue
			}
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				r.t.Fatal(err)
			}
			return
		}
	}
	r.t.Fatal("there is no guard")
}

// onlyHas waits until the folder has only these files.
func (r commandRun) onlyHas(want ...string) {
	r.t.Helper()
	var diff string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		entries, err := os.ReadDir(r.dir)
		if err != nil {
			r.t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if diff = cmp.Diff(want, got); diff == "" {
			return
		}
	}
	r.t.Errorf("files (-want +got):\n%s", diff)
}

// TestCommandAndTerminal checks that Ctrl-C at a terminal reaches the command once and ssoctl
// not at all, that Ctrl-Z and fg work, and that the command can read from the terminal.
func TestCommandAndTerminal(t *testing.T) {
	term := openTerminalThen(t, 100, 24, []string{"SHELL=/bin/bash", "ENV="}, "version >/dev/null", "exec bash --norc -i")
	term.tmux("send-keys", "PS1='ready> '", "Enter")
	term.await(`(?m)^ready> $`)
	term.tmux("send-keys", `ssoctl emulate oauth2 -- bash -c 'n=0; trap "n=\$((n+1))" INT; trap "echo continued" CONT; echo started; while read -r x || [ -z "$x" ]; do echo "got $x after $n"; [ "$x" = finish ] && exit 5; done'`, "Enter")
	term.await(`(?m)^started$`)
	term.tmux("send-keys", "C-c")
	time.Sleep(300 * time.Millisecond) // for a second SIGINT, which must not come
	term.tmux("send-keys", "one", "Enter")
	term.await(`got one after 1`)
	term.tmux("send-keys", "C-z")
	term.await(`Stopped`)
	term.tmux("send-keys", "fg", "Enter")
	term.await(`(?m)^continued$`)
	term.tmux("send-keys", "two", "Enter")
	term.await(`got two after 1`)
	term.tmux("send-keys", "finish", "Enter")
	term.await(`got finish after 1`)
	term.tmux("send-keys", `echo "code $?"`, "Enter")
	term.await(`(?m)^code 5$`)

	// A command that has left the terminal does not get Ctrl-C, so it would see if ssoctl passed
	// it on. What others send is passed on.
	term.tmux("send-keys", `clear; ssoctl emulate oauth2 -- setsid bash -c 'for s in INT USR1; do trap "echo got $s" $s; done; echo "left $PPID"; trap "exit 6" TERM; while :; do sleep 0.05; done'; echo "then $?"`, "Enter")
	pid, err := strconv.Atoi(strings.TrimPrefix(term.await(`(?m)^left \d+$`), "left "))
	if err != nil {
		t.Fatal(err)
	}
	term.tmux("send-keys", "C-c")
	term.await(`(?m)^\^C`)
	for _, sig := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM} {
		if err := syscall.Kill(pid, sig); err != nil {
			t.Fatal(err)
		}
	}
	term.await(`(?m)^then 6$`)
	if all := term.await(`(?s)left \d+.*then 6`); strings.Contains(all, "got INT") || !strings.Contains(all, "got USR1") {
		t.Errorf("want USR1 alone:\n%s", all)
	}
}

// TestCommandEndsWithoutGuard checks that the kernel ends the command if ssoctl and its guard
// are killed.
func TestCommandEndsWithoutGuard(t *testing.T) {
	r := launchCommand(t, `echo $$ >pids; echo >ready; exec sleep 600`)
	r.killGuard()
	r.signal(syscall.SIGKILL)
	r.ends(-1)
	r.gone()
}
