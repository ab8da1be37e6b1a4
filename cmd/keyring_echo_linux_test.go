package cmd_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestEchoComesBack checks that the terminal echoes again after a signal that comes as soon
// as the echo is off, before the question is printed.
func TestEchoComesBack(t *testing.T) {
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
			ended := (*exec.ExitError)(nil)
			if err := ssoctl.Wait(); !errors.As(err, &ended) || ended.ExitCode() != 130 {
				t.Errorf("%v: %v, want exit status 130", sig, err)
			}
			if after := modes(t, tty); after != before {
				t.Errorf("%v: got modes %+v, want %+v", sig, after, before)
			}
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
