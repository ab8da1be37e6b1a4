package project

import (
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
	"ssoctl/pkg/trust"
)

// Preview says what the file in Sources.Project would make ssoctl do: which profiles it adds
// or changes, where secrets are sent, and what it looks up on this machine.
type Preview struct {
	Path    string // of the file, as the user names it
	File    trust.File
	Sources profile.Sources
	Effects []profile.Effect // of the file on Sources
	Home    string           // the user's home folder, "" if unknown
	Lang    lang.Lang
	Out     io.Writer // where the text will be printed, which decides its width
}

// Text is the preview. All text from the file is made printable.
func (p Preview) Text() string {
	w := &writer{Preview: p, Prose: terminal.Prose{Out: p.Out}, dir: filepath.Dir(p.File.Path)}
	w.line(0, p.File.Path)
	w.profiles()
	to := w.destinations()
	w.sends(to)
	w.cache()
	w.references()
	w.exposed(to)
	return w.String()
}

// writer is a preview while it is written.
type writer struct {
	Preview
	terminal.Prose
	dir string // the folder of the file itself, after symbolic links
}

func (w *writer) in(t lang.Text) string { return t.In(w.Lang) }

func (w *writer) heading(t lang.Text) { w.WriteString("\n" + printable.Text(w.in(t)) + "\n") }

// line writes an indented line, which may wrap.
func (w *writer) line(indent int, text string) { w.Line(indent, printable.Text(text)) }

// row writes a line of two columns.
func (w *writer) row(indent, width int, first, second string) {
	w.Row(indent, width, printable.Text(first), printable.Text(second))
}

// columnOf returns the width of a first column, limited to leave room for the second.
func columnOf(texts []string) int {
	const most = 20
	width := 0
	for _, text := range texts {
		width = max(width, terminal.Widest(printable.Text(text)))
	}
	return min(width, most)
}

func (w *writer) profiles() {
	w.heading(lang.Text{EN: "Profiles", ZH: "接入配置"})
	if len(w.Effects) == 0 {
		w.line(2, w.in(lang.Text{EN: "none", ZH: "无"}))
	}
	var names []string
	for _, e := range w.Effects {
		names = append(names, distinct(e.Name))
	}
	width := columnOf(names)
	for i, e := range w.Effects {
		w.row(2, width, names[i], w.in(whatOf(e)))
	}
	user := w.Sources
	user.Project = nil
	if name := w.Sources.DefaultName(); name != user.DefaultName() {
		w.line(2, w.in(lang.Sprintf(lang.Text{EN: "without -p: %s", ZH: "不加 -p 时使用：%s"}, distinct(name))))
	}
}

// whatOf says what the file does to one profile.
func whatOf(e profile.Effect) lang.Text {
	keys := strings.Join(e.Changed, ", ")
	switch {
	case e.Err != nil:
		return lang.Sprintf(lang.Text{EN: "cannot be used: %v", ZH: "无法使用：%v"}, e.Err)
	case e.Was == "own":
		return lang.Text{EN: "changes yours: " + keys, ZH: "改动你自己的：" + keys}
	case e.Was != "":
		return lang.Text{EN: "changes the built-in one: " + keys, ZH: "改动内置的：" + keys}
	case e.Extends != "":
		return lang.Text{EN: "new, extends " + distinct(e.Extends), ZH: "新增，基于 " + distinct(e.Extends)}
	}
	return lang.Text{EN: "new", ZH: "新增"}
}

// distinct writes a profile's name so that it cannot be mistaken for another: characters
// that are neither ASCII nor Chinese are escaped, because many look like Latin letters.
func distinct(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r < utf8.RuneSelf || unicode.Is(unicode.Han, r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}
