//go:build !unix

package child

import (
	"os"
	"os/exec"
	"os/signal"
)

// passedOn are the signals that arrive here: the console sends Ctrl-C to the program itself.
func (p *process) passedOn() []os.Signal { return []os.Signal{os.Interrupt} }

func (p *process) prepare()                {}
func (p *process) started()                {}
func (p *process) leaveTerminal()          {}
func (p *process) pass(os.Signal)          {}
func (p *process) kill()                   { _ = p.Process.Kill() }
func setApart(*exec.Cmd)                   {}
func ignoreSignals()                       { signal.Ignore(os.Interrupt) }
func exitOf(s *os.ProcessState) *ExitError { return &ExitError{Code: s.ExitCode()} }
