package profile

import (
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/suggestion"
)

// redirectKeys checks that a key about the redirect is in [authorize], and a key about a
// response elsewhere.
func (l *linter) redirectKeys(s *Step) {
	if s.Name == StepAuthorize {
		for key, has := range map[string]bool{"ok": s.OK != "", "trace": s.Trace != "", "response": s.Response != ""} {
			if has {
				l.errorf(s.at(key), lang.Text{EN: "has no effect in [authorize]: read the redirect with read, code and message", ZH: "在 [authorize] 里不起作用：请用 read、code 和 message 读取回调"})
			}
		}
		for key, has := range map[string]bool{"headers": len(s.Headers) > 0, "form": s.Form != nil, "json": s.JSON != nil} {
			if has {
				l.errorf(s.at(key), lang.Text{EN: "is not sent: a browser opens only the address; use query", ZH: "不会发送：浏览器只打开地址，请用 query"})
			}
		}
		return
	}
	for key, has := range map[string]bool{"scan": s.Scan, "state": s.State != "", "callback": !s.Callback.isZero()} {
		if has {
			l.errorf(s.at(key), lang.Text{EN: "only [authorize] can have this key", ZH: "只有 [authorize] 可以有这个键"})
		}
	}
}

// redirect checks that the client understands the examples, which the emulator sends.
func (l *linter) redirect(s *Step) {
	reader, err := l.p.RedirectReader()
	if err != nil {
		return // reported with the expressions
	}
	switch {
	case l.isQuery(s, "example", s.Example):
		l.redirectExample(s, reader)
		l.firstLogin(s)
	case s.Example == "":
		l.usualRedirect(s, reader)
	}
	if s.Read["state"] != "" {
		l.errorf(s.at("read", "state"), lang.Text{EN: "cannot be read: the parameter must be named state, because its value is compared unchanged", ZH: "不能读取：这个参数必须名为 state，因为要原样比对"})
	}
	if l.isQuery(s, "refusal_example", s.RefusalExample, "message") {
		l.redirectRefusal(s, reader)
	}
}

// isQuery checks that an example is a query, and that its placeholders have values; more are
// additional names with a value. It returns false for a faulty example, which it reports, for
// no example, and for an inherited one, because a step with its own expressions works even if
// the emulator cannot play it.
func (l *linter) isQuery(s *Step, key string, example recipe.Template, more ...string) bool {
	if example == "" || !l.p.owns(string(s.Name)+"."+key) {
		return false
	}
	known := slices.Concat([]string{"code", "state", "redirect_uri"}, recipe.Fixable, UserFields, l.p.InputNames(), more)
	for _, ph := range example.Placeholders() {
		if !slices.Contains(known, ph.Name) && !s.Uses(ph.Name) {
			l.errorf(s.at(key), lang.Text{EN: "unknown placeholder {%s}%s", ZH: "没有占位符 {%s}%s"}, ph.Name, suggestion.For(ph.Name, known))
			return false
		}
	}
	name, _, assigned := strings.Cut(string(example), "=")
	_, err := url.ParseQuery(ExpandRedirect(example, sampleRedirect))
	if !assigned || err != nil || strings.ContainsAny(name, "?/: \n") || strings.Contains(string(example), "#") {
		l.errorf(s.at(key), lang.Text{EN: "expected the query of a redirect, such as code={code}&state={state}", ZH: "应为回调的查询串，例如 code={code}&state={state}"})
		return false
	}
	l.lookalikes(s.at(key), example)
	return true
}

// sampleRedirect returns a value for any placeholder of an example, with characters that need
// to be escaped.
func sampleRedirect(name string) (string, bool) { return name + `+&="é`, true }

