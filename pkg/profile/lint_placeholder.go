package profile

import (
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/suggestion"
)

// placeholders checks the placeholders of the step's request.
func (l *linter) placeholders(s *Step) {
	lacking := l.lacking(s)
	s.EachTemplate(func(key string, t recipe.Template) {
		path := s.at(strings.Split(key, ".")...)
		l.lookalikes(path, t)
		l.adjacent(key, path, t)
		for _, ph := range t.Placeholders() {
			if l.placeholder(s, key, ph.Name) && slices.Contains(lacking, ph.Name) {
				l.errorf(path, lang.Text{EN: "{%s} has no value here: %s", ZH: "{%s} 在这里没有值：%s"}, ph.Name, l.whyNoValue(s, ph.Name))
			}
		}
	})
}

// lookalikes reports text that was probably meant as a placeholder.
func (l *linter) lookalikes(path []string, t recipe.Template) {
	for _, text := range t.Lookalikes() {
		l.errorf(path, lang.Text{EN: "%q is sent literally: a placeholder is written {name} or {name?}", ZH: "%q 会原样发送：占位符要写成 {名称} 或 {名称?}"}, text)
	}
}

// adjacent reports a placeholder directly before another, because a request does not show
// where its value ends. Inputs are allowed, because their values are known, and signed texts,
// because they are not read from a request.
func (l *linter) adjacent(key string, path []string, t recipe.Template) {
	if strings.HasPrefix(key, "sign.") || l.unsureInputs {
		return
	}
	parts := t.Parts()
	for i := range max(0, len(parts)-1) {
		a, one := parts[i].Only()
		b, other := parts[i+1].Only()
		if _, input := l.p.Inputs[a.Name]; one && other && !input {
			l.errorf(path, lang.Text{
				EN: "nothing separates {%s} from {%s}, so the emulator and profile verify cannot tell where the first one ends: put a character between them, or send them in two members",
				ZH: "{%s} 与 {%s} 之间没有分隔，模拟器和 profile verify 无法判断前者到哪里结束：请加一个分隔字符，或分成两个字段发送",
			}, a.Name, b.Name)
			return
		}
	}
}

// placeholder returns true if an input or a step supplies the name. Otherwise it
// reports why not. key says where it is in the request, as in [recipe.Recipe.EachTemplate].
func (l *linter) placeholder(s *Step, key, name string) bool {
	path := s.at(strings.Split(key, ".")...)
	inSign := strings.HasPrefix(key, "sign.")
	_, made := s.Make(name)
	switch {
	case name == "sign" && (inSign || key == "url"):
		l.errorf(path, lang.Text{EN: "{sign} is not allowed here, because the signature covers this text: use query, headers, form or json", ZH: "{sign} 不能写在这里，因为这段文本本身要签名：请写在 query、headers、form 或 json 里"})
	case made && key == "url" && strings.HasPrefix(string(s.URL), "{"+name):
		l.errorf(path, lang.Text{EN: "an address cannot begin with {%s}, which is made for each request: use an input", ZH: "地址不能以每次请求生成的 {%s} 开头，请用输入项"}, name)
	case made && key == "url" && s.Covers(name):
		l.errorf(path, lang.Text{EN: "{%s} is not allowed here, because it covers parts of the request: use query, headers, form or json", ZH: "{%s} 不能写在这里，因为它要用到请求的其余部分：请写在 query、headers、form 或 json 里"}, name)
	case inSign && l.inputHidden(name):
		l.errorf(path, partNotInput, name)
	case recipe.IsClientAuth(name):
		return l.clientAuth(path, name)
	case name == AppToken && l.p.Token == nil:
		if !l.unsureSteps {
			l.errorf(path, lang.Text{EN: "{%s} needs a [token] step", ZH: "{%s} 需要有 [token] 步骤"}, name)
		}
	case made && name != "sign", name == AppToken, l.isInput(name), slices.Contains(l.supplied(s), name), inSign && recipe.IsPart(name):
		return true
	case l.full(), l.unsureInputs, l.unsureSteps, l.malformed("inputs", name), l.malformed("make", name): // they may supply it
	default:
		known := slices.Concat(l.p.InputNames(), l.supplied(s), []string{AppToken}, slices.Collect(maps.Keys(s.Makes)))
		if inSign {
			known = append(known, recipe.RequestParts...)
		}
		l.errorf(path, lang.Text{EN: "unknown placeholder {%s}%s", ZH: "没有占位符 {%s}%s"}, name, suggestion.For(name, known))
	}
	return false
}

// inputHidden reports whether an input has the name of a part of the request.
func (l *linter) inputHidden(name string) bool {
	_, input := l.p.Inputs[name]
	return input && recipe.IsPart(name) && !slices.Contains(reservedParts, name)
}

// clientAuth checks that the profile has the inputs for a placeholder for client
// authentication.
func (l *linter) clientAuth(path []string, name string) bool {
	for _, n := range ClientCredentials {
		l.used[n] = true
	}
	if recipe.IsAssertion(name) {
		for _, n := range assertionInputs {
			l.used[n] = true
		}
	}
	needs := map[string][]string{
		"basic_auth": {"client_id", "client_secret"}, "post_id": {"client_id"}, "post_secret": {"client_secret"},
		"jwt_auth": {"client_id", recipe.ClientKey, recipe.AuthMethod}, "jwt_auth_type": {"client_id", recipe.AuthMethod},
	}[name]
	for _, n := range needs {
		if _, ok := l.p.Inputs[n]; !ok && !l.unsureInputs {
			l.errorf(path, lang.Text{EN: "{%s} needs an input named %s", ZH: "{%s} 需要名为 %s 的输入项"}, name, n)
			return false
		}
	}
	return true
}

