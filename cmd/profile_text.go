package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// profileText is a profile for people: first what goes over the wire, then the inputs with
// their values, then the refusals. Guesses are printed where they apply. On a terminal it
// fits 80 columns.
func (r *root) profileText(p *profile.Profile) string {
	t := &profileProse{root: r, p: p}
	t.line(0, p.Name+"  "+r.in(p.TitleText()))
	if len(p.Extends) > 0 {
		t.line(0, t.in("extends ", "继承 ")+strings.Join(p.Extends, ", "))
	}
	for _, doc := range p.Docs {
		t.line(0, doc)
	}
	for _, s := range p.Steps() {
		t.section(s.Name + "  " + s.Provenance().In(r.language()))
		t.step(s)
	}
	t.table("scan", t.in("the vendor's script for QR codes", "厂商的二维码脚本"))
	t.table("reply", t.in("every response", "所有响应"), "ok", "code", "message", "trace")
	t.inputs()
	t.notOffered()
	t.refusals()
	return t.String()
}

type profileProse struct {
	*root
	strings.Builder
	p *profile.Profile
}

func (t *profileProse) in(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(t.language()) }

// line writes an indented text; wrapped lines have the same indent.
func (t *profileProse) line(indent int, text string) {
	fmt.Fprintf(t, "%s%s\n", strings.Repeat(" ", indent), terminal.Fit(t.Out, text, indent))
}

func (t *profileProse) section(title string) { fmt.Fprintf(t, "\n%s\n", title) }

// entry writes lines beside a label. It skips empty lines.
func (t *profileProse) entry(width int, label string, lines ...string) {
	for _, line := range lines {
		if line != "" {
			fmt.Fprintf(t, "  %s%s%s\n", label, strings.Repeat(" ", max(width-ansi.StringWidth(label), 0)+2), terminal.Fit(t.Out, line, width+4))
			label = ""
		}
	}
}

func (t *profileProse) inputs() {
	names := t.p.InputNames()
	if len(names) == 0 {
		return
	}
	t.section(t.in("inputs", "输入项"))
	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, name := range names {
		in := t.p.Inputs[name]
		value, from := t.p.Shown(name)
		vendor := ""
		if in.Vendor != "" && in.Vendor != name {
			vendor = t.in("the vendor's ", "厂商字段名 ") + in.Vendor
		}
		t.entry(width, name, strings.TrimSpace(value+"  ["+from.In(t.language())+"]"), vendor, lang.Text{EN: in.Help, ZH: in.HelpZH}.In(t.language()), t.guess(t.p.GuessOf(name)))
	}
}

// stepGroups are the keys of a step that are shown, in this order. Method and url are in
// the step's first line. Examples are only for the emulator.
var stepGroups = []string{
	"query", "headers", "form", "json", "sign", "read", "ok", "code", "message", "trace", "lifetime", "scan", "state", "callback",
}

func (t *profileProse) step(s *profile.Step) {
	members := t.under(s.Name)
	origin := ""
	for _, m := range members {
		if key := m.Path[1]; key == "url" || key == "method" && origin == "" {
			origin = t.origin(m)
		}
	}
	t.line(2, s.Method+" "+string(s.URL)+origin)
	t.groups(members, stepGroups)
	t.entry(len("callback"), t.in("needs", "需要"), strings.Join(needs(t.p, s), ", "))
	if guess := t.guess(s.GuessText()); guess != "" {
		t.line(2, guess)
	}
}

// table shows a table of the profile: the given keys, or all.
func (t *profileProse) table(name, title string, keys ...string) {
	members := t.under(name)
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
	t.section(name + "  " + title)
	t.groups(members, keys)
}

// under returns the members of a table of the profile.
func (t *profileProse) under(table string) []profile.Member {
	return slices.DeleteFunc(t.p.Members(), func(m profile.Member) bool { return m.Path[0] != table || len(m.Path) < 2 })
}

// origin is the place in the user's files that sets a member, "" for a built-in one.
func (t *profileProse) origin(m profile.Member) string {
	if !m.Own {
		return ""
	}
	return "  [" + m.From.String() + "]"
}

// groups shows members grouped by their second key.
func (t *profileProse) groups(members []profile.Member, keys []string) {
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
			lines = append(lines, text+t.origin(m))
		}
		t.entry(len("callback"), key, lines...)
	}
}

func (t *profileProse) notOffered() {
	if len(t.p.NotOffered) == 0 {
		return
	}
	t.section(t.in("not offered", "不提供"))
	for _, name := range profile.StepNames {
		if why, ok := t.p.NotOffered[name]; ok {
			t.entry(len("authorize"), name, why.Text().In(t.language()))
		}
	}
}

func (r *root) guess(g lang.Text) string { return r.in(profile.Unverified(g)) }

// refusals shows the vendor's codes. A question mark marks a guess.
func (t *profileProse) refusals() {
	var from []string // the origin of each refusal
	for _, m := range t.under("refusals") {
		if m.Path[2] == "code" {
			from = append(from, t.origin(m))
		}
	}
	var rows [][2]string // code and kind, meaning
	var guesses []string
	guessed, codes := 0, 0
	for _, refusal := range t.p.Refusals {
		codes = max(codes, ansi.StringWidth(refusal.CodeText()))
	}
	for i, refusal := range t.p.Refusals {
		code, mark := printable.Text(refusal.CodeText()), ""
		if guess := t.guess(refusal.GuessText()); guess != "" {
			guessed++
			mark = " ?"
			if !slices.Contains(guesses, guess) {
				guesses = append(guesses, guess)
			}
		}
		label := code + strings.Repeat(" ", max(codes-ansi.StringWidth(code), 0)+2) + refusal.Kind + mark
		rows = append(rows, [2]string{label, refusal.Text().In(t.language()) + from[i]})
	}
	t.section(fmt.Sprintf(t.in("known refusals: %d, unverified: %d", "已知错误码 %d 个，其中 %d 个为推测"), len(rows), guessed))
	width := 0
	for _, row := range rows {
		width = max(width, ansi.StringWidth(row[0]))
	}
	const widest = 30 // columns that leave room for a meaning beside them
	for _, row := range rows {
		if width <= widest {
			t.entry(width, row[0], row[1])
			continue
		}
		t.line(2, row[0])
		t.line(6, row[1])
	}
	for _, guess := range guesses {
		t.line(2, "? "+guess)
	}
}
