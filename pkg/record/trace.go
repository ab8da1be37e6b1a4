package record

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/terminal"
)

// Trace is the [Observer] that prints calls for people.
type Trace struct {
	W       io.Writer
	Lang    lang.Lang
	Columns int  // width of the terminal; 0 if W is not a terminal, so nothing is wrapped
	Members bool // also print the sources of the request in the profile, and failed expressions
	Paint   Paint
}

// Paint colours text. A nil function leaves it unchanged.
type Paint struct{ Title, Name, Good, Bad func(...string) string }

// NewPaint returns the colours for a terminal, none if they are not allowed.
func NewPaint(w io.Writer, allowed bool) Paint {
	r := lipgloss.NewRenderer(w)
	r.SetColorProfile(termenv.Ascii)
	if allowed {
		r.SetColorProfile(termenv.ANSI)
	}
	style := r.NewStyle()
	return Paint{
		Title: style.Bold(true).Render, Name: style.Foreground(lipgloss.Color("6")).Render,
		Good: style.Foreground(lipgloss.Color("2")).Render, Bad: style.Foreground(lipgloss.Color("1")).Render,
	}
}

func painted(paint func(...string) string, text string) string {
	if paint == nil || text == "" {
		return text
	}
	return paint(text)
}

// Limits of a body in a trace: lines, lines of HTML, and bytes.
const mostLines, mostHTML, mostText = 100, 8, 8 << 10

var (
	textBrowser    = lang.Text{EN: "open in a browser", ZH: "供浏览器打开"}
	textRedirect   = lang.Text{EN: "redirect from the browser", ZH: "浏览器返回"}
	textNoResponse = lang.Text{EN: "no response", ZH: "没有响应"}
	textSigned     = lang.Text{EN: "signed text: ", ZH: "签名原文："}
	textSignature  = lang.Text{EN: "signature: ", ZH: "签名："}
	textClaims     = lang.Text{EN: "decoded token: ", ZH: "令牌内容："}
)

// Begun prints the request of a call.
func (t *Trace) Begun(x *Call) {
	s, p := x.show(), sheet{Trace: t}
	switch x.Kind {
	case Opened:
		p.title("→ "+x.Step, textBrowser.In(t.Lang))
		p.address(s)
		p.fields(s.query, "=")
	case Returned:
		p.title("← "+x.Step, painted(t.outcome(x), textRedirect.In(t.Lang)))
		p.address(s)
		p.fields(s.query, "=")
		p.body(s.sent)
		if !s.problem.IsZero() {
			p.line("")
			p.text("", s.problem.In(p.Lang))
		}
	default:
		p.title("→ "+x.Step, x.Repeat.Text().In(t.Lang))
		p.address(s)
		p.fields(s.sent.header, ": ")
		p.body(s.sent)
	}
	for _, d := range s.signed {
		p.line("")
		p.text(named(textSigned.In(t.Lang), d), d.Text)
		p.text(named(textSignature.In(t.Lang), d), d.Value)
	}
	if t.Members {
		p.members(slices.Concat(s.members, s.failures)) // before a response, only a redirect has failures
	}
	p.flush()
}

// named adds the name of a signature to a label, unless it is the usual "sign".
func named(label string, d shownSignature) string {
	if d.Name == "sign" {
		return label
	}
	return "{" + d.Name + "} " + label
}

// Ended prints the response of a call and its timing.
func (t *Trace) Ended(x *Call) {
	s, p := x.show(), sheet{Trace: t}
	if s.status == 0 {
		p.title("← "+x.Step, painted(t.Paint.Bad, textNoResponse.In(t.Lang)))
		p.text("", s.problem.In(p.Lang))
	} else {
		p.title("← "+x.Step, painted(t.outcome(x), s.statusLine()))
		p.fields(s.got.header, ": ")
		p.body(s.got)
	}
	if t.Members {
		p.members(s.failures)
	}
	p.waterfall(x)
	p.flush()
}

func (t *Trace) outcome(x *Call) func(...string) string {
	if x.Err != nil {
		return t.Paint.Bad
	}
	return t.Paint.Good
}

// sheet collects text, so that flush can write it to W in one call.
type sheet struct {
	*Trace
	strings.Builder
}

func (p *sheet) flush() { io.WriteString(p.W, p.String()+"\n") } // W is stderr: no way to report an error

// title prints texts that need no escaping.
func (p *sheet) title(what, more string) {
	fmt.Fprintln(p, strings.TrimSpace(painted(p.Paint.Title, what)+"  "+more))
}

