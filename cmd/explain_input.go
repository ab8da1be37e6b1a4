package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"ssoctl/pkg/explain"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/regularfile"
	"ssoctl/pkg/terminal"
)

// pasted is the text to explain, which is read as a stream.
type pasted struct {
	in    io.Reader
	name  lang.Text // of the file or standard input; zero if the text is an argument
	size  int64     // in bytes; 0 if unknown
	typed bool      // whether a person types it on a terminal

	read  atomic.Int64
	start bytes.Buffer
}

// pasted returns the text that the arguments give, or the file or standard input that
// they name.
func (r *root) pasted(args []string) (*pasted, error) {
	word := args[0]
	if len(args) > 1 {
		return &pasted{in: strings.NewReader(strings.Join(args, " "))}, nil
	}
	if word == "-" {
		if err := r.takeStdin(); err != nil {
			return nil, err
		}
		_, typed := r.terminalIn()
		return &pasted{in: r.In, name: lang.Text{EN: "standard input", ZH: "标准输入"}, typed: typed}, nil
	}
	switch info, err := os.Stat(word); {
	case errors.Is(err, fs.ErrPermission):
		return nil, usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, word, withoutPath(err))
	case err != nil, info.IsDir(): // a folder may happen to have the name of a code
		return &pasted{in: strings.NewReader(word)}, nil
	case info.Mode().IsRegular():
		f, size, err := regularfile.Open(word)
		if err != nil {
			return nil, usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, word, withoutPath(err))
		}
		if size > explain.MaxText {
			f.Close()
			return nil, tooLong(lang.Text{EN: word, ZH: word})
		}
		return &pasted{in: f, name: lang.Text{EN: word, ZH: word}, size: size}, nil
	}
	return &pasted{in: &lateFile{path: word}, name: lang.Text{EN: word, ZH: word}}, nil
}

func (p *pasted) close() {
	if f, ok := p.in.(*os.File); ok && p.size > 0 {
		f.Close()
	}
}

// head returns the start of the text that was read, at most 1 MiB.
func (p *pasted) head() string { return strings.TrimSpace(p.start.String()) }

// Read reads the text, counts its bytes and keeps its first MiB.
func (p *pasted) Read(b []byte) (int, error) {
	const limit = 1 << 20
	n, err := p.in.Read(b)
	p.read.Add(int64(n))
	p.start.Write(b[:min(n, max(0, limit-p.start.Len()))])
	return n, err
}

// readPasted reads and explains the text. On a terminal it shows the progress.
func (r *root) readPasted(ctx context.Context, text *pasted, asked []*profile.Profile) (explain.Report, error) {
	drawn := r.showReading(text)
	report, err := explain.Read(ctx, terminal.Interruptible(ctx, text), asked)
	if ended := ctx.Err(); ended != nil { // Ctrl-C: the text was not read to its end
		err = ended
	}
	drawn()
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return report, err
	case errors.Is(err, explain.ErrTooLong):
		return report, tooLong(text.name)
	case err != nil:
		return report, usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, text.name, withoutPath(err))
	case report.Blank && !text.name.IsZero():
		return report, usagef(lang.Text{EN: "%s is empty", ZH: "%s：没有内容"}, text.name)
	case report.Blank:
		return report, usagef(lang.Text{EN: "there is no text to explain", ZH: "没有要解释的文本"})
	}
	return report, nil
}

func tooLong(name lang.Text) error {
	return usagef(lang.Text{EN: "%s: larger than %d MiB", ZH: "%s：超过 %d MiB"}, name, explain.MaxText>>20)
}

// showReading shows on a terminal how much was read, if reading takes long. end removes the
// progress line.
func (r *root) showReading(text *pasted) (end func()) {
	if text.typed {
		return func() {}
	}
	return r.console().Live(&reading{root: r, text: text, start: r.Now()}).Erase
}

// reading draws the progress of reading a text.
type reading struct {
	*root
	text  *pasted
	start time.Time
}

func (p *reading) Lines(int, int) []string {
	const short = 500 * time.Millisecond
	if p.Now().Sub(p.start) <= short || p.text.read.Load() == 0 {
		return nil
	}
	return []string{p.in(p.text.progress())}
}

func (p *reading) Above() string { return "" }

// progress says how much was read and how to stop.
func (p *pasted) progress() lang.Text {
	const mib = 1 << 20
	read := float64(p.read.Load()) / mib
	if p.size == 0 {
		return lang.Sprintf(lang.Text{EN: "%.1f MiB read, Ctrl-C stops", ZH: "已读取 %.1f MiB，按 Ctrl-C 停止"}, read)
	}
	size := float64(p.size) / mib
	return lang.Sprintf(lang.Text{
		EN: "%.1f of %.1f MiB read, Ctrl-C stops",
		ZH: "已读取 %.1f / %.1f MiB，按 Ctrl-C 停止",
	}, read, size)
}

// lateFile is opened by its first Read, because opening a pipe waits for its writer. It
// stays open until the process ends.
type lateFile struct {
	path string
	file *os.File
}

func (f *lateFile) Read(b []byte) (n int, err error) {
	if f.file == nil {
		if f.file, err = os.Open(f.path); err != nil {
			return 0, withoutPath(err)
		}
	}
	return f.file.Read(b)
}
