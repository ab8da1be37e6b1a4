// Package profiletext shows profiles: one of them ([View]), or how two differ
// ([Comparison]), each as text for a person and as fields for a program. Secrets are
// redacted.
package profiletext

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// View shows one profile.
type View struct {
	Profile *profile.Profile
	Lang    lang.Lang
	Out     io.Writer // where the text will be printed, which decides its width
}

// Text lists the steps with their requests, then the inputs with their values, then the
// refusals. Guesses are shown where they apply.
func (v View) Text() string {
	p := v.Profile
	w := &writer{Prose: terminal.Prose{Out: v.Out}, p: p, lang: v.Lang}
	w.Line(0, p.Name+"  "+w.in(p.TitleText()))
	if len(p.Extends) > 0 {
		w.Line(0, w.in(lang.Sprintf(lang.Text{EN: "extends %s", ZH: "继承 %s"}, strings.Join(p.Extends, ", "))))
	}
	for _, doc := range p.Docs {
		w.Line(0, doc)
	}
	for _, s := range p.Steps() {
		w.section(s.Name.Table() + "  " + w.in(s.Provenance()))
		w.step(s)
	}
	w.table("make", lang.Text{EN: "values that are made for each request", ZH: "每次请求生成的值"})
	w.table("scan", lang.Text{EN: "the vendor's script for QR codes", ZH: "厂商的二维码脚本"})
	w.table("reply", lang.Text{EN: "every response", ZH: "所有响应"}, "ok", "code", "message", "trace")
	w.inputs()
	w.notOffered()
	w.refusals()
	return w.String()
}

// writer builds the text of a profile.
type writer struct {
	terminal.Prose
	p    *profile.Profile
	lang lang.Lang
}

func (w *writer) in(t lang.Text) string { return t.In(w.lang) }

func (w *writer) guess(g lang.Text) string { return w.in(profile.Unverified(g)) }

func (w *writer) section(title string) { fmt.Fprintf(w, "\n%s\n", title) }

// entry writes lines beside a label. It skips empty lines.
func (w *writer) entry(width int, label string, lines ...string) {
	for _, line := range lines {
		if line != "" {
			w.Row(2, width, label, line)
			label = ""
		}
	}
}

func (w *writer) inputs() {
	names := w.p.InputNames()
	if len(names) == 0 {
		return
	}
	w.section(w.in(lang.Text{EN: "inputs", ZH: "输入项"}))
	width := terminal.Widest(names...)
	for _, name := range names {
		in := w.p.Inputs[name]
		value, from := w.p.Shown(name)
		vendor := ""
		if in.Vendor != "" && in.Vendor != name {
			vendor = w.in(lang.Sprintf(lang.Text{EN: "the vendor's %s", ZH: "厂商字段名 %s"}, in.Vendor))
		}
		w.entry(width, name, strings.TrimSpace(value+"  ["+w.in(from)+"]"), vendor, w.in(lang.Text{EN: in.Help, ZH: in.HelpZH}), w.guess(w.p.GuessOf(name)))
	}
}

// stepKeys are the keys of a step that are shown below its first line, in this order. also
// and the examples, which only the emulator reads, are not shown.
var stepKeys = []string{
	"with", "query", "headers", "form", "json", "yields", "sign", "response", "read", "ok", "code", "message", "trace", "lifetime", "again", "scan", "state", "callback",
}

// keyWidth is the minimum width of the column of keys.
const keyWidth = len("callback")

func (w *writer) step(s *profile.Step) {
	members := w.members(s)
	from := ""
	for _, m := range members {
		if key := m.Path[1]; key == "url" || key == "method" && from == "" {
			from = origin(m)
		}
	}
	if s.Yields == nil {
		w.Line(2, s.Method+" "+string(s.URL)+from)
	}
	w.groups(keyWidth, members, stepKeys)
	w.entry(keyWidth, w.in(lang.Text{EN: "needs", ZH: "需要"}), strings.Join(needs(w.p, s), ", "))
	if guess := w.guess(s.GuessText()); guess != "" {
		w.Line(2, guess)
	}
}

// table shows a table of the profile: the given keys, or all.
func (w *writer) table(name string, title lang.Text, keys ...string) {
	members := w.under(name)
	if len(members) == 0 {
		return
	}
	if len(keys) == 0 {
		for _, m := range members {
			if !slices.Contains(keys, m.Path[1]) {
				keys = append(keys, m.Path[1])
			}
		}
	}
	w.section(name + "  " + w.in(title))
	w.groups(max(keyWidth, terminal.Widest(keys...)), members, keys)
}

// under returns the members of a table of the profile.
func (w *writer) under(table string) []profile.Member {
	return slices.DeleteFunc(w.p.Members(), func(m profile.Member) bool { return m.Path[0] != table || len(m.Path) < 2 })
}

// members returns the members of a step. Each path begins with the step's name, also that of
// [step.NAME].
func (w *writer) members(s *profile.Step) []profile.Member {
	var out []profile.Member
	for _, m := range w.p.Members() {
		if name, rest, ok := profile.StepOf(m.Path); ok && name == s.Name {
			m.Path = append([]string{string(name)}, rest...)
			out = append(out, m)
		}
	}
	return out
}

// groups shows members grouped by their second key.
func (w *writer) groups(width int, members []profile.Member, keys []string) {
	for _, key := range keys {
		var lines []string
		for _, m := range members {
			if m.Path[1] != key {
				continue
			}
			text := memberText(m)
			if len(m.Path) > 2 {
				text = printable.Text(strings.Join(m.Path[2:], ".")) + " = " + text
			}
			lines = append(lines, text+origin(m))
		}
		w.entry(width, key, lines...)
	}
}

func (w *writer) notOffered() {
	if len(w.p.NotOffered) == 0 {
		return
	}
	w.section(w.in(lang.Text{EN: "not offered", ZH: "不提供"}))
	for _, name := range profile.KnownSteps {
		if why, ok := w.p.NotOffered[name]; ok {
			w.entry(len(profile.StepAuthorize), string(name), w.in(why.Text()))
		}
	}
}
