package profile

import (
	"errors"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/suggestion"
)

func (l *linter) step(s *Step) {
	if s.Yields != nil {
		l.yields(s)
		return
	}
	l.requiredKeys(s)
	l.request(s)
	l.signature(s)
	l.usedMakes(s)
	if s.Source != "" && !slices.Contains(Known, s.Source) {
		l.errorf(s.at("source"), lang.Text{EN: "unknown source %q: expected one of %s%s", ZH: "没有 %q 这种来源，应为以下之一：%s%s"}, s.Source, lang.List(Known), suggestion.For(s.Source, Known))
	}
	if s.Response != "" && !slices.Contains(responseValues, s.Response) {
		l.errorf(s.at("response"), lang.Text{EN: "unknown response %q: expected one of %s%s", ZH: "没有 %q 这种响应，应为以下之一：%s%s"}, s.Response, lang.List(responseValues), suggestion.For(s.Response, responseValues))
	}
	l.with(s)
	l.again(s, s.Again)
	l.sendsKey(s)
	if reader, err := l.p.Reader(s); err != nil {
		l.errs = append(l.errs, err.(Errors)...)
	} else if s.Name != StepAuthorize && reader.ok.code == nil && !l.malformed("reply", "ok") {
		l.needs(s.at(), "ok", lang.Text{EN: "missing key ok, here or in [reply]", ZH: "缺少键 ok，可写在这里或 [reply] 里"})
	}
	l.redirectKeys(s)
	if s.Name == StepAuthorize {
		l.authorize(s)
		l.redirect(s)
		return
	}
	l.examples(s)
}

// again checks the key again: what happens to the application's token when a new one is
// fetched.
func (l *linter) again(s *Step, again string) {
	same, ends, _ := Reissue(again)
	switch {
	case again == "":
	case s.Name != StepToken:
		l.errorf(s.at("again"), lang.Text{EN: "only [token] can have this key", ZH: "只有 [token] 可以有这个键"})
	case !same && !ends:
		l.errorf(s.at("again"), lang.Text{EN: `expected "same", or how long the old token still works, such as "5m"`, ZH: `应为 "same"，或旧令牌还能用多久，例如 "5m"`})
	}
}

// request checks the parts of a request that are given.
func (l *linter) request(s *Step) {
	l.address(s.at("url"), s.URL)
	switch upper := strings.ToUpper(s.Method); {
	case s.Method != "" && !slices.Contains(methods, s.Method):
		l.errorf(s.at("method"), lang.Text{EN: "unknown method %q: expected one of %s%s", ZH: "没有 %q 这个方法，应为以下之一：%s%s"}, s.Method, lang.List(methods), suggestion.For(upper, methods))
	}
	if s.JSON != nil && s.Form != nil {
		l.errorf(s.at("form"), lang.Text{EN: "a request cannot have both form and json", ZH: "一个请求不能同时有 form 和 json"})
	}
	for key, list := range s.Repeated {
		if len(list) == 0 {
			l.errorf(s.at(strings.SplitN(key, ".", 2)...), lang.Text{EN: "the list is empty: the member would never be sent", ZH: "列表是空的：这个参数不会发送"})
		}
	}
	l.headers(s)
	l.numbers(s.at("json"), s.JSON)
	l.placeholders(s)
}

// signature checks that the signature is described if the request uses {sign}.
func (l *linter) signature(s *Step) {
	if _, made := s.Make("sign"); !made && s.Uses("sign") {
		l.needs(s.at(), "sign", lang.Sprintf(lang.Text{EN: "{sign} needs a table [%s.sign]", ZH: "{sign} 需要有 [%s.sign] 表"}, s.Name.Table()))
	}
}

// address checks the known parts of an address: its start, which must be http or
// https, and its literal parts. Where several steps share a default, an error in it is
// reported once.
func (l *linter) address(path []string, t recipe.Template) {
	text := string(t)
	first := t.Placeholders()
	if len(first) == 0 || !strings.HasPrefix(text, "{"+first[0].Name) {
		if text != "" && !isAddress(text) {
			l.errorf(path, notAddress, l.quotedAt(path, text))
		} else if text != "" {
			l.fixedParts(path, t, nil)
		}
		return
	}
	name := first[0].Name
	_, rest, _ := strings.Cut(text, "}")
	in, ok := l.p.Inputs[name]
	v, given := l.p.values[name]
	switch {
	case strings.HasPrefix(rest, ":"): // the placeholder is the scheme alone
		l.fixedParts(path, t, recipe.Values{name: "https"})
		return
	case !ok:
	case !given && in.Default != "" && l.p.defaultCycle(name) == nil:
		l.address([]string{"inputs", name, "default"}, in.Default)
	case given && v.text != "" && !reference.Is(v.text) && !isAddress(v.text):
		l.errs = append(l.errs, Error{File: v.File, Line: v.Line, Key: name}.saying(notAddress, in.quoted(v.text)))
	}
	l.fixedParts(path, t, recipe.Values{name: "https://host.example"})
}

