package profile

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// Scan describes the vendor's script that shows its QR code in somebody else's page,
// and the messages that tell this page how the scan proceeds.
type Scan struct {
	SDK     recipe.Template            `toml:"sdk"`     // URL of the script
	Class   string                     `toml:"class"`   // class that the page instantiates: new Class({…})
	Options map[string]recipe.Template `toml:"options"` // its options; may contain ScanPlaceholders

	Message map[string]any `toml:"message"` // members that every message has
	Event   string         `toml:"event"`   // member that says what happened
	Events  map[string]any `toml:"events"`  // value of that member for each of ScanEvents
	Code    string         `toml:"code"`    // member with the code, in a confirmed message
	// Origin is the web origin of the messages: scheme and host. The first label of
	// the host may be *.
	Origin recipe.Template `toml:"origin"`
}

// ScanEvents are the events that messages report, in the order in which they can
// occur.
var ScanEvents = []string{"scanned", "cancelled", "expired", "confirmed"}

// ScanPlaceholders are the placeholders, besides inputs, that options may contain: the
// id of the page's element that the script fills, and its width and height in pixels.
var ScanPlaceholders = []string{"element", "width", "height"}

// IsIdentifier reports whether name is a valid JavaScript identifier.
func IsIdentifier(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`).MatchString(name)
}

func (l *linter) scan(s *Scan) {
	if a := l.p.Authorize; a == nil || !a.Scan {
		l.errorf([]string{"scan"}, lang.Text{EN: "requires scan = true in [authorize]", ZH: "[authorize] 里须有 scan = true"})
	}
	for key, given := range map[string]bool{
		"sdk": s.SDK != "", "class": s.Class != "", "options": len(s.Options) > 0, "event": s.Event != "",
		"events": len(s.Events) > 0, "code": s.Code != "", "origin": s.Origin != "",
	} {
		if !given {
			l.errorf([]string{"scan"}, lang.Text{EN: "missing key %s", ZH: "缺少键 %s"}, key)
		}
	}
	if s.Class != "" && !IsIdentifier(s.Class) {
		l.errorf([]string{"scan", "class"}, lang.Text{EN: "%q is not a valid JavaScript identifier", ZH: "%q 不是有效的 JavaScript 标识符"}, s.Class)
	}
	for key, t := range map[string]recipe.Template{"sdk": s.SDK, "origin": s.Origin} {
		l.scanInputs([]string{"scan", key}, t, nil)
		if t != "" && !strings.HasPrefix(string(t), "{") && !strings.Contains(string(t), "://") {
			l.errorf([]string{"scan", key}, lang.Text{EN: "%q is not an absolute address", ZH: "%q 不是完整的地址"}, t)
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
		l.errorf([]string{"scan", "options"}, lang.Text{EN: "missing {element}: it tells the script where to put the QR code", ZH: "缺少 {element}：脚本靠它得知二维码放在哪里"})
	}
	for name, v := range s.Events {
		if !slices.Contains(ScanEvents, name) {
			l.errorf([]string{"scan", "events", name}, lang.Text{EN: "unknown event%s", ZH: "没有这个事件%s"}, SuggestText(name, ScanEvents))
		}
		l.scalar([]string{"scan", "events", name}, v)
	}
	for name, v := range s.Message {
		l.scalar([]string{"scan", "message", name}, v)
	}
	if _, ok := s.Events["confirmed"]; len(s.Events) > 0 && !ok {
		l.errorf([]string{"scan", "events"}, lang.Text{EN: "missing key confirmed: only this event carries the code", ZH: "缺少键 confirmed：只有这个事件带有授权码"})
	}
}

// scanInputs reports placeholders in a template of [scan] that are neither inputs nor
// in others.
func (l *linter) scanInputs(path []string, t recipe.Template, others []string) {
	l.lookalikes(path, t)
	for _, ph := range t.Placeholders() {
		if !slices.Contains(others, ph.Name) && !l.isInput(ph.Name) && !l.full() {
			known := slices.AppendSeq(slices.Clone(others), maps.Keys(l.p.Inputs))
			l.errorf(path, lang.Text{EN: "unknown placeholder {%s}%s", ZH: "没有占位符 {%s}%s"}, ph.Name, SuggestText(ph.Name, known))
		}
	}
}

func (l *linter) scalar(path []string, v any) {
	switch v.(type) {
	case string, int64, bool:
	default:
		l.errorf(path, expected, aScalar, found(v))
	}
}
