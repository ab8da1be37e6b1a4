// Package prompt asks a person at a terminal. [New] makes a [Prompt], whose methods ask and
// print.
package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"ssoctl/pkg/keyboard"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/terminal"
)

// Prompt asks a person at a terminal. If the context ends, a question returns the context's
// error. At the end of input (Ctrl-D) it returns [io.EOF].
type Prompt struct {
	in    *os.File
	lines *bufio.Reader
	out   io.Writer
	lang  lang.Lang
}

// New returns a Prompt that reads from the terminal in and writes to out.
func New(in *os.File, out io.Writer, l lang.Lang) *Prompt {
	return &Prompt{in: in, lines: bufio.NewReader(in), out: out, lang: l}
}

// Say prints an indented text, which is made printable.
func (p *Prompt) Say(indent int, t lang.Text) {
	prose := terminal.Prose{Out: p.out}
	prose.Line(indent, printable.Text(t.In(p.lang)))
	fmt.Fprint(p.out, prose.String())
}

// Choice prints one of the things to choose from: its number, and its name in a column of
// some width before its text; without a name, the text alone.
func (p *Prompt) Choice(number, width int, name string, text lang.Text) {
	label := fmt.Sprintf("%4d", number)
	if name != "" {
		label += "  " + terminal.Pad(name, width)
	}
	prose := terminal.Prose{Out: p.out}
	prose.Row(0, 0, label, text.In(p.lang))
	fmt.Fprint(p.out, prose.String())
}

// Line asks for one line and returns it without surrounding spaces.
func (p *Prompt) Line(ctx context.Context, question lang.Text) (string, error) {
	fmt.Fprint(p.out, question.In(p.lang))
	text, err := await(ctx, p.readLine)
	if err != nil {
		fmt.Fprintln(p.out)
		return "", err
	}
	return strings.TrimSpace(text), nil
}

// Hidden asks for a line that the terminal does not show.
func (p *Prompt) Hidden(ctx context.Context, question lang.Text) (secret.String, error) {
	read := p.readLine
	restore, err := keyboard.Mute(p.in)
	switch {
	case err == nil:
		defer restore()
	case errors.Is(err, errors.ErrUnsupported):
		read = p.readPassword
	default:
		return secret.String{}, err
	}
	fmt.Fprint(p.out, question.In(p.lang))
	defer fmt.Fprintln(p.out)
	text, err := await(ctx, read)
	return secret.New(strings.TrimRight(text, "\r\n")), err
}

// readPassword reads a line and turns echo off meanwhile. If the context ends, that can
// happen after the modes were restored, so [Prompt.Hidden] prefers [keyboard.Mute].
func (p *Prompt) readPassword() (string, error) {
	text, err := term.ReadPassword(int(p.in.Fd()))
	return string(text), err
}

// readLine reads a line with its end. Ctrl-D after some text ends the line.
func (p *Prompt) readLine() (string, error) {
	text, err := p.lines.ReadString('\n')
	if text != "" {
		err = nil
	}
	return text, err
}

// await returns when read does or when the context ends. In the second case read keeps
// running, because nothing can stop it.
func await(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Yes asks a yes-or-no question. For an empty answer it returns otherwise.
func (p *Prompt) Yes(ctx context.Context, question lang.Text, otherwise bool) (bool, error) {
	choice := map[bool]string{true: "[Y/n] ", false: "[y/N] "}[otherwise]
	text, err := p.Line(ctx, lang.Text{EN: question.EN + " " + choice, ZH: question.In(lang.ZH) + choice})
	switch strings.ToLower(text) {
	case "":
		return otherwise && err == nil, err
	case "y", "yes":
		return true, nil
	}
	return false, nil
}

// Number asks for a number from 1 to n. For an empty answer it returns 1.
func (p *Prompt) Number(ctx context.Context, n int) (int, error) {
	for {
		text, err := p.Line(ctx, lang.Text{EN: "Number [1]: ", ZH: "编号 [1]："})
		if err != nil || text == "" {
			return 1, err
		}
		if i, err := strconv.Atoi(text); err == nil && i >= 1 && i <= n {
			return i, nil
		}
		p.Say(0, lang.Sprintf(lang.Text{EN: "Expected a number from 1 to %d.", ZH: "请输入 1 到 %d 之间的数字。"}, n))
	}
}
