//go:build unix && !linux

package child

import "syscall"

// target is what kill(2) takes: the group, or else the program; 0 if there is neither.
func (f family) target() int {
	if f.Group != 0 {
		return -f.Group
	}
	return f.Program
}

func (f family) lives() bool { return f.target() != 0 && syscall.Kill(f.target(), 0) == nil }

func (f family) send(sig syscall.Signal) {
	_ = syscall.Kill(f.target(), sig) // it may have ended meanwhile
	_ = syscall.Kill(f.target(), syscall.SIGCONT)
}