const margins = "  "

func (p *sheet) line(text string) { p.WriteString(strings.TrimRight(margins+text, " ") + "\n") }

// text prints a name and its value. On a terminal, it wraps a long value and indents it to
// the column where it starts. If the name takes up half the width, a long value starts on
// the next line.
func (p *sheet) text(name, text string) {
	if len(text) > mostText {
		text = start(text, mostText) + "…"
	}
	name = printable.Text(start(name, mostText))
	column := len(margins) + ansi.StringWidth(name)
	if p.Columns > 0 && 2*column > p.Columns && column+ansi.StringWidth(text) > p.Columns {
		p.line(painted(p.Paint.Name, strings.TrimRight(name, " ")))
		name, column = margins, 2*len(margins)
	}
	p.line(painted(p.Paint.Name, name) + p.wrapped(text, column))
}

// indented prints a line of JSON. If it wraps the line, it indents the following lines one
// level deeper.
func (p *sheet) indented(line string) {
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	p.line(indent + strings.TrimLeft(p.wrapped(line, len(margins)+len(indent)+2), " "))
}

// wrapped wraps text that starts at a column, and indents the other lines to it.
func (p *sheet) wrapped(text string, column int) string {
	return terminal.Break(printable.Text(text), p.Columns, column, "&,?=/}")
}

func (p *sheet) address(s shown) { p.text(s.method+" ", s.url) }

func (p *sheet) fields(list []Field, between string) {
	for _, f := range list {
		p.text(f.Name+between, f.Value)
	}
}

// body prints the body of a message and says what is missing.
func (p *sheet) body(m message) {
	if m.size == 0 {
		return
	}
	p.line("")
	b, most := m.body, mostLines
	if b.form == body.Page {
		most = mostHTML
	}
	lines := strings.Split(start(b.text, mostText), "\n")
	if b.text == "" {
		lines = nil
	}
	cut := len(lines) > most || len(b.text) > mostText || m.size > mostShown
	for _, line := range lines[:min(len(lines), most)] {
		switch before, after, named := strings.Cut(line, "="); {
		case named && b.form == body.Fields:
			p.text(before+"=", after)
		case b.form == body.JSON:
			p.indented(line)
		default:
			p.text("", line)
		}
	}
	if note := m.note(p.Lang, cut); note != "" {
		p.text("", note)
	}
	for _, claims := range b.claims {
		p.line("")
		p.text(textClaims.In(p.Lang), claims)
	}
}

// members prints which line of the profile each part was built from.
func (p *sheet) members(list []Member) {
	if len(list) == 0 {
		return
	}
	p.line("")
	var key, where int
	for _, m := range list {
		key, where = max(key, ansi.StringWidth(m.Key)), max(where, ansi.StringWidth(m.Where))
	}
	for _, m := range list {
		p.text(fmt.Sprintf("%-*s  %-*s  ", key, m.Key, where, m.Where), m.Template)
	}
}

// waterfall prints the time of each phase as a bar.
func (p *sheet) waterfall(x *Call) {
	const width = 40 // columns for the total time
	parts, total := x.Phases()
	if total <= 0 {
		return
	}
	p.line("")
	row := func(name, bar string, took float64) {
		label := phaseName(name).In(p.Lang)
		label += strings.Repeat(" ", max(0, 10-ansi.StringWidth(label)))
		p.line(painted(p.Paint.Name, label) + fmt.Sprintf("%9.1f ms  %s", took, bar))
	}
	for _, part := range parts {
		from := int(width * part.Start / total)
		length := max(1, int(width*(part.Start+part.Length)/total)-from)
		row(part.Name, strings.Repeat(" ", min(from, width-1))+strings.Repeat("▇", length), milliseconds(part.Length))
	}
	row("total", "", milliseconds(total))
}

func phaseName(name string) lang.Text {
	switch name {
	case "dns":
		return lang.Text{EN: "DNS", ZH: "域名解析"}
	case "connect":
		return lang.Text{EN: "connect", ZH: "建立连接"}
	case "tls":
		return lang.Text{EN: "TLS", ZH: "TLS 握手"}
	case "send":
		return lang.Text{EN: "send", ZH: "发送请求"}
	case "wait":
		return lang.Text{EN: "wait", ZH: "等待响应"}
	case "receive":
		return lang.Text{EN: "receive", ZH: "接收响应"}
	}
	return lang.Text{EN: "total", ZH: "合计"}
}
