package profiletext

import (
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Catalog is a page of documentation in Markdown about several profiles: a table that says
// where the knowledge of their calls comes from, and a section for each profile.
type Catalog struct {
	Profiles []*profile.Profile
	Lang     lang.Lang
	Head     string // the text before the table
}

// Text returns the page.
func (c Catalog) Text() string {
	w := &catalogWriter{lang: c.Lang}
	w.WriteString(c.Head + "\n")
	w.row(w.in(lang.Text{EN: "profile", ZH: "接入配置"}), w.in(lang.Text{EN: "documented", ZH: "有文档"}), w.in(lang.Text{EN: "from public code", ZH: "来自公开代码"}), w.in(lang.Text{EN: "guessed", ZH: "推测"}))
	w.row("---", "---", "---", "---")
	for _, p := range c.Profiles {
		w.row("["+w.in(p.TitleText())+"](#"+p.Name+")", sources(p, profile.SourceDoc, profile.SourceProbe), sources(p, profile.SourceCode), sources(p, profile.SourceGuess))
	}
	for _, p := range c.Profiles {
		w.section(p)
	}
	return w.String()
}

// sources lists the steps whose source is one of those given. A partly guessed step has a
// question mark.
func sources(p *profile.Profile, known ...string) string {
	var names []string
	for _, s := range p.Steps() {
		if !slices.Contains(known, s.Source) {
			continue
		}
		name := string(s.Name)
		if s.Guess != "" && s.Source != profile.SourceGuess {
			name += "?"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// catalogWriter builds the text of a catalog.
type catalogWriter struct {
	strings.Builder
	lang lang.Lang
}

func (w *catalogWriter) in(t lang.Text) string { return t.In(w.lang) }

// row writes a row of a table.
func (w *catalogWriter) row(cells ...string) {
	for _, cell := range cells {
		w.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
	}
	w.WriteString("|\n")
}

// section writes the title of a profile, its documents, calls and inputs, and what is
// uncertain or missing.
func (w *catalogWriter) section(p *profile.Profile) {
	fmt.Fprintf(w, "\n## %s\n\n%s\n\n", p.Name, w.in(p.TitleText()))
	for _, doc := range p.Docs {
		fmt.Fprintf(w, "- <%s>\n", doc)
	}
	w.WriteString("\n")
	w.row(w.in(lang.Text{EN: "call", ZH: "调用"}), w.in(lang.Text{EN: "request", ZH: "请求"}), w.in(lang.Text{EN: "how it is known", ZH: "依据"}))
	w.row("---", "---", "---")
	for _, s := range p.Steps() {
		request := "-"
		if s.Sends() {
			request = "`" + s.Method + " " + string(s.URL) + "`"
		}
		w.row("`"+string(s.Name)+"`", request, w.in(s.Provenance()))
	}
	w.WriteString("\n")
	w.row(w.in(lang.Text{EN: "input", ZH: "输入项"}), w.in(lang.Text{EN: "the vendor's name", ZH: "厂商字段名"}), w.in(lang.Text{EN: "default", ZH: "默认值"}), w.in(lang.Text{EN: "meaning", ZH: "含义"}))
	w.row("---", "---", "---", "---")
	for _, name := range p.InputNames() {
		w.input(name, p.Inputs[name])
	}
	w.notes(p)
	fmt.Fprintf(w, "\n%s\n", w.in(lang.Sprintf(lang.Text{EN: "The vendor's error codes (%d): `ssoctl explain --list -p %s`", ZH: "厂商错误码（%d 个）：`ssoctl explain --list -p %s`"}, len(p.Codes()), p.Name)))
}

func (w *catalogWriter) input(name string, in profile.Input) {
	value := ""
	switch {
	case in.Default != "":
		value = "`" + string(in.Default) + "`"
	case in.Required:
		value = w.in(lang.Text{EN: "required", ZH: "必填"})
	}
	w.row("`"+name+"`", in.Vendor, value, w.in(lang.Text{EN: in.Help, ZH: in.HelpZH}))
}

// notes lists what is uncertain, and why steps are not offered.
func (w *catalogWriter) notes(p *profile.Profile) {
	var notes []string
	for _, s := range p.Steps() {
		if guess := w.in(profile.Unverified(s.GuessText())); guess != "" {
			notes = append(notes, "`"+string(s.Name)+"`: "+guess)
		}
	}
	for _, name := range p.InputNames() {
		if guess := w.in(profile.Unverified(p.GuessOf(name))); guess != "" {
			notes = append(notes, "`"+name+"`: "+guess)
		}
	}
	for _, name := range profile.KnownSteps {
		if why, ok := p.NotOffered[name]; ok {
			notes = append(notes, "`"+string(name)+"`: "+w.in(why.Text()))
		}
	}
	if len(notes) > 0 {
		w.WriteString("\n- " + strings.Join(notes, "\n- ") + "\n")
	}
}
