package profile

import (
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/suggestion"
)

// scan checks the table [scan].
func (l *linter) scan(s *Scan) {
	if a := l.p.Authorize; a == nil || !a.Scan {
		l.errorf([]string{"scan"}, lang.Text{EN: "requires scan = true in [authorize]", ZH: "[authorize] 里须有 scan = true"})
	}
	for key, given := range map[string]bool{
		"sdk": s.SDK != "", "class": s.Class != "", "options": len(s.Options) > 0, "origin": s.Origin != "",
		"event": s.Event != "" || len(s.Events) == 0, "events": len(s.Events) > 0 || s.Event == "" && s.Code == "" && (s.Message == nil || s.Redirect != ""),
		"code": s.Code != "" || s.Redirect != "" || len(s.Events) == 0,
	} {
		if !given {
			l.errorf([]string{"scan"}, lang.Text{EN: "missing key %s", ZH: "缺少键 %s"}, key)
		}
	}
	if s.Redirect != "" {
		l.lookalikes([]string{"scan", "redirect"}, s.Redirect)
		for _, ph := range s.Redirect.Placeholders() {
			l.isInput(ph.Name) // it is used
		}
		if s.Code != "" {
			l.errorf([]string{"scan", "redirect"}, lang.Text{EN: "not allowed with code: either the message brings the code, or the page goes to another address", ZH: "不能与 code 同用：要么消息里带授权码，要么页面跳转到别的地址"})
		}
		if len(l.p.FromMessage()) == 0 {
			l.errorf([]string{"scan", "redirect"}, lang.Text{EN: "has no placeholder for a member of the message", ZH: "没有引用消息字段的占位符"})
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
	l.scanOptions(s)
	l.scanMessages(s)
}

// scanOptions checks the options of the vendor's script.
func (l *linter) scanOptions(s *Scan) {
	held := map[string]bool{}
	for name, t := range s.Options {
		l.scanInputs([]string{"scan", "options", name}, t, ScanPlaceholders)
		for _, ph := range t.Placeholders() {
			held[ph.Name] = true
		}
	}
	if len(s.Options) > 0 && !held["element"] {
		l.errorf([]string{"scan", "options"}, lang.Text{EN: "missing {element}: it tells the script where to put the QR code", ZH: "缺少 {element}：脚本靠它得知二维码放在哪里"})
	}
}

// scanMessages checks the messages by which the page learns how the scan proceeds.
func (l *linter) scanMessages(s *Scan) {
	for name, v := range s.Events {
		if !slices.Contains(ScanEvents, name) {
			l.errorf([]string{"scan", "events", name}, lang.Text{EN: "unknown event%s", ZH: "没有这个事件%s"}, suggestion.For(name, ScanEvents))
		}
		l.scalar([]string{"scan", "events", name}, v)
	}
	for name, v := range s.Message {
		l.scalar([]string{"scan", "message", name}, v)
	}
	if _, ok := s.Events[ScanConfirmed]; len(s.Events) > 0 && !ok {
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
			l.errorf(path, lang.Text{EN: "unknown placeholder {%s}%s", ZH: "没有占位符 {%s}%s"}, ph.Name, suggestion.For(ph.Name, known))
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
