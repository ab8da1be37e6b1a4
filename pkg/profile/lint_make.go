package profile

import (
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/suggestion"
)

// makes checks [make.NAME].
func (l *linter) makes() {
	used := map[string]bool{}
	for _, s := range l.p.Steps() {
		s.EachMake(func(name string, _ recipe.Make) { used[name] = true })
	}
	for _, name := range slices.Sorted(maps.Keys(l.p.Makes)) {
		m, path := l.p.Makes[name], []string{"make", name}
		if problem := l.makeName(name); !problem.IsZero() {
			l.errorf(path, verbatim, problem)
		} else if !used[name] && l.p.owns("make."+name) && !l.unsureSteps {
			l.errorf(path, lang.Text{EN: "{%s} is never used", ZH: "没有任何地方用到 {%s}"}, name)
		}
		l.make(path, m)
		m.EachTemplate(func(key string, t recipe.Template) {
			l.inMake(append(slices.Clone(path), strings.Split(key, ".")...), name, t)
		})
		if cycle := l.p.makeCycle(name); cycle != nil && cycle[0] == slices.Min(cycle) {
			l.errorf(path, lang.Text{EN: "refers to itself: %s", ZH: "引用了自身：%s"}, strings.Join(cycle, " → "))
		}
	}
}

// makeName says why a make cannot have this name; zero if it can.
func (l *linter) makeName(name string) lang.Text {
	_, input := l.p.Inputs[name]
	switch {
	case name == "sign":
	case input:
		l.used[name] = true
		return lang.Text{EN: "an input has this name: choose another", ZH: "已有同名的输入项，请换一个名字"}
	case slices.Contains(recipe.Made, name), recipe.IsPart(name), IsArgument(name), slices.Contains(PerRun, name):
		return lang.Text{EN: "this name is reserved for a value that ssoctl supplies: choose another", ZH: "这个名字留给 ssoctl 提供的值使用，请换一个"}
	}
	for _, s := range l.p.Steps() {
		for _, provided := range s.Provided() {
			if s.Supplies(provided) == name {
				return lang.Sprintf(lang.Text{EN: "[%s] supplies a value of this name: choose another", ZH: "[%s] 提供了同名的值，请换一个名字"}, s.Name.Table())
			}
		}
	}
	return lang.Text{}
}

