package profile

import (
	"maps"
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// besideSteps are the allowed values of with.
var besideSteps = []StepName{StepUserInfo, StepDetails}

// with checks the key with, the step that one of the vendor's own steps runs with.
func (l *linter) with(s *Step) {
	switch {
	case s.With == "":
	case !s.Name.IsOwn():
		l.errorf(s.at("with"), lang.Text{EN: "only for the vendor's own steps, [step.NAME]", ZH: "只用于厂商自己的步骤 [step.名称]"})
	case !slices.Contains(besideSteps, s.With):
		l.errorf(s.at("with"), lang.Text{EN: "unknown step %q: expected %s", ZH: "没有 %q 这种取值，应为 %s"}, s.With, lang.List(besideSteps))
	case l.p.Step(s.With) == nil && !l.unsureSteps:
		l.errorf(s.at("with"), lang.Text{EN: "there is no step [%s]", ZH: "没有 [%s] 步骤"}, s.With)
	}
}

// yields checks a step with yields, which sends nothing.
func (l *linter) yields(s *Step) {
	if !s.Name.IsOwn() {
		l.errorf(s.at("yields"), lang.Text{EN: "only for the vendor's own steps, [step.NAME]", ZH: "只用于厂商自己的步骤 [step.名称]"})
		return
	}
	for key, has := range map[string]bool{
		"method": s.Method != "", "url": s.URL != "", "query": s.Query != nil, "headers": s.Headers != nil, "form": s.Form != nil,
		"json": s.JSON != nil, "read": s.Read != nil, "also": s.Also != nil, "with": s.With != "", "example": s.Example != "",
	} {
		if has {
			l.errorf(s.at(key), lang.Text{EN: "not allowed with yields: such a step sends nothing", ZH: "不能与 yields 同用：这种步骤不发送请求"})
		}
	}
	l.yieldNames(s)
	l.placeholders(s)
	l.signature(s)
	l.usedMakes(s)
	l.sendsKey(s)
	s.EachMake(func(name string, _ recipe.Make) {
		if s.Covers(name) {
			l.errorf(s.at(), lang.Text{EN: "{%s} covers parts of a request, and this step sends none", ZH: "{%s} 要用到请求的内容，而这个步骤不发送请求"}, name)
		}
	})
}

// yieldNames checks that the values that a step yields do not replace other values.
func (l *linter) yieldNames(s *Step) {
	if len(s.Yields) == 0 {
		l.errorf(s.at("yields"), lang.Text{EN: "is empty: the step supplies nothing", ZH: "是空的：这个步骤不提供任何值"})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Yields)) {
		_, input := l.p.Inputs[name]
		switch {
		case input:
			l.used[name] = true
			l.errorf(s.at("yields", name), lang.Text{EN: "an input has this name: choose another", ZH: "已有同名的输入项，请换一个名字"})
		case name == "code", name == AppToken, slices.Contains(PerRun, name): // {timestamp} and the like cannot be replaced
			l.errorf(s.at("yields", name), lang.Text{EN: "this name is reserved for a value that ssoctl supplies: choose another", ZH: "这个名字留给 ssoctl 提供的值使用，请换一个"})
		}
	}
}

// nothingBack checks an [authorize] with callback = false.
func (l *linter) nothingBack(s *Step) {
	for key, has := range map[string]bool{
		"scan": s.Scan, "state": s.State != "", "read": s.Read != nil, "code": s.Code != "", "message": s.Message != "",
		"example": s.Example != "", "refusal_example": s.RefusalExample != "",
	} {
		if has {
			l.errorf(s.at(key), lang.Text{EN: "not allowed with callback = false: nothing comes back", ZH: "不能与 callback = false 同用：没有回调"})
		}
	}
}

// requiredKeys checks that the step has a method and a url.
func (l *linter) requiredKeys(s *Step) {
	if s.URL == "" {
		l.needs(s.at(), "url", lang.Text{EN: "missing key url", ZH: "缺少键 url"})
	}
	if s.Method == "" {
		l.needs(s.at(), "method", lang.Text{EN: "missing key method", ZH: "缺少键 method"})
	}
}
