package child

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
)

// guardName is the guard's argument 0.
const guardName = "ssoctl-guard"

// order is a message to the guard, as JSON.
type order struct {
	Family family   // replaces that of the order before
	Remove []string // adds to those of the orders before
	Done   bool     // the run has ended, and nothing is left
}

// guard is the second process, seen from the first.
type guard struct {
	process *exec.Cmd
	orders  io.WriteCloser // closed by the kernel if this process is killed
}

// startGuard starts the guard, which runs this program, and gives it its first order.
func startGuard(self string, first order) (*guard, error) {
	g := &guard{process: &exec.Cmd{Path: self, Args: []string{guardName}, Env: []string{}}}
	setApart(g.process)
	var err error
	if g.orders, err = g.process.StdinPipe(); err == nil {
		err = g.process.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", self, err)
	}
	g.tell(first)
	return g, nil
}

// tell gives the guard an order. If the guard was killed there is nobody to tell.
func (g *guard) tell(o order) { _ = json.NewEncoder(g.orders).Encode(o) }

// dismiss ends the guard, which then does nothing.
func (g *guard) dismiss() {
	g.tell(order{Done: true})
	g.orders.Close()
	_ = g.process.Wait()
}

// IsGuard reports whether os.Args, which args are, make this process the guard.
func IsGuard(args []string) bool { return len(args) > 0 && args[0] == guardName }

// Guard is the guard's main function. It reads orders until the first process has ended, which
// closes them. If no order said that the run is over, Guard ends the family and removes the files.
func Guard(orders io.Reader) {
	ignoreSignals()
	var (
		f     family
		files = map[string]fs.FileInfo{}
		in    = json.NewDecoder(orders)
	)
	for {
		var o order
		if err := in.Decode(&o); err != nil {
			break
		}
		if o.Done {
			return
		}
		f = o.Family
		for _, file := range o.Remove {
			if info, err := os.Lstat(file); err == nil {
				files[file] = info
			}
		}
	}
	f.end()
	for file, info := range files {
		if now, err := os.Lstat(file); err == nil && os.SameFile(now, info) { // another run may have replaced it
			_ = os.RemoveAll(file)
		}
	}
}
