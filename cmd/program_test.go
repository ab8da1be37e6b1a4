package cmd_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"
)

// program is a running ssoctl.
type program struct {
	t *testing.T
	*exec.Cmd
	out, err output
	ended    chan struct{}
}

// output is what a program has printed so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// launch starts ssoctl, and kills it when the test ends.
func launch(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	return launchFor(t, func(c *exec.Cmd) { c.Env = append(c.Env, env...) }, args...)
}

// launchFor is launch for a caller that edits the command before it starts.
func launchFor(t *testing.T, edit func(*exec.Cmd), args ...string) *program {
	t.Helper()
	path, err := exec.LookPath("ssoctl")
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, Cmd: exec.Command(path, args...), ended: make(chan struct{})}
	p.Env = append(os.Environ(), "HOME="+t.TempDir(), "LC_ALL=C")
	p.Stdout, p.Stderr = &p.out, &p.err
	edit(p.Cmd)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill() // it has usually ended
		<-p.ended
	})
	return p
}

// tells waits until stderr matches, and returns the last group of the match.
func (p *program) tells(pattern string) string {
	p.t.Helper()
	return p.await(&p.err, pattern)
}

func (p *program) await(o *output, pattern string) string {
	p.t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if m := re.FindStringSubmatch(o.String()); m != nil {
			return m[len(m)-1]
		}
	}
	p.t.Fatalf("want a match of %s in:\n%s%s", pattern, p.out.String(), p.err.String())
	return ""
}

// ends waits for the program to end, and checks its exit code.
func (p *program) ends(code int) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("still running after %v:\n%s", patience, p.err.String())
	}
	if got := p.ProcessState.ExitCode(); got != code {
		p.t.Fatalf("exit code %d, want %d:\n%s", got, code, p.err.String())
	}
}
