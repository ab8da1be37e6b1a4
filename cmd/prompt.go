package cmd

import (
	"bufio"
	"context"
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

// prompter asks a person at a terminal. If the context ends, a question returns the
// context's error. At the end of input (Ctrl-D) it returns io.EOF.
type prompter struct {
	ctx   context.Context
	in    *os.File // a terminal
	lines *bufio.Reader
	out   io.Writer
	lang  lang.Lang
}

// say prints an indented line of a dialogue.
func (p *prompter) say(indent int, t lang.Text) {
	fmt.Fprintf(p.out, "%s%s\n", strings.Repeat(" ", indent), terminal.Fit(p.out, printable.Text(t.In(p.lang)), indent))
}

// line asks for one line and returns it without surrounding spaces.
func (p *prompter) line(question lang.Text) (string, error) {
	fmt.Fprint(p.out, question.In(p.lang))
	var text string
	err := p.await(func() (err error) {
		text, err = p.lines.ReadString('\n')
		if text != "" { // Ctrl-D after some text ends the line
			err = nil
		}
		return err
	})
	if err != nil {
		fmt.Fprintln(p.out)
		return "", err
	}
	return strings.TrimSpace(text), nil
}

// hidden asks for a line that the terminal does not show.
func (p *prompter) hidden(question lang.Text) (secret.String, error) {
	restore, err := keyboard.Mute(p.in)
	if err != nil {
		return secret.String{}, err
	}
	defer restore()
	fmt.Fprint(p.out, question.In(p.lang))
	defer fmt.Fprintln(p.out)
	var text []byte
	err = p.await(func() (err error) {
		text, err = term.ReadPassword(int(p.in.Fd()))
		return err
	})
	if err != nil { // the read may still be writing to text
		return secret.String{}, err
	}
	return secret.New(string(text)), nil
}

// await returns when read does or when the context ends. In the second case read keeps
// running, because nothing can stop it.
func (p *prompter) await(read func() error) error {
	done := make(chan error, 1)
	go func() { done <- read() }()
	select {
	case err := <-done:
		return err
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

// yes asks a yes-or-no question. For an empty answer it returns otherwise.
func (p *prompter) yes(question lang.Text, otherwise bool) (bool, error) {
	choice := map[bool]string{true: "[Y/n] ", false: "[y/N] "}[otherwise]
	text, err := p.line(lang.Text{EN: question.EN + " " + choice, ZH: question.In(lang.ZH) + choice})
	switch strings.ToLower(text) {
	case "":
		return otherwise && err == nil, err
	case "y", "yes":
		return true, nil
	}
	return false, nil
}

// number asks for a number from 1 to n. For an empty answer it returns 1.
func (p *prompter) number(n int) (int, error) {
	for {
		text, err := p.line(lang.Text{EN: "Number [1]: ", ZH: "编号 [1]："})
		if err != nil || text == "" {
			return 1, err
		}
		if i, err := strconv.Atoi(text); err == nil && i >= 1 && i <= n {
			return i, nil
		}
		p.say(0, lang.Sprintf(lang.Text{EN: "Expected a number from 1 to %d.", ZH: "请输入 1 到 %d 之间的数字。"}, n))
	}
}
