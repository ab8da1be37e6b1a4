package manual

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/terminal"
)

// Page is the help of one command, in one language.
type Page struct {
	Lang     lang.Lang
	Long     string   // paragraphs
	Usage    []string // command lines
	Examples string   // lines, or ""
	Lists    []List   // of commands and flags
	More     string   // command line for help about subcommands, or ""
}

// List is a section of a page. Without rows it is left out.
type List struct {
	Title lang.Text
	Width int // of the first column
	Rows  []Row
}

// Row is a name and the text beside it.
type Row struct{ Name, Text string }

// Widths of the first column of a [List].
const (
	CommandWidth = 17
	FlagWidth    = 28
)

// Format lays out the page for a number of columns. Only examples may be wider: they are
// not wrapped, so that they can be copied.
func (p *Page) Format(columns int) string {
	l := layout{lang: p.Lang, columns: columns}
	l.paragraphs(p.Long)
	l.title(lang.Text{EN: "Usage", ZH: "用法"})
	for _, line := range p.Usage {
		l.WriteString("  " + line + "\n")
	}
	if p.Examples != "" {
		l.title(lang.Text{EN: "Examples", ZH: "示例"})
		l.WriteString(p.Examples + "\n")
	}
	for _, list := range p.Lists {
		l.list(list)
	}
	if p.More != "" {
		more := lang.Text{EN: "More about a command: ", ZH: "查看某个命令的用法："}
		fmt.Fprintf(&l, "\n%s%s\n", more.In(p.Lang), p.More)
	}
	return l.String()
}

// layout is a page while it is written.
type layout struct {
	strings.Builder
	lang    lang.Lang
	columns int
}

// title writes the heading of a section.
func (l *layout) title(t lang.Text) {
	colon := lang.Text{EN: ":", ZH: "："}
	fmt.Fprintf(l, "\n%s%s\n", t.In(l.lang), colon.In(l.lang))
}

// paragraphs writes a text and wraps its paragraphs. A paragraph that begins with a space
// is written unchanged.
func (l *layout) paragraphs(text string) {
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			l.WriteByte('\n')
		}
		if !strings.HasPrefix(paragraph, " ") {
			paragraph = terminal.Wrap(joined(paragraph), l.columns)
		}
		l.WriteString(paragraph + "\n")
	}
}

// joined joins the lines of a paragraph with spaces, but without one after Chinese.
func joined(paragraph string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(paragraph, "\n") {
		last, _ := utf8.DecodeLastRuneInString(b.String())
		if b.Len() > 0 && ansi.StringWidth(string(last)) < 2 {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return b.String()
}

// list writes names and, in a column beside them, their texts. A name that is wider than
// its column has its own line.
func (l *layout) list(list List) {
	if len(list.Rows) == 0 {
		return
	}
	l.title(list.Title)
	indent := strings.Repeat(" ", list.Width)
	for _, row := range list.Rows {
		name := row.Name
		if width := ansi.StringWidth(name); width+2 > list.Width {
			name += "\n" + indent
		} else {
			name += indent[width:]
		}
		text := terminal.Wrap(row.Text, max(l.columns-list.Width, 20))
		l.WriteString(name + strings.ReplaceAll(text, "\n", "\n"+indent) + "\n")
	}
}
