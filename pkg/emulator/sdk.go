package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// frameOrigin is the query parameter with the origin of the embedding page.
const frameOrigin = "_origin"

// frame is a page that embeds a QR code with the vendor's script.
type frame struct {
	origin string // "" if the page has none, such as a local file
}

// target returns the target origin of the frame's messages, so that no page of
// another origin receives the code. For a page without an origin only * works.
func (f *frame) target() string {
	if f == nil || f.origin == "" {
		return "*"
	}
	return f.origin
}

// scriptPath returns the path of the vendor's script.
func (v *vendor) scriptPath() string {
	address, _ := v.p.Scan.SDK.ExpandAddress(v.inputs.Text)
	u, err := url.Parse(below(v.browser, address))
	if err != nil {
		return ""
	}
	return u.Path
}

// script serves the vendor's script. The names in it are those of the profile's [scan].
func (e *Emulator) script(p pageRequest) {
	v := p.v
	s := v.p.Scan
	up := strings.Count(strings.TrimPrefix(p.r.URL.Path, e.place(v)), "/")
	code, err := pages.ReadFile("pages/sdk.js")
	if err != nil {
		panic(err) // the file is embedded
	}
	leads := ""
	if members := v.p.FromMessage(); len(members) > 0 {
		leads = members[0]
	}
	described := map[string]any{
		"class": s.Class, "element": v.option("element"), "width": v.option("width"), "height": v.option("height"),
		"options": slices.Sorted(maps.Keys(s.Options)), "page": strings.Repeat("../", up) + embedPath, "origin": frameOrigin,
		"message": s.Message, "leads": leads,
	}
	text, err := json.Marshal(described) // escapes <, > and &
	if err != nil {
		panic(err) // unreachable: strings always encode
	}
	write(p.x, http.StatusOK, "text/javascript; charset=utf-8", strings.TrimSpace(string(code))+"("+string(text)+");\n")
}

// embed serves the page with the QR code that an application embeds.
func (e *Emulator) embed(p pageRequest) {
	query := p.r.URL.Query()
	g, problems, refused := p.v.optionsOf(query)
	f := &frame{origin: query.Get(frameOrigin)}
	if f.origin != originOf(f.origin) || !strings.HasPrefix(f.origin, "http") {
		f.origin = ""
	}
	p.x.diagnose(joined(problems))
	if refused {
		p.x.Refusal = profile.KindBadRequest
		e.noteFramed(p, http.StatusBadRequest, noteOptions, problems)
		return
	}
	s, err := e.openScan(p.v, scan{grant: g, again: p.r.URL.RequestURI(), frame: f})
	if err == nil {
		err = e.showScan(p.x, p.r, p.v, s, scanPending)
	}
	if err != nil {
		p.x.diagnose(lang.Of(err))
		e.noteFramed(p, http.StatusInternalServerError, noteForm, nil)
	}
}

// optionsOf checks the options that a page passed to the vendor's script. It returns the
// grant that they ask for, the problems, and whether a problem causes a refusal.
func (v *vendor) optionsOf(query url.Values) (g Grant, problems []lang.Text, refused bool) {
	g.RedirectURI = v.redirectURI()
	options := v.p.Scan.Options
	for _, name := range slices.Sorted(maps.Keys(options)) {
		ph, only := options[name].Only()
		got := query.Get(name)
		expected, known := v.expect.Known.Text(ph.Name)
		switch {
		case !only:
		case ph.Name == "redirect_uri" && got != "":
			g.RedirectURI = got
		case ph.Name == profile.EscapedRedirectURI && got != "":
			g.RedirectURI, _ = url.PathUnescape(got) // "" is refused
		case ph.Name == profile.AuthorizeURL && got != "":
			v.readAddress(got, &g)
		case ph.Name == "state":
			g.State = got
		case !known:
		case got == "":
			problems, refused = append(problems, about(name, lang.Sprintf(missingWants, v.expectedValue(ph.Name)))), true
		case got != expected:
			problems, refused = append(problems, about(name, expectedGot(v.expectedValue(ph.Name), orNothing(got)))), true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if _, ok := options[name]; !ok && name != frameOrigin {
			problems = append(problems, about(orNothing(name), lang.Text{EN: "was passed, but is ignored", ZH: "已传入，但没有用到"}))
		}
	}
	if err := v.check(g); err != nil {
		problems, refused = append(problems, lang.Of(err)), true
	}
	return g, problems, refused
}

// readAddress reads the parameters of an authorize URL into g. check refuses other addresses.
func (v *vendor) readAddress(address string, g *Grant) {
	g.RedirectURI = ""
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	for name, t := range v.p.Authorize.Query {
		ph, _ := t.Only()
		switch text := u.Query().Get(name); ph.Name {
		case "redirect_uri":
			g.RedirectURI = text
		case "state":
			g.State = text
		case "code_challenge":
			g.CodeChallenge = text
		}
	}
}

// scanned returns the callback of the confirmed scan that an authorize request continues. The
// request contains a value from the scan's message, see profile.Scan.Redirect.
func (e *Emulator) scanned(c *call) (callback, bool) {
	if c.v.p.Scan == nil {
		return callback{}, false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, member := range c.v.p.FromMessage() {
		if s := e.pending.watched(c.v, c.req.URL.Query().Get(member)); s != nil && s.at(c.now) == scanConfirmed {
			c.user, c.known = s.user, true
			c.findings = slices.DeleteFunc(c.findings, func(f finding) bool { return f.problem.Member == "query."+member })
			return s.back, true
		}
	}
	return callback{}, false
}

// expectedValue returns the expected value of an input, or a description if the input is
// secret.
func (v *vendor) expectedValue(input string) lang.Text {
	if v.secret(input) {
		return lang.Text{EN: "the registered value", ZH: "登记的值"}
	}
	text, _ := v.expect.Known.Text(input)
	return orNothing(text)
}

// option returns the name of the script's option for a placeholder, or "".
func (v *vendor) option(placeholder string) string {
	for name, t := range v.p.Scan.Options {
		if t.Is(placeholder) {
			return name
		}
	}
	return ""
}

// message returns the message to the embedding page for the event of a scan, or nil if the
// vendor sends none. If the profile lists no events, the only message is the address that the
// vendor's script makes the page go to.
func (v *vendor) message(event string, sc *scan) any {
	s := v.p.Scan
	value, listed := s.Events[event]
	switch {
	case s.IsSilent() && event == scanConfirmed:
		return sc.back.address()
	case !listed && (event != scanConfirmed || s.Redirect == ""):
		return nil
	}
	out := maps.Clone(s.Message)
	if out == nil {
		out = map[string]any{}
	}
	if listed {
		out[s.Event] = value
	}
	if event != scanConfirmed {
		return out
	}
	members := v.p.FromMessage()
	switch {
	case s.BringsCode():
		out[s.Code] = sc.code
	case s.Redirect.Is(members[0]): // the whole address
		out[members[0]] = sc.back.address()
	default: // what the authorize request contains after a confirmed scan
		out[members[0]] = sc.watch
	}
	return out
}
