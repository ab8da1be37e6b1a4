package cmd

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/kballard/go-shellquote"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
	"ssoctl/pkg/trust"
)

// preview says what a project's configuration would do, so that a person can decide. All
// text from the file is made printable.
func (r *root) preview(path string, f trust.File) (string, error) {
	src, err := withoutProject(r.sources())
	if err != nil {
		return "", err
	}
	if src.Project, err = parseProject(path, f); err != nil {
		return "", err
	}
	effects, err := profile.Effects(src, r.fromEnv)
	if err != nil {
		return "", err
	}
	p := previewer{root: r, path: path, dir: filepath.Dir(f.Path), to: map[string]*destination{}}
	p.line(0, f.Path)
	p.profiles(effects, src)
	p.destinations(effects)
	p.references(src.Project)
	p.exposed()
	return strings.TrimRight(p.b.String(), "\n") + "\n", nil
}

type previewer struct {
	*root
	b    strings.Builder
	path string // as the user names the file
	dir  string // the folder of the file itself, after symbolic links
	to   map[string]*destination
}

// destination is what is sent to one scheme and host.
type destination struct {
	origin  string
	named   bool                           // the file names this address
	secrets map[string]map[string]struct{} // descriptions of secrets, by profile
	yours   map[string]struct{}            // descriptions of the user's own secrets
}

func (p *previewer) heading(en, zh string) {
	p.b.WriteString("\n" + printable.Text(p.in(lang.Text{EN: en, ZH: zh})) + "\n")
}

// line writes an indented line, which may wrap.
func (p *previewer) line(indent int, text string) {
	p.b.WriteString(strings.Repeat(" ", indent) + terminal.Fit(p.Err, printable.Text(text), indent) + "\n")
}

// row writes a line of two columns.
func (p *previewer) row(indent, width int, first, second string) {
	first = printable.Text(first)
	gap := max(0, width-ansi.StringWidth(first)) + 2
	at := indent + max(width, ansi.StringWidth(first)) + 2
	p.b.WriteString(strings.Repeat(" ", indent) + first + strings.Repeat(" ", gap) + terminal.Fit(p.Err, printable.Text(second), at) + "\n")
}

func (p *previewer) profiles(effects []profile.Effect, src profile.Sources) {
	p.heading("Profiles", "接入配置")
	if len(effects) == 0 {
		p.line(2, p.in(lang.Text{EN: "none", ZH: "无"}))
	}
	width := widest(effects, func(e profile.Effect) string { return distinct(e.Name) })
	for _, e := range effects {
		p.row(2, width, distinct(e.Name), p.in(whatOf(e)))
	}
	user := src
	user.Project = nil
	if name := src.DefaultName(); name != user.DefaultName() {
		p.line(2, p.in(lang.Text{EN: "without -p: " + distinct(name), ZH: "不加 -p 时使用：" + distinct(name)}))
	}
}

