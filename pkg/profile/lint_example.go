package profile

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// maxLinting is the time that lint spends on running expressions on examples. It is long
// enough for every example of a real profile.
const maxLinting = 3 * time.Second

// examples checks that the step's expressions read its example as a success, and its
// refusal_example as a refusal. It skips inherited examples: a step with its own expressions
// works even if the emulator cannot play it.
func (l *linter) examples(s *Step) {
	reader, err := l.p.Reader(s)
	if err != nil || l.malformed(s.at("ok")...) || l.malformed(s.at("read")...) || l.malformed("reply") {
		return // reported already
	}
	if e, ok := l.example(s, s.at("example"), s.Example); ok {
		l.success(s, s.at("example"), reader, e)
	}
	for i, also := range s.Also {
		path := s.at("also", strconv.Itoa(i), "example")
		if e, ok := l.example(s, path, also.Example); ok {
			l.success(s, path, reader, e)
		}
		path = s.at("also", strconv.Itoa(i), "refusal_example")
		if e, ok := l.example(s, path, also.RefusalExample); ok {
			l.refusal(s, path, reader, e)
		}
	}
	path := s.at("refusal_example")
	if s.RefusalExample == "" {
		if path = []string{"reply", "refusal_example"}; s.OK+s.Code != "" {
			return
		}
	}
	if e, ok := l.example(s, path, l.p.ReplyOf(s).RefusalExample); ok {
		l.refusal(s, path, reader, e)
	}
}

// example parses an example. ok is false if there is none to check, or it is reported as
// malformed.
func (l *linter) example(s *Step, path []string, t recipe.Template) (e Example, ok bool) {
	key := path
	if i := slices.Index(path, "also"); i >= 0 {
		key = path[:i+1] // a layer replaces the list as a whole
	}
	if t == "" || l.malformed(path...) || !l.p.owns(strings.Join(key, ".")) {
		return e, false
	}
	e, faults := ParseExample(s.Response, t)
	for _, fault := range faults {
		l.errorf(path, lang.Text{EN: "%v", ZH: "%v"}, fault)
	}
	if name := unquoted(s, e); name != "" && len(faults) == 0 {
		l.errorf(path, lang.Text{EN: "{%s} stands for text, which needs quotes in JSON: \"{%[1]s}\"", ZH: "{%s} 是文本，在 JSON 里要加引号：\"{%[1]s}\""}, name)
		return e, false
	}
	return e, len(faults) == 0 && l.responseSign(path, e)
}

// isText reports whether the value of a placeholder in an example is never a number.
func isText(name string) bool {
	return slices.Contains([]string{"access_token", "refresh_token", "uuid", "message", ResponseSign}, name) ||
		slices.Contains(UserFields, name) && !slices.Contains(maybeNumbers, name)
}

// unquoted returns a placeholder for text that has no quotes, so that a JSON example is invalid
// unless its value is a number; "" if there is none.
func unquoted(s *Step, e Example) string {
	decoded := func(text string) Response {
		filled := e.Fill(func(name string) (string, bool) {
			if name == text {
				return "a", true
			}
			return "1", true
		})
		r, _ := s.Decode(filled.Status, filled.Header, []byte(filled.Body))
		return r
	}
	whole := decoded("")
	_, object := whole.Value.(map[string]any)
	_, list := whole.Value.([]any)
	if whole.Form != body.JSON && whole.Form != body.Script || !object && !list {
		return "" // a response may be just a token
	}
	for _, ph := range e.Placeholders() {
		if isText(ph.Name) && decoded(ph.Name).Form != whole.Form {
			return ph.Name
		}
	}
	return ""
}

// decoded calls check with the example as a client receives it, filled with several sets of
// values, because the real ones are not known. It reports whether check accepts one of
// them, or the time is up.
func (l *linter) decoded(s *Step, e Example, check func(context.Context, Response) bool) (accepted bool) {
	for _, values := range ExampleTrials(e.Placeholders()) {
		filled := e.Fill(func(name string) (string, bool) { return l.exampleValue(name, values) })
		response, err := s.Decode(filled.Status, filled.Header, []byte(filled.Body))
		if err == nil && check(l.running, response) || l.running.Err() != nil {
			return true
		}
	}
	return false
}