var notAddress = lang.Text{EN: "%s is not an address: it must begin with https:// or http://", ZH: "%s不是地址：须以 https:// 或 http:// 开头"}

// fixedParts checks the literal parts of an address. known has a possible value of the
// placeholder at its start.
func (l *linter) fixedParts(path []string, t recipe.Template, known recipe.Values) {
	var fault *recipe.AddressError
	if errors.As(t.CheckAddress(known), &fault) {
		l.errorf(path, lang.Text{EN: "%s %s", ZH: "%s%s"}, l.quotedAt(path, string(t)), fault.Problem)
	}
}

// quotedAt is [Input.quoted] for the input whose default is at the path. A key that is not an
// input's is quoted.
func (l *linter) quotedAt(path []string, text string) lang.Text {
	if len(path) == 3 && path[0] == "inputs" {
		return l.p.Inputs[path[1]].quoted(text)
	}
	return Input{}.quoted(text)
}

func isAddress(text string) bool {
	scheme, _, ok := strings.Cut(text, "://")
	return ok && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

// methods are the HTTP methods that a step can use.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

func (l *linter) authorize(s *Step) {
	if s.State != "" && !slices.Contains(stateValues, s.State) {
		l.errorf(s.at("state"), lang.Text{EN: "unknown state %q: expected %s or %s", ZH: "没有 %q 这个 state，应为 %s 或 %s"}, s.State, StateRedirect, StateOptional)
	}
	if s.Callback.None {
		l.nothingBack(s)
		return
	}
	if s.State != StateRedirect && !l.p.StartUses("state") {
		l.needs(s.at(), "query", lang.Sprintf(lang.Text{
			EN: "missing {state}: without it, anyone can slip their own code into a user's login; if the vendor has no such parameter, set state = %q",
			ZH: "缺少 {state}：没有它，任何人都能把自己的授权码塞进用户的登录；若厂商没有这个参数，请设 state = %q",
		}, StateRedirect))
	}
	if l.p.StartUses("code_challenge") && l.p.Exchange != nil && !l.p.Exchange.Uses("code_verifier") {
		l.errorf(s.at(), lang.Text{EN: "has {code_challenge}, but [exchange] has no {code_verifier}", ZH: "有 {code_challenge}，但 [exchange] 没有 {code_verifier}"})
	}
	if e := l.p.Exchange; e != nil && e.Requires("code_verifier") && !l.p.StartUses("code_challenge") {
		l.errorf(e.at(), lang.Text{EN: "has {code_verifier}, but [authorize] has no {code_challenge}", ZH: "有 {code_verifier}，但 [authorize] 没有 {code_challenge}"})
	}
}

// headers checks that the header fields can be sent.
func (l *linter) headers(s *Step) {
	spelt := map[string]string{} // by canonical name
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		path := s.at("headers", name)
		value, _ := s.Headers[name].Expand(func(string) (string, bool) { return "", true })
		var fault *recipe.HeaderError
		if errors.As(recipe.CheckHeader(name, value), &fault) {
			l.errorf(path, verbatim, fault.Problem)
		}
		canonical := http.CanonicalHeaderKey(name)
		if first, twice := spelt[canonical]; twice {
			l.errorf(path, lang.Text{EN: "duplicate of the header %s: keep one", ZH: "与请求头 %s 重复，请只留一个"}, first)
		}
		spelt[canonical] = name
	}
}

// numbers reports the TOML numbers that JSON cannot represent.
func (l *linter) numbers(path []string, v any) {
	switch x := v.(type) {
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			l.errorf(path, lang.Text{EN: "JSON cannot represent %v", ZH: "JSON 无法表示 %v"}, x)
		}
	case map[string]any:
		for name, m := range x {
			l.numbers(sub(path, name), m)
		}
	case []any:
		for i, m := range x {
			l.numbers(sub(path, strconv.Itoa(i)), m)
		}
	}
}
