package child

import (
	"syscall"
	"time"
)

// family is the program and what it started.
type family struct {
	Mark    string // a variable in the environment of each process; another run has another
	Group   int    // the program's process group, 0 for none
	Program int    // the program's number, 0 once it has ended
}

// end ends all processes of the family: first by SIGTERM, then by SIGKILL.
func (f family) end() {
	const (
		grace = 2 * time.Second
		pause = 10 * time.Millisecond
	)
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		asked := false
		for waited := time.Duration(0); waited < grace; waited += pause {
			if !f.lives() {
				return
			}
			if !asked || sig == syscall.SIGKILL { // a process may have started another meanwhile
				f.send(sig)
				asked = true
			}
			time.Sleep(pause)
		}
	}
}
