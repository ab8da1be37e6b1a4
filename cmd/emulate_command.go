package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ssoctl/pkg/child"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/environment"
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

	expected []emulator.Assertion // asserts, read
	remove   []string             // files and folders to remove at the end
}

// check finds errors in the flags; afterDash is how many arguments precede --, or -1.
func (e *emulatedCommand) check(afterDash int, recorded bool) error {
	switch {
	case afterDash >= 0 && len(e.args) == 0:
		return failure.Usagef(lang.Text{EN: "a COMMAND is missing after --", ZH: "-- 之后缺少命令"})
	case e.args == nil && len(e.env) > 0:
		return failure.Usagef(lang.Text{EN: "--env goes with a COMMAND: ssoctl emulate PROFILE --env NAME=INPUT -- COMMAND", ZH: "--env 要和命令一起用：ssoctl emulate PROFILE --env NAME=INPUT -- COMMAND"})
	case e.args == nil && len(e.asserts) > 0:
		return failure.Usagef(lang.Text{EN: "--assert goes with a COMMAND: ssoctl emulate PROFILE --assert STEP -- COMMAND", ZH: "--assert 要和命令一起用：ssoctl emulate PROFILE --assert STEP -- COMMAND"})
	case recorded && len(e.asserts) > 0:
		return failure.Usagef(lang.Text{EN: "--record passes requests on to the vendor, so it does not go with --assert", ZH: "--record 会把请求转发给厂商，不能和 --assert 一起用"})
	}
	return nil
}

// expect reads the assertions. emu knows the steps.
func (e *emulatedCommand) expect(emu *emulator.Emulator) error {
	for _, text := range e.asserts {
		a, err := emulator.ParseAssertion(text)
		if err == nil {
			err = emu.CheckAssertion(a)
		}
		if err != nil {
			return failure.Usagef(lang.Text{EN: "--assert %s: %s", ZH: "--assert %s：%s"}, text, emulator.Text(err))
		}
		e.expected = append(e.expected, a)
	}
	return nil
}

// temporaryCA names a file for the CA of --tls that lives as long as the command. The caller
// calls the function at the end.
func (o *emulateOptions) temporaryCA() (func(), error) {
	dir, err := os.MkdirTemp("", "ssoctl-emulate-")
	if err != nil {
		return nil, err
	}
	o.tlsCA = filepath.Join(dir, "ca.pem")
	o.command.remove = append(o.command.remove, dir)
	return func() { os.RemoveAll(dir) }, nil
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

// outcome adds to the command's error what the emulator knows: the assertions that do not hold,
// the connections that failed, and the refused requests. emu is nil with --record.
func (e *emulatedCommand) outcome(err error, emu *emulator.Emulator, connections []string) error {
	exited := (*child.ExitError)(nil)
	if emu == nil || err != nil && !errors.As(err, &exited) {
		return err
	}
	lines := e.unmet(emu, exited == nil)
	if exited == nil && lines == nil {
		return nil
	}
	for _, line := range connections {
		lines = append(lines, lang.Text{EN: line})
	}
	if exited == nil {
		text := onLines(lines)
		return &commandError{err: failure.Checkf(lang.Text{EN: "%s", ZH: "%s"}, text), text: text, hint: lang.Text{
			EN: "Only accepted requests count. -v shows every request.",
			ZH: "只计算被接受的请求；加 -v 显示每个请求。",
		}}
	}
	refused, requests := emu.Refused()
	lines = append(lines, lang.Sprintf(lang.Text{EN: "%s; %s", ZH: "%s；%s"}, exited, refused))
	failed := &commandError{err: exited, text: onLines(lines)}
	if requests == 0 {
		failed.hint = unreached(connections)
	}
	return failed
}

// unmet returns a line for each assertion that does not hold and, if withRequests, the requests
// that came instead.
func (e *emulatedCommand) unmet(emu *emulator.Emulator, withRequests bool) []lang.Text {
	var lines []lang.Text
	for i, a := range e.expected {
		wanted, instead := emu.Unmet(a)
		if wanted.IsZero() {
			continue
		}
		if !withRequests {
			instead = lang.Text{}
		}
		lines = append(lines, lang.Sprintf(lang.Text{EN: "--assert %s: %s%s", ZH: "--assert %s：%s%s"}, e.asserts[i], wanted, instead))
	}
	return lines
}

// unreached says why a command may have sent no request to the emulator.
func unreached(connections []string) lang.Text {
	if slices.ContainsFunc(connections, func(line string) bool { return strings.Contains(line, "TLS handshake") }) {
		return lang.Text{
			EN: "Clients have to trust the emulator's CA, which is in SSL_CERT_FILE. For programs that read another variable: --env NODE_EXTRA_CA_CERTS=ca_file",
			ZH: "客户端须信任模拟器的 CA，其路径在 SSL_CERT_FILE 里；程序读取别的变量时，例如 --env NODE_EXTRA_CA_CERTS=ca_file",
		}
	}
	return lang.Text{
		EN: "The addresses are in environment variables such as SSOCTL_BASE_URL and SSOCTL_TOKEN_URL. For programs that read another variable: --env NAME=INPUT",
		ZH: "模拟器的地址在 SSOCTL_BASE_URL、SSOCTL_TOKEN_URL 等环境变量里；程序读取别的变量时，请用 --env NAME=INPUT",
	}
}

// onLines puts each text on a line.
func onLines(texts []lang.Text) (out lang.Text) {
	for i, t := range texts {
		if i > 0 {
			out.EN, out.ZH = out.EN+"\n", out.ZH+"\n"
		}
		out.EN, out.ZH = out.EN+t.EN, out.ZH+t.In(lang.ZH)
	}
	return out
}

// commandError says in lines why a command failed, or which assertions do not hold.
type commandError struct {
	err        error // its kind is the exit code
	text, hint lang.Text
}

func (e *commandError) Error() string   { return e.text.EN }
func (e *commandError) Text() lang.Text { return e.text }
func (e *commandError) Unwrap() error   { return e.err }

// Hint says what to do about a command that did not reach the emulator, or an assertion.
func (e *commandError) Hint() lang.Text { return e.hint }
