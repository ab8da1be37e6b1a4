package present

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// Paste waits until a person or a program enters the redirect, or the code alone. Nothing
// listens. It reads the keyboard or, without one, lines of In.
type Paste struct {
	Browser
	In    io.Reader
	Retry bool // In is a terminal: after a wrong line, one can try again
}

// Catch implements [Catcher].
func (p Paste) Catch(ctx context.Context, f login.Flow) (login.Caught, error) {
	v := p.newView(f)
	defer v.close()
	v.pasteOnly, f.PasteOnly = true, true
	f.View, f.Strays, f.Paster = v, v.strays(), v
	if v.keys == nil {
		f.Paster = &lines{view: v, in: bufio.NewReader(p.In), retry: p.Retry}
	}
	return f.Code(ctx)
}

// maxPaste is the longest paste in bytes: more than any browser's address.
const maxPaste = 64 << 10

// Next implements [login.Paster]: it collects keys until Enter. It shows only how many were
// typed, because the text contains a code.
func (v *browserView) Next(ctx context.Context) (string, error) {
	const enter, newline, erase, backspace, drop = '\r', '\n', 0x7f, 0x08, 0x15
	var line []byte
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case key := <-v.keys:
			switch {
			case key == enter || key == newline:
				if len(line) > 0 {
					v.setTyped(0)
					return string(line), nil
				}
			case key == erase || key == backspace:
				line = line[:max(0, len(line)-1)]
			case key == drop:
				line = line[:0]
			case len(line) <= maxPaste: // one byte more, so that it is reported as too long
				line = append(line, key)
			}
			v.setTyped(len(line))
		}
	}
}

// Wrong implements [login.Paster]: it prints why a paste is not the redirect, so that the
// person can try again.
func (v *browserView) Wrong(err error) error {
	if stray := (*loopback.StrayError)(nil); errors.As(err, &stray) {
		v.tell(notTaken(stray, lang.Text{EN: "Paste again.", ZH: "请重新粘贴。"}))
	}
	return nil
}

// lines reads pastes from an input that is not the keyboard.
type lines struct {
	view  *browserView
	in    *bufio.Reader
	retry bool
}

// Wrong implements [login.Paster]. It ends the login if nobody can try again.
func (l *lines) Wrong(err error) error {
	if !l.retry {
		return err
	}
	return l.view.Wrong(err)
}

// Next implements [login.Paster]: it reads the next line that is not empty.
func (l *lines) Next(ctx context.Context) (string, error) {
	type line struct {
		text string
		err  error
	}
	read := make(chan line, 1)
	go func() {
		for {
			text, err := l.limited()
			if text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff")); text != "" || err != nil {
				read <- line{text, err}
				return
			}
		}
	}()
	select {
	case <-ctx.Done(): // Ctrl-C, or the time is over
		return "", ctx.Err()
	case got := <-read:
		switch {
		case got.text != "":
			return got.text, nil
		case got.err == io.EOF:
			return "", failure.Usagef(lang.Text{EN: "standard input ended without an address", ZH: "标准输入里没有地址"})
		}
		return "", failure.Usagef(lang.Text{EN: "standard input: %v", ZH: "标准输入：%v"}, got.err)
	}
}

// limited reads a line, but at most maxPaste+1 bytes, which is reported as too long.
func (l *lines) limited() (string, error) {
	var line strings.Builder
	for line.Len() <= maxPaste {
		b, err := l.in.ReadByte()
		if err != nil || b == '\n' {
			return line.String(), err
		}
		line.WriteByte(b)
	}
	return line.String(), nil
}
