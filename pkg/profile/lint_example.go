package profile

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// mostLinting is the time that lint spends on running expressions on examples. It is long
// enough for every example of a real profile.
const mostLinting = 3 * time.Second

// examples checks that the step's example is a success to its expressions, and its
// refusal_example a refusal. It leaves out inherited examples: a step with its own
// expressions works although the emulator cannot play it.
func (l *linter) examples(s *Step) {
	reader, err := l.p.Reader(s)
	if err != nil || l.malformed(s.at("ok")...) || l.malformed(s.at("read")...) || l.malformed("reply") {
		return // reported already
	}
	if e, ok := l.example(s.at("example"), s.Response, s.Example); ok {
		l.success(s, s.at("example"), reader, e)
	}
	for i, also := range s.Also {
		path := s.at("also", strconv.Itoa(i), "example")
		if e, ok := l.example(path, s.Response, also.Example); ok {
			l.success(s, path, reader, e)
		}
		path = s.at("also", strconv.Itoa(i), "refusal_example")
		if e, ok := l.example(path, s.Response, also.RefusalExample); ok {
			l.refusal(s, path, reader, e)
		}
	}
	path := s.at("refusal_example")
	if s.RefusalExample == "" {
		if path = []string{"reply", "refusal_example"}; s.OK+s.Code != "" {
			return
		}
	}
	if e, ok := l.example(path, s.Response, l.p.ReplyOf(s).RefusalExample); ok {
		l.refusal(s, path, reader, e)
	}
}

// example parses an example. ok is false if there is none to check, or it is reported as
// malformed.
func (l *linter) example(path []string, response string, t recipe.Template) (e Example, ok bool) {
	key := path
	if i := slices.Index(path, "also"); i >= 0 {
		key = path[:i+1] // a layer replaces the list as a whole
	}
	if t == "" || l.malformed(path...) || !l.p.owns(strings.Join(key, ".")) {
		return e, false
	}
	e, faults := ParseExample(response, t)
	for _, fault := range faults {
		l.errorf(path, lang.Text{EN: "%v", ZH: "%v"}, fault)
	}
	return e, len(faults) == 0
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

// exampleValue returns the value of an input if its default or example says it, otherwise
// that of the trial.
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
	}
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