// exampleValue returns the value of an input if its example or default has no placeholders,
// otherwise the value of the trial.
func (l *linter) exampleValue(name string, trial map[string]string) (string, bool) {
	in := l.p.Inputs[name]
	for _, t := range []recipe.Template{in.Example, in.Default} {
		if t != "" && len(t.Placeholders()) == 0 {
			return string(t), true
		}
	}
	if name == "id_token" {
		return string(body.UnsignedJWT([]byte(`{"sub":"1"}`))), true
	}
	return trial[name], true
}

// success checks the example of a success.
func (l *linter) success(s *Step, path []string, reader *Reader, e Example) {
	switch {
	case e.Status >= http.StatusBadRequest:
		l.errorf(path, lang.Text{EN: "HTTP %d is a refusal, but this is the example of a success", ZH: "HTTP %d 表示拒绝，而这里应是成功的示例"}, e.Status)
	case !l.decoded(s, e, func(context.Context, Response) bool { return true }):
		l.errorf(path, lang.Text{EN: "no expression can read this example: it is a web page or broken", ZH: "表达式读不了这个示例：它是网页，或有语法错误"})
	case !l.decoded(s, e, func(ctx context.Context, r Response) bool { return reader.Judge(ctx, r).OK }):
		l.errorf(path, lang.Text{EN: "ok reads this example as a refusal", ZH: "按 ok 判断，这个示例是拒绝"})
	case reader.read[s.Primary()].code != nil && !l.decoded(s, e, func(ctx context.Context, r Response) bool {
		v, _ := reader.ReadOne(ctx, r, s.Primary())
		return Text(v) != ""
	}):
		l.errorf(path, lang.Text{EN: "read finds no %s in this example, which [%s] must return", ZH: "read 在这个示例里找不到 %s，而 [%s] 必须返回它"}, s.Primary(), s.Name.Table())
	case len(s.Read) > 0 && !l.decoded(s, e, func(ctx context.Context, r Response) bool {
		read, _ := reader.Read(ctx, r)
		return len(read) > 0
	}):
		l.errorf(path, lang.Text{EN: "read finds nothing in this example", ZH: "read 在这个示例里什么也找不到"})
	case !slices.Contains(path, "also"): // the client never sends the requests in also
		l.supplies(s, path, reader, e)
	}
}

// supplies checks that an example has the values that other steps need from the step.
func (l *linter) supplies(s *Step, path []string, reader *Reader, e Example) {
	for _, name := range slices.Sorted(maps.Keys(s.Read)) {
		other := l.needing(s, name)
		if other == nil || l.decoded(s, e, func(ctx context.Context, r Response) bool {
			v, _ := reader.ReadOne(ctx, r, name)
			return Text(v) != ""
		}) {
			continue
		}
		l.errorf(path, lang.Text{
			EN: "read finds no %s in this example, but [%s] needs it: add it, or write {%[3]s?} there if responses may lack it",
			ZH: "read 在这个示例里找不到 %s，而 [%s] 需要它：请在示例里补上；若响应可能没有它，请在那里写 {%[3]s?}",
		}, name, other.Name.Table(), s.Supplies(name))
	}
}

// needing returns a step that cannot run without a value that only s reads; nil if there is
// none.
func (l *linter) needing(s *Step, name string) *Step {
	as := s.Supplies(name)
	var out *Step
	for _, other := range l.p.Steps() {
		_, input := l.p.Inputs[as]
		switch {
		case other == s:
		case input, other.Provides(as), other.takes(as): // a command may pass it
			return nil
		case other.Requires(as):
			out = other
		}
	}
	return out
}

// refusal checks the example of a refusal.
func (l *linter) refusal(s *Step, path []string, reader *Reader, e Example) {
	isEmpty := e.Form() == body.Empty // only the status says that it is a refusal
	byStatus := slices.ContainsFunc(l.p.Refusals, func(r Refusal) bool { return r.Status >= http.StatusBadRequest })
	switch {
	case e.Status < http.StatusBadRequest && !byStatus && l.decoded(s, e, func(ctx context.Context, r Response) bool { return reader.Judge(ctx, r).OK }) &&
		!l.decoded(s, e, func(ctx context.Context, r Response) bool { return !reader.Judge(ctx, r).OK }):
		l.errorf(path, lang.Text{EN: "ok reads this example as a success", ZH: "按 ok 判断，这个示例是成功"})
	case !isEmpty && reader.code.code != nil && !l.decoded(s, e, func(ctx context.Context, r Response) bool { return reader.Refusal(ctx, r).Code != "" }):
		l.errorf(path, lang.Text{EN: "code finds nothing in this example", ZH: "code 在这个示例里找不到错误码"})
	}
}