func (l *linter) isInput(name string) bool {
	if _, ok := l.p.Inputs[name]; !ok {
		return false
	}
	l.used[name] = true
	for _, ph := range l.p.Inputs[name].Default.Placeholders() {
		if !l.used[ph.Name] {
			l.isInput(ph.Name)
		}
	}
	return true
}

// supplied returns the names, other than inputs, that have a value in some step or
// that a step other than s reads.
func (l *linter) supplied(s *Step) []string {
	names := slices.Clone(recipe.Made)
	for _, r := range roles {
		names = append(names, r.takes...)
	}
	for _, other := range l.p.Steps() {
		if other != s {
			names = append(names, other.Provided()...)
		}
	}
	return names
}

// lacking returns the names that have a value in other steps but never in s: no
// command supplies them, and no step that runs before s reads them.
func (l *linter) lacking(s *Step) []string {
	if l.unsureSteps {
		return nil
	}
	var out []string
	given := l.p.givenTo(s)
	for _, ph := range s.Placeholders() {
		_, isGiven := given[ph.Name]
		_, isInput := l.p.Inputs[ph.Name]
		made := l.p.IsMade(ph.Name)
		perRun := slices.Contains(PerRun, ph.Name)
		if !isGiven && !isInput && !made && perRun {
			out = append(out, ph.Name)
		}
	}
	if s.Name == StepAuthorize {
		return append(out, l.p.notBeforeLogin(s)...)
	}
	target := s.Name
	if s.Name.IsOwn() && s.With != "" { // it runs after that step, and can use the values read there
		target = s.With
	}
	plan, err := l.p.Plan([]StepName{target}, given)
	if err != nil {
		return out // a step is not offered; this is reported where it is needed
	}
	for _, ph := range s.Placeholders() {
		if _, isGiven := given[ph.Name]; !isGiven && !ph.Optional && l.p.suppliesItself(s, ph.Name) {
			out = append(out, ph.Name)
		}
	}
	return append(out, plan.Lacking...)
}

// givenTo returns made-up values for all that a command or a login can pass to the step.
func (p *Profile) givenTo(s *Step) recipe.Values {
	names := slices.Clone(s.role().takes)
	if s.Name.IsOwn() && p.IsStarting(s) {
		names = append(names, perLogin...)
	}
	if !p.carries(s, "nonce") {
		names = slices.DeleteFunc(names, func(name string) bool { return name == "nonce" })
	}
	if s.takes("code") { // so it may run in a login, after the redirect
		names = append(names, p.RedirectNames()...)
	}
	given := recipe.Values{}
	for _, name := range names {
		given[name] = name
	}
	return given
}

// suppliesItself reports whether s needs a value from a step that needs a value from s,
// directly or through other steps.
func (p *Profile) suppliesItself(s *Step, name string) bool {
	seen := map[*Step]bool{}
	var reaches func(name string, excluded func(*Step) bool) bool
	reaches = func(name string, excluded func(*Step) bool) bool {
		if _, isInput := p.Inputs[name]; isInput {
			return false
		}
		source := p.source(name, excluded)
		if source == nil || source == s || seen[source] {
			return source != nil && source == s
		}
		seen[source] = true
		return slices.ContainsFunc(source.Placeholders(), func(ph recipe.Placeholder) bool {
			return !ph.Optional && reaches(ph.Name, func(*Step) bool { return false })
		})
	}
	return reaches(name, func(other *Step) bool { return other == s })
}

// whyNoValue explains why the step has no value for name, and where the name can be
// used.
func (l *linter) whyNoValue(s *Step, name string) lang.Text {
	switch {
	case name == "code_challenge":
		return lang.Text{EN: "use it in [authorize]; [exchange] has {code_verifier}", ZH: "请用在 [authorize] 里；[exchange] 用 {code_verifier}"}
	case name == "code_verifier" && s.Name == StepAuthorize:
		return lang.Text{EN: "use it in [exchange]; [authorize] has {code_challenge}", ZH: "请用在 [exchange] 里；[authorize] 用 {code_challenge}"}
	case name == "nonce" && s.takes(name):
		return lang.Text{EN: "[authorize] must use it too", ZH: "[authorize] 也必须用到它"}
	case s.Name == StepAuthorize:
		return lang.Text{EN: "it is unknown before a login; use inputs, {state}, {nonce}, {code_challenge}, {app_token}, or values from steps that need no login", ZH: "登录之前没有它；只能用输入项、{state}、{nonce}、{code_challenge}、{app_token}，以及无需登录的步骤读取的值"}
	case name == AppToken:
		return lang.Text{EN: "[token] must read access_token and cannot depend on it", ZH: "[token] 必须读取 access_token，且不能依赖它"}
	}
	var with []string
	for _, step := range KnownSteps {
		if slices.Contains(roles[step].takes, name) {
			with = append(with, "["+step.Table()+"]")
		}
	}
	if len(with) > 0 {
		return lang.Sprintf(lang.Text{EN: "only %s can use it", ZH: "只有 %s 能用"}, lang.List(with))
	}
	for _, other := range l.p.Steps() {
		if other.Provides(name) {
			with = append(with, "["+other.Name.Table()+"]")
		}
	}
	return lang.Sprintf(lang.Text{EN: "it is read by %s, but not before [%s] runs", ZH: "它由 %s 读取，但 [%s] 执行时还没有"}, lang.List(with), s.Name.Table())
}
