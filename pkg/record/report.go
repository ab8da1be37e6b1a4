package record

import (
	"bytes"
	_ "embed" // for report.html
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/contentpolicy"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// Report is the content of a page in addition to the calls.
type Report struct {
	Profile  string // name of the profile; "" for several or none
	Vendor   string // title of the profile
	Command  string // such as ssoctl login
	Error    string // why the command failed; "" if it succeeded
	Hint     string // advice about Error
	Findings []Findings
	Notes    []string // events that are not calls
	At       time.Time
	Versions []Field // versions of ssoctl and what it used
	Lang     lang.Lang
}

// Findings are the results of several checks of one subject.
type Findings struct {
	Of   string // the subject, such as a profile
	List []Finding
}

// Finding is the result of one check.
type Finding struct {
	Check, What string
	Do          string // advice; "" for none
	Status      string // result in one word
	Class       string // of Status: good, unsure or bad
}

//go:embed report.html
var reportSource string

// WriteReport returns all calls as a self-contained HTML page without scripts.
func (r *Recorder) WriteReport(o Report) ([]byte, error) {
	p := r.page(o)
	t, err := template.New("report.html").Funcs(template.FuncMap{
		"t":     func(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(o.Lang) },
		"plain": printable.Lines,
	}).Parse(reportSource)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, p)
	return out.Bytes(), err
}

func (r *Recorder) page(o Report) reportPage {
	scrub := r.Scrub.Scrub
	p := reportPage{Report: o, Masked: r.Masked().In(o.Lang), Lifted: r.Scrub.Lifted, Tag: "en"}
	if o.Lang == lang.ZH {
		p.Tag = "zh-CN"
	}
	p.shown = r.shown()
	for i, s := range p.shown {
		p.Calls = append(p.Calls, p.call(i+1, s))
		p.guess(s.Call)
	}
	p.Error, p.Hint = scrub(o.Error), scrub(o.Hint)
	p.Findings = nil
	for _, of := range o.Findings {
		list := slices.Clone(of.List)
		for i, f := range list {
			list[i].What, list[i].Do = scrub(f.What), scrub(f.Do)
		}
		p.Findings = append(p.Findings, Findings{of.Of, list})
	}
	p.Diagram = p.diagram()
	return p
}

// reportPage is the data of the template.
type reportPage struct {
	Report
	Tag, Masked string
	Lifted      bool
	Guesses     []Field // name of a step, and what is unverified about it
	Calls       []reportCall
	Diagram     diagram

	shown []shown
}

// Policy returns a Content-Security-Policy that allows the page's own style only.
func (p reportPage) Policy() string {
	return "default-src 'none'; style-src " + contentpolicy.Inline(reportSource, "style") + "; base-uri 'none'; form-action 'none'"
}

// guess adds what is unverified about a step, each text once.
func (p *reportPage) guess(x *Call) {
	if x.Guess.IsZero() {
		return
	}
	g := Field{x.Step, x.Guess.In(p.Lang)}
	for _, known := range p.Guesses {
		if known == g {
			return
		}
	}
	p.Guesses = append(p.Guesses, g)
}

// reportCall is one call in the template.
type reportCall struct {
	Number          int
	Remark          string // explains a request that ssoctl did not send
	Repeat          string // says that the request repeats one that failed
	Profile         string
	Step, Method    string
	URL, Place      string // Place: host and path
	Query           []Field
	Status, Problem string // Status: "" if there is no response
	Class           string // good, dim, unsure or bad
	Request         reportMessage
	Response        reportMessage
	Signed          []shownSignature
	Members         []Member
	Started, Took   string
	Phases          []reportPhase
}

type reportMessage struct {
	Header []Field
	Body   string
	Note   string
	Claims []string
}

// reportPhase is a bar. Start and Length are percentages of the total time.
type reportPhase struct {
	Name, Took    string
	Start, Length float64
}

// mostReported is the maximum length of a body on a page, in bytes.
const mostReported = 64 << 10

func (p reportPage) call(number int, s shown) reportCall {
	parts, total := s.Phases()
	place, _, _ := strings.Cut(s.url, "?")
	place = strings.TrimPrefix(strings.TrimPrefix(place, "https://"), "http://")
	x := reportCall{
		Number: number, Remark: s.remark(p.Lang), Repeat: s.Repeat.Text().In(p.Lang), Profile: s.Profile, Step: s.Step, Method: s.method, URL: s.url, Place: place, Query: s.query,
		Status: s.statusLine(), Problem: s.problem.In(p.Lang), Class: p.class(s), Request: p.message(s.sent), Response: p.message(s.got),
		Signed: s.signed, Members: s.members, Started: s.Started.Format("15:04:05.000"), Took: took(total),
	}
	for _, part := range parts {
		x.Phases = append(x.Phases, reportPhase{
			phaseName(part.Name).In(p.Lang), took(part.Length),
			100 * float64(part.Start) / float64(max(1, total)), max(0.5, 100*float64(part.Length)/float64(max(1, total))),
		})
	}
	return x
}

// class returns the CSS class of a call. A failed one is not bad if it was provoked,
// or if the command succeeded.
func (p reportPage) class(s shown) string {
	switch {
	case s.Err == nil:
		return "good"
	case s.provoked && s.status != 0:
		return "dim"
	case p.Error == "":
		return "unsure"
	}
	return "bad"
}

func took(d time.Duration) string { return fmt.Sprintf("%.1f ms", milliseconds(d)) }

func (p reportPage) message(m message) reportMessage {
	out := reportMessage{Header: m.header, Body: start(m.body.text, mostReported), Claims: m.body.claims}
	out.Note = m.note(p.Lang, len(m.body.text) > mostReported || m.size > mostShown)
	return out
}
