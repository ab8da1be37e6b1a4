// Package terminal writes for a person at a terminal: sentences that fit its width, and
// lines that are redrawn in place.
//
// Make a [Console] for stderr; its methods print what a person reads. [Fit] wraps a text
// for any other writer.
package terminal

import (
	"fmt"
	"io"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// Size returns the size of the terminal behind w; ok is false if w is not a terminal.
func Size(w io.Writer) (columns, rows int, ok bool) {
	f, isFile := w.(file)
	if !isFile {
		return 0, 0, false
	}
	columns, rows, err := term.GetSize(int(f.Fd()))
	return columns, rows, err == nil
}

type file interface{ Fd() uintptr }

// Console is stderr, as a person sees it.
type Console struct {
	W     io.Writer
	Lang  lang.Lang
	Quiet bool  // print only warnings, and what a person must act on
	Dumb  bool  // the terminal does not support escape sequences
	Held  *Held // output that waits while something is redrawn; may be nil
}

// In returns t in the person's language.
func (c Console) In(t lang.Text) string { return t.In(c.Lang) }

// Size returns the size of the terminal; drawable is false if there is none or it does not
// support escape sequences, so that nothing can be redrawn.
func (c Console) Size() (columns, rows int, drawable bool) {
	columns, rows, ok := Size(c.W)
	return columns, rows, ok && !c.Dumb && escapes(c.W.(file).Fd())
}

// Printf prints a line, unless Quiet. It does not wrap the line.
func (c Console) Printf(format string, args ...any) {
	if !c.Quiet {
		fmt.Fprintf(c.W, format+"\n", args...)
	}
}

// Say prints a text, unless Quiet.
func (c Console) Say(t lang.Text) { c.Printf("%s", Fit(c.W, c.In(t), 0)) }

// Warn prints a warning, even if Quiet.
func (c Console) Warn(t lang.Text) {
	label := c.In(lang.Text{EN: "warning: ", ZH: "警告："})
	fmt.Fprintln(c.W, label+Fit(c.W, printable.Text(c.In(t)), ansi.StringWidth(label)))
}
