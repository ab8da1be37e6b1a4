package cmd

import (
	"bytes"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/ci"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/private"
	"ssoctl/pkg/qr"
	"ssoctl/pkg/record"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// printer prints for commands: results to stdout, everything else to stderr.
type printer struct {
	stdout, stderr io.Writer
	commands       io.Writer // stderr, for lines that a CI system's runner obeys
	env            func(string) (string, bool)

	formatName, jq, lang string // flags
	quiet, noColor       bool

	format  render.Format // "" until [printer.prepare]
	ci      render.ForCI
	held    *terminal.Held
	delayed bool         // results wait until [printer.flush]
	waiting bytes.Buffer // results

	openFiles []string // see warnOfOpenFile
}

func newPrinter(a *App) *printer {
	p := &printer{stdout: a.Out, stderr: a.Err, commands: a.Err, env: a.Env, ci: render.ForCI{Job: &ci.Job{Env: a.Env, Rand: a.Rand}}}
	if p.ci.Runner = ci.Environment(a.Env).Annotates(); p.ci.Runner {
		p.stderr = &ci.Guard{W: a.Err}
	}
	return p
}

func (p *printer) flags(f *pflag.FlagSet) {
	f.StringVarP(&p.formatName, "output", "o", "text", "")
	f.StringVar(&p.jq, "jq", "", "")
	f.StringVar(&p.lang, "lang", "", "")
	f.BoolVar(&p.noColor, "no-color", false, "")
	f.BoolVarP(&p.quiet, "quiet", "q", false, "")
}

// prepare checks the flags.
func (p *printer) prepare() error {
	if v, _ := p.env("NO_COLOR"); v != "" { // no-color.org: an empty value does not count
		p.noColor = true
	}
	if p.lang != "" && p.lang != string(lang.EN) && p.lang != string(lang.ZH) {
		return failure.Usagef(lang.Text{EN: "--lang %s: expected en or zh", ZH: "--lang %s：只能是 en 或 zh"}, p.lang)
	}
	var err error
	if p.format, err = render.ParseFormat(p.formatName); err != nil {
		return err
	}
	return p.options().Check()
}

// wantsJSON reports whether -o json is given, even if prepare was not reached.
func (p *printer) wantsJSON() bool {
	return p.format == render.JSON || p.format == "" && p.formatName == string(render.JSON)
}

// language is the language of --lang, or of the locale.
func (p *printer) language() lang.Lang {
	if p.lang != "" {
		return lang.Lang(p.lang)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v, ok := p.env(name); ok && v != "" {
			return lang.FromLocale(v)
		}
	}
	return lang.EN
}

// in returns t in the user's language.
func (p *printer) in(t lang.Text) string { return t.In(p.language()) }

// console is stderr, as a person sees it.
func (p *printer) console() terminal.Console {
	kind, _ := p.env("TERM")
	return terminal.Console{W: p.stderr, Lang: p.language(), Quiet: p.quiet, Dumb: kind == "dumb", Held: p.held}
}

// drawable returns the size of the terminal on stderr; ok is false if nothing can be redrawn
// there.
func (p *printer) drawable() (columns, rows int, ok bool) { return p.console().Size() }

// say prints a text on stderr in the user's language, unless --quiet.
func (p *printer) say(t lang.Text) { p.console().Say(t) }

// progress prints a line on stderr, unless --quiet.
func (p *printer) progress(format string, args ...any) { p.console().Printf(format, args...) }

// warn prints a warning on stderr, even with --quiet.
func (p *printer) warn(t lang.Text) { p.console().Warn(t) }

// warnOfOpenFile warns once about the file of a secret that everybody on the machine can read or
// change.
func (p *printer) warnOfOpenFile(path string) {
	mode, open := private.OpenToAll(path)
	if !open || slices.Contains(p.openFiles, path) {
		return
	}
	p.openFiles = append(p.openFiles, path)
	p.warn(private.Exposed(path, mode))
}

// warnOfArgument warns about a secret on the command line, and says how to give it instead.
func (p *printer) warnOfArgument(what, instead lang.Text) {
	p.warn(lang.Sprintf(lang.Text{
		EN: "anyone on this machine can read %s from the process list; use %s",
		ZH: "本机任何人都能从进程列表里看到%s；请改用%s",
	}, what, instead))
}

// paint returns the colours for stderr: none if it is not a terminal or they are not allowed.
func (p *printer) paint() record.Paint { return record.NewPaint(p.stderr, p.colours()) }

// colours reports whether stderr is a terminal on which colours are allowed.
func (p *printer) colours() bool {
	_, _, tty := p.drawable()
	return tty && !p.noColor
}

// write prints the result of a command.
func (p *printer) write(c *cobra.Command, res render.Result) error {
	return p.writeTo(c, p.results(), res)
}

// writeNow prints the result of a command that keeps running.
func (p *printer) writeNow(c *cobra.Command, res render.Result) error {
	if err := p.writeTo(c, p.stdout, res); err != nil {
		return err
	}
	return p.ci.Job.Save()
}

func (p *printer) writeTo(c *cobra.Command, w io.Writer, res render.Result) error {
	if err := render.Write(c.Context(), w, res, p.options()); err != nil {
		return err
	}
	if p.format == render.Report {
		if exposed := p.ci.Exposed(res); len(exposed) > 0 {
			p.warn(lang.Sprintf(lang.Text{
				EN: "a dotenv report is not masked: everyone who can read the job's artifacts can read %s",
				ZH: "dotenv 报告不会脱敏：能读取该作业制品的人都能看到 %s",
			}, lang.List(exposed)))
		}
	}
	return nil
}

// options say how results are written. Tables have no border in a pipe, or if colours are off.
func (p *printer) options() render.Options {
	o := render.Options{Format: p.format, JQ: p.jq, Lang: p.language(), CI: p.ci}
	if columns, _, tty := terminal.Size(p.stdout); tty && !p.noColor {
		o.Width = columns
	}
	return o
}

func (p *printer) results() io.Writer {
	if p.delayed {
		return &p.waiting
	}
	return p.stdout
}

// flush prints the waiting results, and passes them on to the job that runs this step.
func (p *printer) flush() error {
	if _, err := p.waiting.WriteTo(p.stdout); err != nil {
		return err
	}
	return p.ci.Job.Save()
}

// qrStyle returns the style of QR codes that suits the terminal.
func (p *printer) qrStyle() qr.Style {
	ground, _ := p.env("COLORFGBG")
	return qr.StyleOf(p.colours(), ground)
}
