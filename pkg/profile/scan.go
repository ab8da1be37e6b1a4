package profile

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"ssoctl/pkg/recipe"
)

// Scan is the vendor's script that puts its QR code into a page of one's own,
// and the messages by which that page learns what becomes of the scan.
type Scan struct {
	SDK     recipe.Template            `toml:"sdk"`     // the script's address
	Class   string                     `toml:"class"`   // of the object that the page makes: new Class({…})
	Options map[string]recipe.Template `toml:"options"` // what the page gives it; may hold ScanPlaceholders

	Message map[string]any `toml:"message"` // the members that every message has
	Event   string         `toml:"event"`   // the member that says what happened
	Events  map[string]any `toml:"events"`  // by ScanEvents, what that member then is
	Code    string         `toml:"code"`    // the member with the code, when confirmed
	// Origin is that of the messages: a scheme and a host, whose first label may
	// be *.
	Origin recipe.Template `toml:"origin"`
}

// ScanEvents are what a scan's messages tell, in the order in which they may come.
var ScanEvents = []string{"scanned", "cancelled", "expired", "confirmed"}

// ScanPlaceholders are what, besides inputs, the options of the vendor's script
// may hold: the id of the element that it fills, and that element's size in
// pixels, as numbers.
var ScanPlaceholders = []string{"element", "width", "height"}

// IsIdentifier reports whether a script can have that name.
func IsIdentifier(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`).MatchString(name)
}

func (l *linter) scan(s *Scan) {
	if a := l.p.Authorize; a == nil || !a.Scan {
		l.errorf([]string{"scan"}, "goes with scan = true in [authorize]")
	}
	for key, given := range map[string]bool{
		"sdk": s.SDK != "", "class": s.Class != "", "options": len(s.Options) > 0, "event": s.Event != "",
		"events": len(s.Events) > 0, "code": s.Code != "", "origin": s.Origin != "",
	} {
		if !given {
			l.errorf([]string{"scan"}, "needs %s", key)
		}
	}
	if s.Class != "" && !IsIdentifier(s.Class) {
		l.errorf([]string{"scan", "class"}, "%q is no name that a script can have", s.Class)
	}
	for key, t := range map[string]recipe.Template{"sdk": s.SDK, "origin": s.Origin} {
		l.scanInputs([]string{"scan", key}, t, nil)
		if t != "" && !strings.HasPrefix(string(t), "{") && !strings.Contains(string(t), "://") {
			l.errorf([]string{"scan", key}, "%q is no absolute address", t)
		}
	}
	held := map[string]bool{}
	for name, t := range s.Options {
		l.scanInputs([]string{"scan", "options", name}, t, append([]string{"state"}, ScanPlaceholders...))
		for _, ph := range t.Placeholders() {
			held[ph.Name] = true
		}
	}
	if len(s.Options) > 0 && !held["element"] {
		l.errorf([]string{"scan", "options"}, "none holds {element}: the script has to know where the QR code belongs")
	}
	for name, v := range s.Events {
		if !slices.Contains(ScanEvents, name) {
			l.errorf([]string{"scan", "events", name}, "there is no such event%s", Suggest(name, ScanEvents))
		}
		l.scalar([]string{"scan", "events", name}, v)
	}
	for name, v := range s.Message {
		l.scalar([]string{"scan", "message", name}, v)
	}
	if _, ok := s.Events["confirmed"]; len(s.Events) > 0 && !ok {
		l.errorf([]string{"scan", "events"}, "needs confirmed: nothing else brings the code")
	}
}

// scanInputs checks that a template of [scan] holds only inputs, and others.
func (l *linter) scanInputs(path []string, t recipe.Template, others []string) {
	l.lookalikes(path, t)
	for _, ph := range t.Placeholders() {
		if !slices.Contains(others, ph.Name) && !l.isInput(ph.Name) && !l.full() {
			known := slices.AppendSeq(slices.Clone(others), maps.Keys(l.p.Inputs))
			l.errorf(path, "unknown placeholder {%s}%s", ph.Name, Suggest(ph.Name, known))
		}
	}
}

func (l *linter) scalar(path []string, v any) {
	switch v.(type) {
	case string, int64, bool:
	default:
		l.errorf(path, "has to be text, a whole number, true or false, not %s", found(v))
	}
}