// widest is the width of a first column, limited to leave room for the second.
func widest[T any](rows []T, text func(T) string) (width int) {
	const most = 20
	for _, row := range rows {
		width = max(width, ansi.StringWidth(printable.Text(text(row))))
	}
	return min(width, most)
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

// whatOf says what the file does to one profile.
func whatOf(e profile.Effect) (t lang.Text) {
	keys := strings.Join(e.Changed, ", ")
	switch {
	case e.Err != nil:
		err := lang.Of(e.Err)
		return lang.Text{EN: "cannot be used: " + err.EN, ZH: "无法使用：" + err.In(lang.ZH)}
	case e.Was == "own":
		t = lang.Text{EN: "changes yours: " + keys, ZH: "改动你自己的：" + keys}
	case e.Was != "":
		t = lang.Text{EN: "changes the built-in one: " + keys, ZH: "改动内置的：" + keys}
	case e.Extends != "":
		t = lang.Text{EN: "new, extends " + distinct(e.Extends), ZH: "新增，基于 " + distinct(e.Extends)}
	default:
		t = lang.Text{EN: "new", ZH: "新增"}
	}
	return t
}

// destinations lists the addresses, beginning with those that the file names.
func (p *previewer) destinations(effects []profile.Effect) {
	for _, e := range effects {
		for _, s := range e.Sends {
			p.collect(distinct(e.Name), s)
		}
	}
	if len(p.to) == 0 {
		return
	}
	p.heading("Sends to", "发送到")
	for _, d := range p.sorted() {
		where := d.origin
		if d.named {
			where += p.in(lang.Text{EN: "  (named in this file)", ZH: "（由此文件指定）"})
		}
		p.line(2, where)
		names := slices.Sorted(maps.Keys(d.secrets))
		width := widest(names, func(name string) string { return name })
		for _, name := range names {
			what := strings.Join(slices.Sorted(maps.Keys(d.secrets[name])), ", ")
			p.row(4, width, name, cmp.Or(what, p.in(lang.Text{EN: "no secrets", ZH: "没有密钥"})))
		}
	}
}

func (p *previewer) sorted() []*destination {
	return slices.SortedFunc(maps.Values(p.to), func(a, b *destination) int {
		if a.named != b.named {
			return map[bool]int{true: -1, false: 1}[a.named]
		}
		return strings.Compare(a.origin, b.origin)
	})
}

func (p *previewer) collect(name string, s profile.Sending) {
	origin := s.Origin
	if ascii := strconv.QuoteToASCII(origin); strings.Contains(ascii, `\`) { // letters may look like others
		origin = strings.Trim(ascii, `"`)
	}
	d := p.to[origin]
	if d == nil {
		d = &destination{origin: origin, secrets: map[string]map[string]struct{}{}, yours: map[string]struct{}{}}
		p.to[origin] = d
	}
	d.named = d.named || s.Named
	if d.secrets[name] == nil {
		d.secrets[name] = map[string]struct{}{}
	}
	for _, secret := range s.Secrets {
		text, yours := p.described(secret)
		d.secrets[name][text] = struct{}{}
		if yours {
			d.yours[text] = struct{}{}
		}
	}
}

// described names a secret and where its value comes from. yours reports whether it is the
// user's own.
func (p *previewer) described(s profile.Spent) (text string, yours bool) {
	place := func(t lang.Text) string { return s.Name + p.in(t) }
	switch from := s.From; {
	case s.Project && s.Reference != "":
		return place(lang.Text{EN: " (" + s.Reference + ")", ZH: "（" + s.Reference + "）"}), true
	case s.Project:
		return place(lang.Text{EN: " (in this file)", ZH: "（写在此文件里）"}), false
	case from.From == "file" || from.From == "environment":
		at := p.short(from.String())
		return place(lang.Text{EN: " (yours: " + at + ")", ZH: "（你的：" + at + "）"}), true
	case from.From == "default":
		return place(lang.Text{EN: " (default)", ZH: "（默认值）"}), false
	}
	if profile.IsIssued(s.Name) {
		return s.Name, false
	}
	return place(lang.Text{EN: " (no value yet)", ZH: "（尚无值）"}), false
}

// references lists what the file looks up on this machine.
func (p *previewer) references(f *profile.File) {
	refs := f.References()
	if len(refs) == 0 {
		return
	}
	p.heading("Looks up on this machine", "在本机读取")
	for _, ref := range refs {
		p.line(2, fmt.Sprintf("%s:%d  %s.%s = %s", p.path, ref.Line, distinct(ref.Profile), ref.Input, ref.Text))
		scheme, rest, _ := strings.Cut(ref.Text, ":")
		switch scheme {
		case "file":
			p.fileNote(rest)
		case "cmd":
			p.programNote(rest)
		}
	}
}

// fileNote says where a file is, if it is outside the project's folder.
func (p *previewer) fileNote(name string) {
	path := p.expand(name)
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		real = path
	}
	if !trust.Below(real, p.dir) {
		p.line(4, p.in(lang.Text{EN: "outside this folder: " + real, ZH: "不在此目录内：" + real}))
	}
}

// programNote says that a program runs, and which of its words are files of the project:
// the user is not asked again after these change.
func (p *previewer) programNote(line string) {
	p.line(4, p.in(lang.Text{EN: "runs this program, as you", ZH: "以你的身份运行这个程序"}))
	words, err := shellquote.Split(line)
	if err != nil {
		return
	}
	for i, word := range words {
		if i == 0 && !strings.ContainsRune(word, filepath.Separator) { // found by PATH
			continue
		}
		path := p.expand(word)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && trust.Below(path, p.dir) {
			p.line(4, p.in(lang.Text{
				EN: word + " is part of this project: it can change without asking you again",
				ZH: word + " 属于这个项目：它改动后不会再次询问",
			}))
		}
	}
}

// short is a path with ~ for the home folder.
func (p *previewer) short(path string) string {
	if home, _ := p.Env("HOME"); home != "" {
		if rest, below := strings.CutPrefix(path, home+string(filepath.Separator)); below {
			return filepath.Join("~", rest)
		}
	}
	return path
}

// expand resolves a path as references do.
func (p *previewer) expand(name string) string {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		home, _ := p.Env("HOME")
		return filepath.Join(home, rest)
	}
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(p.dir, name)
}

// exposed lists the user's own secrets that go to addresses that the file names. It is
// printed last, next to the question.
func (p *previewer) exposed() {
	for _, d := range p.sorted() {
		if !d.named || len(d.yours) == 0 {
			continue
		}
		names := strings.Join(slices.Sorted(maps.Keys(d.yours)), ", ")
		p.heading("This file sends your secrets to "+d.origin+":", "此文件会把你的密钥发送到 "+d.origin+"：")
		p.line(2, names)
	}
}
