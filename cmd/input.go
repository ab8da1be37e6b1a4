package cmd

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"ssoctl/pkg/bom"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/jwt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/prompt"
	"ssoctl/pkg/terminal"
)

// input is standard input. Only one flag or argument of a command can have it.
type input struct {
	from  io.Reader
	out   *printer
	now   func() time.Time
	taken bool
}

// takeStdin claims standard input before it is read.
func (i *input) takeStdin() error {
	if i.taken {
		return failure.Usagef(lang.Text{EN: "only one value can come from standard input", ZH: "只有一个值能从标准输入读取"})
	}
	i.taken = true
	return nil
}

// readStdin returns standard input without its final line end. It stops waiting when ctx
// ends.
func (i *input) readStdin(ctx context.Context) (string, error) {
	const most = 64 << 10
	if err := i.takeStdin(); err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(terminal.Interruptible(ctx, i.from), most+1))
	if ended := ctx.Err(); ended != nil { // Ctrl-C while waiting for input
		return "", ended
	}
	if err == nil && len(data) > most {
		err = lang.Errorf(lang.Text{EN: "larger than %d KiB", ZH: "超过 %d KiB"}, most>>10)
	}
	if err != nil {
		return "", failure.Usagef(lang.Text{EN: "standard input: %v", ZH: "标准输入：%v"}, err)
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(bom.Decode(data)), "\n"), "\r")
	if text == "" {
		return "", failure.Usagef(lang.Text{EN: "standard input is empty", ZH: "标准输入里没有内容"})
	}
	return text, nil
}

// terminalIn returns standard input, and whether it is a terminal.
func (i *input) terminalIn() (*os.File, bool) {
	f, ok := i.from.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// prompt asks the person at the terminal. It is nil if standard input is not a terminal.
func (i *input) prompt() *prompt.Prompt {
	in, tty := i.terminalIn()
	if !tty {
		return nil
	}
	interrupt.Handle(i.out.stderr) // a prompt changes the terminal's modes
	return prompt.New(in, i.out.stderr, i.out.language())
}

// orStdin returns the value of a flag of c, or standard input if the value is "-". A code that is
// given on the command line is checked.
func (i *input) orStdin(c *cobra.Command, flag, value string) (string, error) {
	switch value {
	case "-":
		return i.readStdin(c.Context())
	case "":
		return "", failure.Usagef(lang.Text{EN: "--%s is empty", ZH: "--%s 的值是空的"}, flag)
	}
	if slices.Contains(tokenFlags, flag) {
		i.warnOfToken(value, lang.Text{EN: "--" + flag, ZH: " --" + flag}, lang.Text{EN: "--" + flag + " - with standard input", ZH: " --" + flag + " - 从标准输入读取"})
	}
	if flag == "code" {
		return value, handoff.CheckCode(value, c.Flags().Lookup("callback") != nil)
	}
	return value, nil
}

// tokenFlags are the flags whose values are tokens. A code is not among them: it is used at once,
// and only once.
var tokenFlags = []string{"access-token", "refresh-token", "id-token", "app-token"}

// warnOfToken warns about a token on the command line, unless it has expired, as its claims say.
func (i *input) warnOfToken(token string, what, instead lang.Text) {
	if t, err := jwt.Read(token); err == nil {
		if exp, has := oidc.Time(t.Claims["exp"]); has && !i.now().Before(exp) {
			return
		}
	}
	i.out.warnOfArgument(what, instead)
}

// readIDToken returns the id_token that the flag --id-token of c gives, "" if it is not given.
func (i *input) readIDToken(c *cobra.Command, value string) (string, error) {
	const flag = "id-token"
	if !c.Flags().Changed(flag) {
		return "", nil
	}
	text, err := i.orStdin(c, flag, value)
	if err != nil {
		return "", err
	}
	t, err := jwt.Read(text)
	if err != nil {
		return "", failure.Usagef(lang.Text{EN: "--id-token: %v", ZH: "--id-token：%v"}, err)
	}
	return t.Text, nil
}
