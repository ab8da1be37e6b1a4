package cmd

import (
	"context"
	"os"
	"path/filepath"

	"ssoctl/pkg/child"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/environment"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
)

// emulatedCommand is the COMMAND of emulate, with the flags about it.
type emulatedCommand struct {
	args    []string // nil if there is none
	env     []string // of --env
	asserts []string // of --assert
}

// check finds errors in the flags; afterDash is how many arguments precede --, or -1.
func (e *emulatedCommand) check(afterDash int, recorded bool) error {
	switch {
	case afterDash >= 0 && len(e.args) == 0:
		return failure.Usagef(lang.Text{EN: "a COMMAND is missing after --", ZH: "-- 之后缺少命令"})
	case e.args == nil && len(e.env) > 0:
		return failure.Usagef(lang.Text{EN: "--env requires a COMMAND: ssoctl emulate PROFILE --env NAME=INPUT -- COMMAND", ZH: "--env 要和命令一起用：ssoctl emulate PROFILE --env NAME=INPUT -- COMMAND"})
	case e.args == nil && len(e.asserts) > 0:
		return failure.Usagef(lang.Text{EN: "--assert requires a COMMAND: ssoctl emulate PROFILE --assert STEP -- COMMAND", ZH: "--assert 要和命令一起用：ssoctl emulate PROFILE --assert STEP -- COMMAND"})
	case recorded && len(e.asserts) > 0:
		return failure.Usagef(lang.Text{EN: "--record passes requests on to the vendor, so it cannot be combined with --assert", ZH: "--record 会把请求转发给厂商，不能和 --assert 一起用"})
	}
	return nil
}

// runCommand runs the command while the emulator serves.
func (e *emulation) runCommand(ctx context.Context, ready emulator.Ready) error {
	variables, err := e.commandEnvironment(ready)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return child.Run(ctx, child.Command{
		Args: e.command.args, Env: append(os.Environ(), variables...),
		Stdin: e.stdin, Stdout: e.out.stdout, Stderr: interrupt.ForProgram(e.out.stderr),
		Self: self, Remove: e.remove, Rand: e.rand,
	})
}

// commandEnvironment returns the variables of the command that are not ours. It checks --env.
func (e *emulation) commandEnvironment(ready emulator.Ready) ([]string, error) {
	variables, err := environment.Of(ready, e.profiles, e.command.env)
	if err != nil || e.conf.file == "" {
		return variables, err
	}
	file, err := filepath.Abs(e.conf.file) // the command may change to another folder
	return append(variables, "SSOCTL_CONFIG="+file), err
}