func (l *linter) redirectExample(s *Step, reader *RedirectReader) {
	code, _ := sampleRedirect("code")
	for _, name := range []string{"code", "state"} {
		if !holds(s.Example, name) && (name == "code" || l.expectsState(s)) {
			l.errorf(s.at("example"), lang.Text{EN: "has no {%s}, so no login with the emulator can end", ZH: "缺少 {%s}，模拟器上的登录无法完成"}, name)
			return
		}
	}
	params, _ := url.ParseQuery(ExpandRedirect(s.Example, sampleRedirect))
	key := []string{"example"}
	if s.Read["code"] != "" {
		key = []string{"read", "code"}
	}
	switch says := reader.Says(params); {
	case len(says.Repeated) > 0 || !strings.Contains(says.Code, code):
		l.errorf(s.at(key...), lang.Text{EN: "the code is not found in the example", ZH: "从示例里读不到授权码"})
	case says.Error != "":
		l.errorf(s.at("code"), lang.Text{EN: "finds an error in the example, which has a code", ZH: "从带授权码的示例里读到了错误"})
	}
	if state, _ := sampleRedirect("state"); l.expectsState(s) && !slices.Equal(params["state"], []string{state}) {
		l.errorf(s.at("example"), lang.Text{EN: "needs the parameter state={state}, once and with nothing added: the client ignores any other", ZH: "须有且只有一个 state={state} 参数，值不能有增减，否则客户端会忽略这个回调"})
	}
	values := reader.Values(params)
	for _, name := range l.p.RedirectNames() {
		if _, found := values[name]; !found && name != "state" && l.neededFromRedirect(name) {
			l.errorf(s.at("read", name), lang.Text{EN: "finds nothing in the example, and a later step needs it", ZH: "从示例里读不到，而后面的步骤需要它"})
		}
	}
}

// firstLogin checks the parameters that come only with a user's first login.
func (l *linter) firstLogin(s *Step) {
	for _, name := range s.Callback.First {
		switch {
		case name == "state" || slices.Contains(s.CodeParams(), name):
			l.errorf(s.at("callback", "first"), lang.Text{EN: "%s comes with every login", ZH: "%s 每次登录都会返回"}, name)
		case !slices.ContainsFunc(exampleParams(s.Example), func(pair string) bool { return paramName(pair) == name }):
			l.errorf(s.at("callback", "first"), lang.Text{EN: "%s is not in the example", ZH: "示例里没有 %s"}, name)
		}
	}
}

// usualRedirect checks that the client finds no error in the redirect that the emulator sends
// if there is no example.
func (l *linter) usualRedirect(s *Step, reader *RedirectReader) {
	params, _ := url.ParseQuery(ExpandRedirect(s.RedirectExample(true), sampleRedirect))
	if says := reader.Says(params); s.Reply.Code != "" && says.Error != "" {
		l.errorf(s.at("code"), lang.Text{EN: "finds an error in a redirect that has only code and state", ZH: "从只带授权码和 state 的回调里读到了错误"})
	}
}

func holds(t recipe.Template, name string) bool {
	for _, ph := range t.Placeholders() {
		if ph.Name == name {
			return true
		}
	}
	return false
}

// expectsState reports whether the client ignores a redirect without state.
func (l *linter) expectsState(s *Step) bool { return l.p.StartUses("state") && s.State == "" }

// neededFromRedirect reports whether a step requires a value that only the redirect supplies.
func (l *linter) neededFromRedirect(name string) bool {
	needed := false
	for _, s := range l.p.Steps() {
		if s.Read[name] != "" && s.Name != StepAuthorize {
			return false
		}
		needed = needed || s.Requires(name)
	}
	return needed && !l.isInput(name)
}

func (l *linter) redirectRefusal(s *Step, reader *RedirectReader) {
	if l.expectsState(s) && !holds(s.RefusalExample, "state") {
		l.errorf(s.at("refusal_example"), lang.Text{EN: "has no {state}, so the client ignores it", ZH: "缺少 {state}，客户端会忽略它"})
		return
	}
	params, _ := url.ParseQuery(ExpandRedirect(s.RefusalExample, sampleRedirect))
	alone := len(params) == 1 && params.Has("state")
	switch says := reader.Says(params); {
	case says.Code != "":
		l.errorf(s.at("refusal_example"), lang.Text{EN: "has a code", ZH: "里有授权码"})
	case says.Error == "" && !alone:
		l.errorf(s.at("refusal_example"), lang.Text{EN: "has no error that the key code finds", ZH: "里没有键 code 能读到的错误"})
	}
}
