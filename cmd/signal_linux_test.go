package cmd_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestEchoComesBack checks that the terminal echoes again after a signal that comes as soon
// as the echo is off, before the question is printed.
func TestEchoComesBack(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		for range 20 {
			tty := openPseudoTerminal(t)
			ssoctl := exec.Command("ssoctl", "keyring", "set", "crm/client_secret")
			ssoctl.Stdin, ssoctl.Stdout, ssoctl.Stderr = tty, tty, tty
			ssoctl.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			before := modes(t, tty)
			if err := ssoctl.Start(); err != nil {
				t.Fatal(err)
			}
			for end := time.Now().Add(patience); modes(t, tty).Lflag&unix.ECHO != 0; {
				if time.Now().After(end) {
					t.Fatal("the echo is still on")
				}
			}
			if err := ssoctl.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			interrupted(t, ssoctl)
			if after := modes(t, tty); after != before {
				t.Errorf("%v: got modes %+v, want %+v", sig, after, before)
			}
		}
	}
}

// TestNoTemporaryFile checks that the check of --har's folder leaves no file behind if a
// signal comes meanwhile.
func TestNoTemporaryFile(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for range 20 {
		dir := t.TempDir()
		created := awaitFile(t, dir)
		ssoctl := exec.Command("ssoctl", "token", "-q", "-p", "oauth2", "--har", filepath.Join(dir, "har"), "--set", "token_url=http://"+silent.Addr().String())
		ssoctl.Env = append(os.Environ(), "HOME="+t.TempDir(), "SSOCTL_CLIENT_ID=x", "SSOCTL_CLIENT_SECRET=x")
		if err := ssoctl.Start(); err != nil {
			t.Fatal(err)
		}
		created()
		if err := ssoctl.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		interrupted(t, ssoctl)
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 || entries[0].Name() != "har" {
			t.Errorf("got the files %v, want har; error %v", entries, err)
		}
	}
}

// interrupted checks that a process ends with the exit code for a signal.
func interrupted(t *testing.T, process *exec.Cmd) {
	t.Helper()
	ended := (*exec.ExitError)(nil)
	if err := process.Wait(); !errors.As(err, &ended) || ended.ExitCode() != 130 {
		t.Errorf("got %v, want exit status 130", err)
	}
}

// awaitFile returns a function that waits until a file is created in dir.
func awaitFile(t *testing.T, dir string) func() {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err == nil {
		_, err = unix.InotifyAddWatch(fd, dir, unix.IN_CREATE)
	}
	if err != nil {
		t.Fatal(err)
	}
	events := os.NewFile(uintptr(fd), "inotify")
	t.Cleanup(func() { events.Close() })
	return func() {
		_ = events.SetReadDeadline(time.Now().Add(patience))
		if _, err := events.Read(make([]byte, 4096)); err != nil {
			t.Fatal(err)
		}
	}
}

// openPseudoTerminal returns the side of a new pseudoterminal that a program uses.
func openPseudoTerminal(t *testing.T) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return tty
}

func modes(t *testing.T, tty *os.File) unix.Termios {
	t.Helper()
	got, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *got
}
