package explain

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

	"ssoctl/pkg/bom"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/regularfile"
	"ssoctl/pkg/terminal"
)

// Input is a text to explain, which is read as a stream.
type Input struct {
	In   io.Reader
	Name lang.Text // of the file or standard input; zero if the text is an argument
	// Typed means that a person types the text on a terminal, so no progress is shown.
	Typed bool

	text  io.Reader // of In, without a byte order mark; nil before the first Read
	size  int64     // in bytes; 0 if unknown
	read  atomic.Int64
	start bytes.Buffer
}

// Text returns an input of the text itself.
func Text(text string) *Input { return &Input{In: strings.NewReader(text)} }

// Open returns an input of the file that word names, or of word itself if it names none.
func Open(word string) (*Input, error) {
	name := lang.Text{EN: word, ZH: word}
	switch info, err := os.Stat(word); {
	case errors.Is(err, fs.ErrPermission):
		return nil, unreadable(name, err)
	case err != nil, info.IsDir(): // a folder may happen to have the name of a code
		return Text(word), nil
	case info.Mode().IsRegular():
		f, size, err := regularfile.Open(word)
		if err != nil {
			return nil, unreadable(name, err)
		}
		if size > MaxText {
			f.Close()
			return nil, tooLong(name)
		}
		return &Input{In: f, Name: name, size: size}, nil
	}
	return &Input{In: &terminal.LateFile{Path: word}, Name: name}, nil
}

func unreadable(name lang.Text, err error) error {
	return failure.Usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, name, failure.WithoutPath(err))
}

// Close closes the file.
func (p *Input) Close() {
	if f, ok := p.In.(*os.File); ok && p.size > 0 {
		f.Close()
	}
}

// Head returns the start of the text that was read, at most 1 MiB.
func (p *Input) Head() string { return strings.TrimSpace(p.start.String()) }

// Read reads the text, counts its bytes and keeps its first MiB.
func (p *Input) Read(b []byte) (int, error) {
	const limit = 1 << 20
	if p.text == nil {
		p.text = bom.Reader(p.In)
	}
	n, err := p.text.Read(b)
	p.read.Add(int64(n))
	p.start.Write(b[:min(n, max(0, limit-p.start.Len()))])
	return n, err
}

// Explain reads the input and returns what each profile recognises, as [Read] does. It shows
// the progress on the console. The error is a [failure.UsageError] or ctx.Err().
func (p *Input) Explain(ctx context.Context, profiles []*profile.Profile, console terminal.Console, now func() time.Time) (Report, error) {
	if !p.Typed {
		defer console.Live(&progress{input: p, console: console, now: now, start: now()}).Erase()
	}
	report, err := Read(ctx, terminal.Interruptible(ctx, p), profiles)
	if ended := ctx.Err(); ended != nil { // Ctrl-C: the text was not read to its end
		err = ended
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return report, err
	case errors.Is(err, ErrTooLong):
		return report, tooLong(p.Name)
	case err != nil:
		return report, unreadable(p.Name, err)
	case report.Blank && !p.Name.IsZero():
		return report, failure.Usagef(lang.Text{EN: "%s is empty", ZH: "%s：没有内容"}, p.Name)
	case report.Blank:
		return report, failure.Usagef(lang.Text{EN: "there is no text to explain", ZH: "没有要解释的文本"})
	}
	return report, nil
}

func tooLong(name lang.Text) error {
	return failure.Usagef(lang.Text{EN: "%s: larger than %d MiB", ZH: "%s：超过 %d MiB"}, name, MaxText>>20)
}

// progress draws how much of an input was read, if reading takes long.
type progress struct {
	input   *Input
	console terminal.Console
	now     func() time.Time
	start   time.Time
}

// Lines implements [terminal.Drawing].
func (p *progress) Lines(int, int) []string {
	const short = 500 * time.Millisecond
	if p.now().Sub(p.start) <= short || p.input.read.Load() == 0 {
		return nil
	}
	return []string{p.console.In(p.input.progress())}
}

// Above implements [terminal.Drawing].
func (p *progress) Above() string { return "" }

// progress says how much was read and how to stop.
func (p *Input) progress() lang.Text {
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
