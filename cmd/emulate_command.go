package cmd

import (
	"context"
	"os"
	"path/filepath"

	"ssoctl/pkg/child"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/environment"
	"ssoctl/pkg/emulator/outcome"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// emulatedCommand is the COMMAND of emulate, with the flags about it.
type emulatedCommand struct {
	args    []string // nil if there is none
	env     []string // of --env
	asserts []string // of --assert

	run    outcome.Run // set when the emulator is known
	remove []string    // files and folders to remove at the end
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
func (o *emulateOptions) runCommand(ctx context.Context, ready emulator.Ready, profiles []*profile.Profile) error {
	variables, err := o.commandEnvironment(ready, profiles)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return child.Run(ctx, child.Command{
		Args: o.command.args, Env: append(os.Environ(), variables...),
		Stdin: o.stdin, Stdout: o.out.stdout, Stderr: interrupt.ForProgram(o.out.stderr),
		Self: self, Remove: o.command.remove, Rand: o.rand,
	})
}

// commandEnvironment returns the variables of the command that are not ours. It checks --env.
func (o *emulateOptions) commandEnvironment(ready emulator.Ready, profiles []*profile.Profile) ([]string, error) {
	variables, err := environment.Of(ready, profiles, o.command.env)
	if err != nil || o.conf.file == "" {
		return variables, err
	}
	file, err := filepath.Abs(o.conf.file) // the command may change to another folder
	return append(variables, "SSOCTL_CONFIG="+file), err
}
