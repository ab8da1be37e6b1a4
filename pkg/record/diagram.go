package record

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// diagram is a sequence diagram. The names and each arrow are separate pictures, so that
// page breaks can fall between them. All lengths are in SVG units.
type diagram struct {
	Width  int
	Lanes  []lane
	Arrows []arrow
}

type lane struct {
	Name string
	X    int
}

type arrow struct {
	Words            string // the arrow as a sentence
	Label            string // text above the arrow, shortened to fit
	From, To, Middle int
	Head             string // points of the arrowhead
	// Class is good, dim, unsure, bad, unseen (ssoctl does not see this request), or of
	// (not an arrow, but the profile of the arrows below).
	Class string
}

// Left returns the left edge of the box around the name.
func (l lane) Left() int { return l.X - 70 }

const (
	laneGap, laneEdge = 220, 80 // between lanes, and outside the outer ones
	labelColumns      = 28      // width of a label that spans one gap
)

var (
	laneYou     = lang.Text{EN: "you", ZH: "你"}
	laneBrowser = lang.Text{EN: "browser", ZH: "浏览器"}
	laneUs      = lang.Text{EN: "ssoctl"}
	laneVendor  = lang.Text{EN: "vendor", ZH: "厂商"}

	textAddress = lang.Text{EN: "authorize URL", ZH: "授权地址"}
	textLater   = lang.Text{EN: "after the login", ZH: "登录之后"}
	textRefused = lang.Text{EN: "refused with %s", ZH: "拒绝：%s"}
	textDone    = lang.Text{EN: "done", ZH: "完成"}
)

// sequence builds a diagram from top to bottom.
type sequence struct {
	diagram
	lang  lang.Lang
	lanes []lang.Text // names of diagram.Lanes
}

// diagram draws all calls, between the command and its result.
func (p *reportPage) diagram() diagram {
	d := sequence{lang: p.Lang, lanes: []lang.Text{laneYou, laneUs, laneVendor}}
	if slices.ContainsFunc(p.shown, func(s shown) bool { return s.Kind == Returned }) {
		d.lanes = slices.Insert(d.lanes, 1, laneBrowser)
	}
	d.Width = (len(d.lanes)-1)*laneGap + 2*laneEdge
	for i, who := range d.lanes {
		name := who.In(p.Lang)
		if who == laneVendor && p.Vendor != "" {
			name = p.Vendor
		}
		d.Lanes = append(d.Lanes, lane{ansi.Truncate(printable.Text(name), 18, "…"), laneEdge + i*laneGap})
	}
	d.add(laneYou, laneUs, "", p.Command)
	of := p.Profile
	for i, s := range p.shown {
		if p.Profile == "" && s.Profile != of { // the report covers several profiles
			of = s.Profile
			d.Arrows = append(d.Arrows, arrow{Class: "of", Words: of, Label: of, To: d.Width, Middle: d.Width / 2})
		}
		if s.Kind == Opened && !cameBack(s, p.shown[i+1:]) { // perhaps nobody opened it
			d.add(laneUs, laneYou, "", s.Step+": "+textAddress.In(p.Lang))
			continue
		}
		d.draw(s, p.class(s))
	}
	if p.Error == "" {
		d.add(laneUs, laneYou, "good", textDone.In(p.Lang))
	} else {
		d.add(laneUs, laneYou, "bad", strings.TrimPrefix(p.Error, p.Profile+": "))
	}
	return d.diagram
}

// cameBack reports whether a browser returned from the URL that was opened.
func cameBack(opened shown, later []shown) bool {
	return slices.ContainsFunc(later, func(s shown) bool { return s.Kind == Returned && s.Profile == opened.Profile })
}

// draw adds the arrows of one call. class is the class of the response's arrow.
func (d *sequence) draw(s shown, class string) {
	path := pathOf(s.url)
	switch s.Kind {
	case Opened:
		d.add(laneUs, laneBrowser, "", s.Step+": "+textAddress.In(d.lang))
		d.add(laneBrowser, laneVendor, "unseen", s.method+" "+path)
		return
	case Returned:
		label := s.Step
		if s.Err != nil {
			label += ": " + s.problem.In(d.lang)
		}
		for _, f := range s.query {
			if f.Name == "error" {
				label = s.Step + ": error=" + f.Value
			}
		}
		d.add(laneVendor, laneBrowser, "unseen", textLater.In(d.lang))
		d.add(laneBrowser, laneUs, class, label)
		return
	}
	label := s.Step + ": " + s.method + " "
	d.add(laneUs, laneVendor, "", label+shortened(path, labelColumns-ansi.StringWidth(label)))
	d.Arrows[len(d.Arrows)-1].Words = d.words(laneUs, laneVendor, label+path)
	_, total := s.Phases()
	label = fmt.Sprintf("%d %s, %s", s.status, http.StatusText(s.status), took(total))
	switch {
	case s.status == 0:
		label = textNoResponse.In(d.lang) + ", " + took(total)
	case s.Code != "":
		label = fmt.Sprintf("%d, "+textRefused.In(d.lang), s.status, s.Code)
	}
	d.add(laneVendor, laneUs, class, label)
}

// shortened returns the end of a path, which says more than its start.
func shortened(path string, columns int) string {
	if ansi.StringWidth(path) <= columns {
		return path
	}
	for at := range path {
		if path[at] == '/' && ansi.StringWidth("…"+path[at:]) <= columns {
			return "…" + path[at:]
		}
	}
	return ansi.TruncateLeft(path, ansi.StringWidth(path)-columns+1, "…")
}

func pathOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	return "/" + path
}

// add adds an arrow between two lanes.
func (d *sequence) add(from, to lang.Text, class, label string) {
	a, b := slices.Index(d.lanes, from), slices.Index(d.lanes, to)
	label = printable.Text(strings.ReplaceAll(label, "\n", " "))
	x1, x2 := d.Lanes[a].X, d.Lanes[b].X
	d.Arrows = append(d.Arrows, arrow{
		Class: class, From: x1, To: x2, Middle: (x1 + x2) / 2, Head: head(x2, x2 < x1),
		Words: d.words(from, to, label),
		Label: ansi.Truncate(label, labelColumns*max(b-a, a-b), "…"),
	})
}

func (d *sequence) words(from, to lang.Text, label string) string {
	return d.Lanes[slices.Index(d.lanes, from)].Name + " → " + d.Lanes[slices.Index(d.lanes, to)].Name + ": " + printable.Lines(label)
}

// head returns the points of an arrowhead whose tip is at x.
func head(x int, leftwards bool) string {
	const y = 33 // y of the arrow's line in report.html
	back := x - 9
	if leftwards {
		back = x + 9
	}
	return fmt.Sprintf("%d,%d %d,%d %d,%d", x, y, back, y-5, back, y+5)
}
