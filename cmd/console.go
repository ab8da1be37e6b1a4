package cmd

import (
	"os"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/present"
	"ssoctl/pkg/qr"
	"ssoctl/pkg/terminal"
)

// console is stderr, as a person sees it.
func (r *root) console() terminal.Console {
	kind, _ := r.Env("TERM")
	return terminal.Console{W: r.Err, Lang: r.language(), Quiet: r.quiet, Dumb: kind == "dumb", Held: r.held}
}

// presenting is what a login needs from outside.
func (r *root) presenting() present.Deps {
	d := present.Deps{Console: r.console(), Style: r.qrStyle(), Now: r.Now, OpenBrowser: r.OpenBrowser}
	if !r.stdin && !r.quiet {
		d.Keyboard, _ = r.In.(*os.File)
	}
	return d
}

// qrStyle returns the style that suits the terminal: explicit colours if they are allowed,
// otherwise light on dark, or dark on light if COLORFGBG names a light background.
func (r *root) qrStyle() qr.Style {
	if _, _, tty := r.drawable(); tty && !r.noColor {
		return qr.Color
	}
	colours, _ := r.Env("COLORFGBG")
	if ground := colours[strings.LastIndexByte(colours, ';')+1:]; ground == "7" || ground == "15" {
		return qr.PlainLight
	}
	return qr.PlainDark
}

// drawable returns the size of the terminal on stderr; ok is false if nothing can be redrawn
// there.
func (r *root) drawable() (columns, rows int, ok bool) { return r.console().Size() }

// in returns t in the user's language.
func (r *root) in(t lang.Text) string { return t.In(r.language()) }

// say prints a text on stderr in the user's language, unless --quiet.
func (r *root) say(t lang.Text) { r.console().Say(t) }

// progress prints a line on stderr, unless --quiet.
func (r *root) progress(format string, args ...any) { r.console().Printf(format, args...) }

// warn prints a warning on stderr, even with --quiet.
func (r *root) warn(t lang.Text) { r.console().Warn(t) }
