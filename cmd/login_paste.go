package cmd

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
)

// maxPaste is the longest paste in bytes: more than any browser's address.
const maxPaste = 64 << 10

// paste reads a redirect that a person or a program enters instead of the browser.
type paste struct {
	view    *waitView
	next    func(context.Context) (string, error) // reads the next paste; nil if there is no input
	again   bool                                  // after a wrong paste, one can try again
	restore func()                                // restores the terminal
}

// newPaste reads from the terminal, if there is one and no flag reads a value from it.
// With --paste, standard input may also be a pipe.
func (r *root) newPaste(v *waitView) (*paste, error) {
	p := &paste{view: v, restore: func() {}}
	if v.paste && r.stdin {
		return nil, usagef(lang.Text{EN: "only one value can come from standard input", ZH: "只有一个值能从标准输入读取"})
	}
	keys, restore := r.keys()
	if _, _, seen := r.drawable(); keys != nil && seen {
		v.typing, p.again, p.restore = true, true, restore
		p.next = func(ctx context.Context) (string, error) { return typedLine(ctx, keys, v.setTyped) }
		return p, nil
	}
	restore()
	if v.paste {
		r.stdin = true
		_, p.again = r.terminalIn()
		lines := bufio.NewReader(r.In)
		p.next = func(ctx context.Context) (string, error) { return readLine(ctx, lines) }
	}
	return p, nil
}

// typedLine collects keys until Enter. It reports only how many were typed, because the
// text contains a code and is not shown.
func typedLine(ctx context.Context, keys <-chan byte, typed func(int)) (string, error) {
	const enter, newline, erase, backspace, drop = '\r', '\n', 0x7f, 0x08, 0x15
	var line []byte
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case key := <-keys:
			switch {
			case key == enter || key == newline:
				if len(line) > 0 {
					typed(0)
					return string(line), nil
				}
			case key == erase || key == backspace:
				line = line[:max(0, len(line)-1)]
			case key == drop:
				line = line[:0]
			case len(line) <= maxPaste: // one byte more, so that it is reported as too long
				line = append(line, key)
			}
			typed(len(line))
		}
	}
}

// readLine reads the next line that is not empty.
func readLine(ctx context.Context, in *bufio.Reader) (string, error) {
	type line struct {
		text string
		err  error
	}
	read := make(chan line, 1)
	go func() {
		for {
			text, err := limitedLine(in)
			if text = strings.TrimSpace(text); text != "" || err != nil {
				read <- line{text, err}
				return
			}
		}
	}()
	select {
	case <-ctx.Done(): // Ctrl-C, or the browser was quicker
		return "", ctx.Err()
	case got := <-read:
		switch {
		case got.text != "":
			return got.text, nil
		case got.err == io.EOF:
			return "", usagef(lang.Text{EN: "standard input ended without an address", ZH: "标准输入里没有地址"})
		}
		return "", usagef(lang.Text{EN: "standard input: %v", ZH: "标准输入：%v"}, got.err)
	}
}

// limitedLine reads a line, but at most maxPaste+1 bytes, which is reported as too long.
func limitedLine(in *bufio.Reader) (string, error) {
	var line strings.Builder
	for line.Len() <= maxPaste {
		b, err := in.ReadByte()
		if err != nil || b == '\n' {
			return line.String(), err
		}
		line.WriteByte(b)
	}
	return line.String(), nil
}

// stray handles a paste that is not the redirect. On a terminal it prints why and returns
// nil, so that the person can try again.
func (p *paste) stray(err error) error {
	if !p.again {
		return err
	}
	if stray := (*loopback.StrayError)(nil); errors.As(err, &stray) {
		p.view.tell(p.view.r.notTaken(stray, lang.Text{EN: "Paste again.", ZH: "请重新粘贴。"}))
	}
	return nil
}
