// Package outcome says how a program's run against an emulator ended. [Expect] reads which
// requests the program must send, and [Run.Error] compares them, after the run, with the
// requests that arrived.
package outcome

import (
	"errors"
	"slices"
	"strings"

	"ssoctl/pkg/child"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Run is the run of a program against an emulator.
type Run struct {
	emulator   *emulator.Emulator
	assertions []assertion
}

// assertion is the value of an --assert.
type assertion struct {
	text string
	read emulator.Assertion
}

// Expect returns a run whose program must send the requests in assertions, each in the syntax
// of [emulator.ParseAssertion]. The error is a [failure.UsageError].
func Expect(emu *emulator.Emulator, assertions []string) (Run, error) {
	r := Run{emulator: emu}
	for _, text := range assertions {
		a, err := emulator.ParseAssertion(text)
		if err == nil {
			err = emu.CheckAssertion(a)
		}
		if err != nil {
			return r, failure.Usagef(lang.Text{EN: "--assert %s: %s", ZH: "--assert %s：%s"}, text, emulator.Text(err))
		}
		if stated := (assertion{text, a}); !slices.Contains(r.assertions, stated) {
			r.assertions = append(r.assertions, stated)
		}
	}
	return r, nil
}

// Error returns err, the error of [child.Run], with what the emulator knows: the assertions
// that do not hold, the connections that failed, each in a line, and the refused requests. It
// returns nil if the program succeeded and all assertions hold, and err if there is no
// emulator.
func (r Run) Error(err error, connections []string) error {
	exited := (*child.ExitError)(nil)
	if r.emulator == nil || err != nil && !errors.As(err, &exited) {
		return err
	}
	lines := r.unmet(exited == nil)
	if exited == nil && lines == nil {
		return nil
	}
	for _, line := range connections {
		lines = append(lines, lang.Text{EN: line})
	}
	refused, requests := r.emulator.Refused()
	if exited == nil {
		text := lang.Lines(lines)
		failed := &Error{err: failure.Checkf(lang.Text{EN: "%s", ZH: "%s"}, text), text: text, hint: lang.Text{
			EN: "Only accepted requests count. -v shows every request.",
			ZH: "只计算被接受的请求；加 -v 显示每个请求。",
		}}
		if requests == 0 {
			failed.hint = unreached(connections)
		}
		return failed
	}
	lines = append(lines, lang.Sprintf(lang.Text{EN: "%s; %s", ZH: "%s；%s"}, exited, refused))
	failed := &Error{err: exited, text: lang.Lines(lines)}
	if requests == 0 {
		failed.hint = unreached(connections)
	}
	return failed
}

// unmet returns a line for each assertion that does not hold and, if withRequests, the
// requests that came instead. Assertions whose step was refused come last, because they
// explain most.
func (r Run) unmet(withRequests bool) []lang.Text {
	var lines, refused []lang.Text
	for _, a := range r.assertions {
		s, unmet := r.emulator.Unmet(a.read)
		if !unmet {
			continue
		}
		if !withRequests {
			s.Instead = lang.Text{}
		}
		line := lang.Sprintf(lang.Text{EN: "--assert %s: %s%s", ZH: "--assert %s：%s%s"}, a.text, s.Wanted, s.Instead)
		if s.Refused {
			refused = append(refused, line)
		} else {
			lines = append(lines, line)
		}
	}
	return append(lines, refused...)
}

// unreached says why a program may have sent no request to the emulator.
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

// Error says in lines why a program failed, or which assertions do not hold.
type Error struct {
	err        error // its kind is the exit code
	text, hint lang.Text
}

func (e *Error) Error() string { return e.text.EN }
func (e *Error) Unwrap() error { return e.err }

// IsList says that the text has a line for each request or assertion.
func (*Error) IsList() bool { return true }

// Text returns the message in both languages.
func (e *Error) Text() lang.Text { return e.text }

// Hint says what to do about a program that did not reach the emulator, or an assertion.
func (e *Error) Hint() lang.Text { return e.hint }
