package child

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// members finds the processes of the family that run: those in its group, and those with its
// mark, which also finds daemons, which have left the group. A process whose environment
// cannot be read is another user's.
func (f family) members() (pids []int) {
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		state, group := stateOf(entry.Name())
		if state == "" || state == "Z" || state == "X" {
			continue
		}
		if f.Group != 0 && group == f.Group || f.marks(entry.Name()) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// stateOf returns the state and the group of a process, see proc_pid_stat(5); "" if it has ended.
func stateOf(pid string) (state string, group int) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return "", 0
	}
	// The name, in brackets, may contain anything. State, parent and group follow it.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 3 {
		return "", 0
	}
	group, _ = strconv.Atoi(fields[2])
	return fields[0], group
}

func (f family) marks(pid string) bool {
	environment, err := os.ReadFile("/proc/" + pid + "/environ")
	return err == nil && bytes.Contains(append([]byte{0}, environment...), []byte("\x00"+f.Mark+"=1\x00"))
}

func (f family) lives() bool { return len(f.members()) > 0 }

// send sends a signal to each process, and wakes those that are stopped.
func (f family) send(sig syscall.Signal) {
	for _, pid := range f.members() {
		_ = syscall.Kill(pid, sig) // it may have ended meanwhile
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
}