// make checks how a value is made.
func (l *linter) make(path []string, m recipe.Make) {
	at := func(key string) []string { return sub(path, key) }
	kinds := 0
	for _, is := range []bool{m.Time != "", m.Random != 0, m.Text != "", m.JWT != nil} {
		if is {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		l.errorf(path, lang.Text{EN: "more than one of time, random, text and jwt: keep one", ZH: "time、random、text、jwt 只能有一个"})
		return
	case kinds == 0 && slices.ContainsFunc([]string{"time", "random", "text", "jwt"}, func(key string) bool { return l.malformed(sub(path, key)...) }):
		return
	case kinds == 0 && path[0] == "make":
		l.needs(path, "text", lang.Text{EN: "missing key: one of time, random, text and jwt", ZH: "缺少键：time、random、text、jwt 之一"})
		return
	case m.Time != "":
		l.makeTime(at, m)
	case m.Random != 0:
		if m.Random < recipe.MinRandom || m.Random > recipe.MaxRandom {
			l.errorf(at("random"), lang.Text{EN: "expected %d to %d characters", ZH: "应为 %d 到 %d 个字符"}, recipe.MinRandom, recipe.MaxRandom)
		}
	case m.JWT != nil:
		l.makeJWT(path, *m.JWT)
	default:
		l.makeText(path, m)
	}
	l.strays(at, m)
}

func (l *linter) makeTime(at func(string) []string, m recipe.Make) {
	if err := recipe.CheckTime(m.Time); err != nil {
		l.errorf(at("time"), verbatim, lang.Of(err))
	}
	if err := recipe.CheckZone(m.Zone); err != nil {
		l.errorf(at("zone"), verbatim, lang.Of(err))
	}
	if m.Type == recipe.TypeInt && !recipe.IsInt(m) {
		l.errorf(at("type"), lang.Text{
			EN: "not allowed here: this time is not a whole number, which has only digits and no leading zero",
			ZH: "不能用在这里：这个时间不是整数（只含数字，且不以 0 开头）",
		})
	}
}

// strays reports keys that have no effect beside the other keys.
func (l *linter) strays(at func(string) []string, m recipe.Make) {
	stray := func(key string, has bool, with lang.Text) {
		if has {
			l.errorf(at(key), lang.Text{EN: "only allowed with %s", ZH: "只能与 %s 同用"}, with)
		}
	}
	words := func(text string) lang.Text { return lang.Text{EN: text, ZH: text} }
	stray("zone", m.Zone != "" && m.Time == "", words("time"))
	for key, value := range map[string]string{"hash": m.Hash, "encoding": m.Encoding, "key": string(m.Key)} {
		stray(key, value != "" && (!m.IsText() || m.JWT != nil), words("text"))
	}
	if m.Type != "" && m.Type != recipe.TypeInt {
		l.errorf(at("type"), lang.Text{EN: "unknown type %q: expected int", ZH: "没有 %q 这个类型，应为 int"}, m.Type)
	}
	if m.Type == recipe.TypeInt && (m.Random != 0 || m.Hash != "" || m.Encoding != "" || m.JWT != nil) {
		l.errorf(at("type"), lang.Text{EN: "not allowed here: the value is not a whole number", ZH: "不能用在这里：这个值不是整数"})
	}
}

// makeText checks how a text is hashed and encoded.
func (l *linter) makeText(path []string, m recipe.Make) {
	at := func(key string) []string { return sub(path, key) }
	own := path[0] != "make" // a step's [STEP.sign]
	switch {
	case m.Hash == "" && own:
		l.needs(path, "hash", lang.Sprintf(lang.Text{EN: "missing key hash: one of %s", ZH: "缺少键 hash，应为以下之一：%s"}, lang.List(recipe.Hashes)))
	case m.Hash != "" && !slices.Contains(recipe.Hashes, m.Hash):
		l.errorf(at("hash"), lang.Text{EN: "unknown hash %q: expected one of %s", ZH: "没有 %q 这种哈希，应为以下之一：%s"}, m.Hash, lang.List(recipe.Hashes))
	}
	if m.Encoding != "" && !slices.Contains(recipe.Encodings, m.Encoding) {
		l.errorf(at("encoding"), lang.Text{EN: "unknown encoding %q: expected one of %s", ZH: "没有 %q 这种编码，应为以下之一：%s"}, m.Encoding, lang.List(recipe.Encodings))
	}
	l.privateKey(at("key"), m)
	if recipe.IsKeyed(m.Hash) != (m.Key != "") {
		l.errorf(at("key"), lang.Text{EN: "required with an hmac or a signature, and not allowed with any other hash", ZH: "hmac 和签名必须有它，其他哈希不能有"})
	}
	if m.Type == recipe.TypeInt && m.Hash == "" && m.Encoding == "" && m.Text != "" && !recipe.MayBeInt(m.Text) {
		l.errorf(at("text"), lang.Text{
			EN: "never a whole number, which has only digits and no leading zero: change it, or remove type",
			ZH: "不可能是整数（只含数字，且不以 0 开头）：请修改它，或去掉 type",
		})
	}
	if m.Text == "" {
		l.needs(path, "text", lang.Text{EN: "missing key text: the text to sign", ZH: "缺少键 text：待签名文本"})
	}
}

// inMake checks the placeholders in a make, as far as they do not depend on the step.
func (l *linter) inMake(path []string, name string, t recipe.Template) {
	l.lookalikes(path, t)
	for _, ph := range t.Placeholders() {
		_, input := l.p.Inputs[ph.Name]
		switch known := l.supplied(nil); {
		case input && recipe.IsPart(ph.Name):
			l.errorf(path, partNotInput, ph.Name)
		case recipe.IsPart(ph.Name), l.isInput(ph.Name), l.p.IsMade(ph.Name), slices.Contains(known, ph.Name):
		case ph.Name == AppToken && (l.p.Token != nil || l.unsureSteps):
		case l.full(), l.unsureInputs, l.unsureSteps, l.malformed("inputs", ph.Name), l.malformed("make", ph.Name):
		default:
			known = slices.Concat(known, l.p.InputNames(), recipe.RequestParts, []string{AppToken}, slices.Collect(maps.Keys(l.p.Makes)))
			known = slices.DeleteFunc(known, func(other string) bool { return other == name })
			l.errorf(path, lang.Text{EN: "unknown placeholder {%s}%s", ZH: "没有占位符 {%s}%s"}, ph.Name, suggestion.For(ph.Name, known))
		}
	}
}

var partNotInput = lang.Text{EN: "{%s} is a part of the request here, not the input of this name: rename the input", ZH: "{%s} 在这里是请求的一部分，不是同名的输入项：请给输入项改名"}

// makeCycle returns the path from a make through others back to itself, nil if there is
// none.
func (p *Profile) makeCycle(name string) []string {
	seen := map[string]bool{}
	var follow func(way []string) (cycle []string)
	follow = func(way []string) (cycle []string) {
		p.Makes[way[len(way)-1]].EachTemplate(func(_ string, t recipe.Template) {
			for _, ph := range t.Placeholders() {
				switch _, made := p.Makes[ph.Name]; {
				case cycle != nil || !made:
				case ph.Name == name:
					cycle = append(slices.Clone(way), name)
				case !seen[ph.Name]:
					seen[ph.Name] = true
					cycle = follow(append(slices.Clone(way), ph.Name))
				}
			}
		})
		return cycle
	}
	return follow([]string{name})
}

// usedMakes checks the makes that a step uses: their placeholders must have values in this
// step.
func (l *linter) usedMakes(s *Step) {
	if s.Sign != nil {
		l.make(s.at("sign"), *s.Sign)
		if !s.Uses("sign") {
			l.errorf(s.at("sign"), lang.Text{EN: "the request does not use {sign}", ZH: "请求里没有用到 {sign}"})
		}
		l.signsNothing(s.at("sign", "text"), s, s.Sign.Text)
	}
	lacking := l.lacking(s)
	s.EachMake(func(name string, m recipe.Make) {
		if name == "sign" && s.Sign != nil {
			return // checked with the other templates of the step
		}
		path := []string{"make", name}
		l.signsNothing(sub(path, "text"), s, m.Text)
		if m.Random > 0 && s.Sends() && !s.Reveals(name) {
			l.errorf(path, lang.Text{EN: "[%s] never sends {%s}, so the vendor cannot check what is made from it: send it too", ZH: "[%s] 没有发送 {%s}，厂商无法核对由它算出的值：请一并发送"}, s.Name.Table(), name)
		}
		m.EachTemplate(func(key string, t recipe.Template) {
			for _, ph := range t.Placeholders() {
				known := ph.Name == AppToken || slices.Contains(l.supplied(nil), ph.Name) // an unknown placeholder is reported once, by inMake
				if known && slices.Contains(lacking, ph.Name) {
					l.errorf(append(slices.Clone(path), strings.Split(key, ".")...), lang.Text{EN: "{%s} has no value in [%s], which uses {%s}: %s", ZH: "[%[2]s] 用到 {%[3]s}，而 {%[1]s} 在那里没有值：%[4]s"}, ph.Name, s.Name.Table(), name, l.whyNoValue(s, ph.Name))
				}
			}
		})
	})
}

// signsNothing reports placeholders of a text that are always empty in this step, or do not
// cover the parameters that the vendor reads.
func (l *linter) signsNothing(path []string, s *Step, text recipe.Template) {
	if !s.Sends() {
		return // yields reports parts of the request
	}
	hasQuery := len(s.Query) > 0 || strings.Contains(string(s.URL), "?") || s.repeats("query")
	hasBody := len(s.Form) > 0 || s.JSON != nil || s.repeats("form")
	for _, ph := range text.Placeholders() {
		switch name := ph.Name; {
		case name == "query_sorted" && s.Method != "GET" && hasBody:
			l.errorf(path, lang.Text{EN: "{query_sorted} covers only the query, but the parameters of this %s are in its body: use {params} or {body}; form parameters are sent in alphabetical order", ZH: "{query_sorted} 只含查询参数，而这个 %s 的参数在请求体里：请用 {params} 或 {body}；表单参数按字母顺序发送"}, s.Method)
		case name == "query_sorted" && s.Method != "GET" && hasQuery:
			l.errorf(path, lang.Text{EN: "{query_sorted} works only for GET: for this %s write out the parameters, such as a={a}&b={b}", ZH: "{query_sorted} 只适用于 GET：这个 %s 请逐个写出参数，例如 a={a}&b={b}"}, s.Method)
		case name == "query_sorted" && !hasQuery:
			l.errorf(path, lang.Text{EN: "{query_sorted} is always empty: this request has no query; remove it", ZH: "{query_sorted} 总是空的：这个请求没有查询参数，请去掉"})
		case name == "body" && !hasBody && hasQuery:
			l.errorf(path, lang.Text{EN: "{body} is always empty: this request has no form and no json; use {params} for its query, or remove it", ZH: "{body} 总是空的：这个请求没有 form 和 json；查询参数请用 {params}，或去掉它"})
		case name == "body" && !hasBody:
			l.errorf(path, lang.Text{EN: "{body} is always empty: this request has no form and no json; remove it", ZH: "{body} 总是空的：这个请求没有 form 和 json，请去掉"})
		case strings.HasPrefix(name, "params_"):
			l.parameters(path, s, name, hasQuery || hasBody)
		}
	}
}

// repeats reports whether the query or the form has a repeated member.
func (s *Step) repeats(group string) bool {
	for key := range s.Repeated {
		if strings.HasPrefix(key, group+".") {
			return true
		}
	}
	return false
}

// parameters checks that the sorted parameters are not empty and that each has one value.
func (l *linter) parameters(path []string, s *Step, part string, has bool) {
	if !has {
		l.errorf(path, lang.Text{EN: "{%s} is always empty: [%s] has no parameters", ZH: "{%s} 总是空的：[%s] 没有参数"}, part, s.Name.Table())
	}
	_, raw, _ := strings.Cut(string(s.URL), "?")
	inURL := map[string]bool{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if _, replaced := s.Query[name]; !replaced && name != "" {
			inURL[name] = true
		}
	}
	for name := range s.Query {
		inURL[name] = true
	}
	for key := range s.Repeated {
		_, name, _ := strings.Cut(key, ".")
		l.errorf(path, lang.Text{EN: "{%s} has %s several times: it is a list in [%s]", ZH: "{%s} 里 %s 出现多次：它在 [%s] 中是列表"}, part, name, s.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(inURL)) {
		_, inForm := s.Form[name]
		_, inJSON := s.JSON[name]
		if inForm || inJSON {
			l.errorf(path, lang.Text{EN: "{%s} has %s twice: it is in the query and in the body of [%s]", ZH: "{%s} 里 %s 出现两次：[%s] 的查询参数和请求体里都有它"}, part, name, s.Name.Table())
		}
	}
}
