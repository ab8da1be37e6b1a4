package profile

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/suggestion"
)

// merger merges the layers of one profile.
type merger struct {
	sources Sources
	raw     map[string]any
	p       *Profile
	errs    Errors
	// malformed are the paths, within the profile, of unknown keys and values of the wrong
	// type.
	malformed []string
}

// chain merges the layers of a profile: first those of the profile that it extends, then
// its own. It returns its own layers. seen are the profiles whose extends led here.
func (m *merger) chain(name string, seen []string, builtinOnly bool) ([]origin, error) {
	id := name
	if builtinOnly {
		id = "built-in " + name
	}
	if slices.Contains(seen, id) {
		return nil, Error{}.saying(lang.Text{EN: "extends itself: %s", ZH: "继承了自身：%s"}, strings.Join(append(seen, id), " → "))
	}
	if len(seen) == maxExtends {
		return nil, Error{}.saying(lang.Text{EN: "chain of more than %d profiles", ZH: "继承链超过 %d 层"}, maxExtends)
	}
	seen = append(seen, id)
	layers, builtin, err := m.layersOf(name, builtinOnly)
	if err != nil {
		return nil, err
	}
	base, at, err := extended(layers)
	switch {
	case err != nil:
		return nil, err
	case base == "" && !builtin && m.hasBuiltin(name):
		base = name // a user's profile with a built-in profile's name extends it
	}
	if base != "" {
		m.p.Extends = append(m.p.Extends, base)
		if _, err := m.chain(base, seen, builtin || base == name); err != nil {
			if e, ok := err.(*Error); ok && e.File == "" {
				located := at.errorf([]string{"extends"}, verbatim, e.Problem)
				located.Hint = e.Hint
				return nil, located
			}
			return nil, err
		}
	}
	for _, o := range layers {
		m.layer(o, o.table())
	}
	return layers, nil
}

// layersOf returns the profile's tables in the configuration files; later ones win. If
// there are none, it returns the built-in profile.
func (m *merger) layersOf(name string, builtinOnly bool) (layers []origin, builtin bool, err error) {
	if !builtinOnly {
		for _, f := range slices.Backward(m.sources.files()) {
			if o := (origin{f, []string{"profiles", name}}); o.table() != nil {
				layers = append(layers, o)
			}
		}
	}
	if len(layers) > 0 {
		return layers, false, nil
	}
	data, err := fs.ReadFile(m.sources.builtin(), name+".toml")
	if err != nil {
		return nil, false, m.unknown(name, builtinOnly)
	}
	f, err := ParseFile("profiles/"+name+".toml", data)
	if err != nil {
		return nil, false, err
	}
	f.builtin = true
	return []origin{{f, nil}}, true, nil
}

func (m *merger) hasBuiltin(name string) bool {
	_, err := fs.Stat(m.sources.builtin(), name+".toml")
	return err == nil
}

// extended returns the name in the last extends of the layers, "" for none.
func extended(layers []origin) (base string, at origin, err error) {
	for _, o := range layers {
		if v, ok := o.table()["extends"]; ok {
			if base, _ = v.(string); base == "" {
				return "", o, o.errorf([]string{"extends"}, lang.Text{EN: "expected the name of a profile", ZH: "应为接入配置的名称"})
			}
			at = o
		}
	}
	return base, at, nil
}

func (m *merger) unknown(name string, builtinOnly bool) error {
	if name == "" {
		return Error{Hint: lang.Text{
			EN: "Choose one with -p NAME, or set default_profile in the configuration. To list profiles: ssoctl profile list",
			ZH: "请用 -p NAME 选择，或在配置文件里写 default_profile。查看可用的接入配置：ssoctl profile list",
		}}.saying(lang.Text{EN: "no profile is selected", ZH: "没有选择接入配置"})
	}
	if builtinOnly {
		return Error{}.saying(lang.Text{EN: "there is no built-in profile %s%s", ZH: "没有内置的接入配置 %s%s"}, name, suggestion.For(name, m.sources.BuiltinNames()))
	}
	names := slices.Concat(m.sources.OwnNames(), m.sources.BuiltinNames())
	return Error{Hint: lang.Text{
		EN: "See the available profiles: ssoctl profile list", ZH: "查看可用的接入配置：ssoctl profile list",
	}}.saying(lang.Text{EN: "unknown profile %s%s", ZH: "没有接入配置 %s%s"}, name, suggestion.For(name, names))
}

// layer merges one table into the profile. A key of a step, of another section or of the
// declaration of an input replaces only the inherited key of that name, so that a layer
// states only what differs.
func (m *merger) layer(o origin, t map[string]any) {
	for _, step := range KnownSteps {
		name, in, inherited := string(step), t, m.raw
		if step.IsOwn() {
			in, inherited = table(t, ownTable), table(m.raw, ownTable)
		}
		_, gone := table(t, "not_offered")[name]
		_, offered := in[name]
		switch {
		case gone && offered:
			m.failAt(o.errorf([]string{"not_offered", name}, lang.Text{EN: "the same file also defines [%s]", ZH: "同一文件里还定义了 [%s]"}, step.Table()), "not_offered", name)
		case gone:
			delete(inherited, name)
		case offered:
			delete(table(m.raw, "not_offered"), name)
		}
	}
	if _, renamed := t["title"]; renamed { // the inherited Chinese title no longer fits
		delete(m.raw, "title_zh")
	}
	if table(t, string(StepAuthorize))["scan"] == false && table(t, "scan") == nil { // the inherited script has nothing to show
		delete(m.raw, "scan")
	}
	given := map[string]any{}
	for key, v := range t {
		switch {
		case key == "extends":
		case key == "refusals":
			m.addRefusals(o, v)
		case key == "title" || key == "title_zh" || key == "docs":
			m.raw[key] = v
			m.p.origins[key] = o
		case key == ownTable:
			m.ownSteps(o, v)
		case slices.Contains(sectionNames, key) || !StepName(key).IsOwn():
			m.section(o, v, key)
		default:
			given[key] = v
		}
	}
	for key, v := range given { // now that the inputs are known
		m.input(o, key, v)
	}
}

// declare merges a layer's declaration of an input with the inherited one.
func (m *merger) declare(o origin, name string, t map[string]any) map[string]any {
	merged := table(table(m.raw, "inputs"), name) // a copy, never a file's own table
	if merged == nil {
		merged = map[string]any{}
	}
	if _, ok := t["default"]; ok {
		delete(merged, "required") // an input with a default is not required
	}
	for k, v := range t {
		if k == "secret" && v == false && merged[k] == true {
			m.failAt(o.secretTurnedOff(name), "inputs", name, k)
			continue
		}
		merged[k] = v
		m.p.origins["inputs."+name+"."+k] = o
	}
	return merged
}

// secretTurnedOff reports secret = false for an input that an earlier layer declares
// secret.
func (o origin) secretTurnedOff(input string) *Error {
	e := o.errorf([]string{"inputs", input, "secret"}, lang.Text{EN: "%s is already declared secret, and must stay secret", ZH: "%s 已声明为密钥，不能改成非密钥"}, input)
	e.Hint = lang.Text{
		EN: "Remove secret = false. To send something else, declare an input under another name.",
		ZH: "请去掉 secret = false。若要发送别的值，请另起名字声明一个输入项。",
	}
	return e
}

// addRefusals puts a layer's refusals before the inherited ones, and drops the inherited ones
// that the layer replaces.
func (m *merger) addRefusals(o origin, v any) {
	list, ok := v.([]any)
	if !ok {
		m.failAt(o.errorf([]string{"refusals"}, lang.Text{EN: "expected a list of tables, [[refusals]]", ZH: "应为 [[refusals]] 表的列表"}), "refusals")
		return
	}
	all := slices.Clone(list) // the first match counts, so later layers come first
	places := make([]origin, len(list))
	for i := range list {
		places[i] = origin{o.file, slices.Concat(o.prefix, []string{"refusals", strconv.Itoa(i)})}
	}
	inherited, _ := m.raw["refusals"].([]any)
	for i, old := range inherited {
		if !slices.ContainsFunc(list, func(own any) bool { return replaces(own, old) }) {
			all, places = append(all, old), append(places, m.p.refusals[i])
		}
	}
	m.raw["refusals"], m.p.refusals = all, places
}

// replaces reports whether a layer's own refusal replaces an inherited one: both have the
// same code, and message and member are each equal or absent from the own refusal. The own
// refusal then applies wherever the inherited one would.
func replaces(own, inherited any) bool {
	now, ok := own.(map[string]any)
	was, also := inherited.(map[string]any)
	if !ok || !also || now["code"] == nil || fmt.Sprint(now["code"]) != fmt.Sprint(was["code"]) {
		return false
	}
	covers := func(key string) bool { return now[key] == nil || now[key] == was[key] }
	return covers("message") && covers("member")
}

// input stores the value that a file gives to an input.
func (m *merger) input(o origin, name string, v any) {
	m.p.origins[name] = o
	switch x := v.(type) {
	case string:
		from := o.origin(name)
		m.p.values[name] = value{text: x, Origin: from, file: o.file}
	case int64:
		m.input(o, name, strconv.FormatInt(x, 10))
	case bool:
		m.input(o, name, strconv.FormatBool(x))
	case map[string]any, []any:
		m.fail([]string{name}, lang.Text{EN: "unknown key%s", ZH: "没有这个键%s"}, suggestion.For(name, m.keys()))
	default:
		m.fail([]string{name}, expected, aScalar, found(v))
	}
}

// keys returns the keys that a profile's table may contain, including the inputs known
// so far.
func (m *merger) keys() []string {
	names := slices.Concat(sectionNames, slices.Collect(maps.Keys(table(m.raw, "inputs"))))
	for _, step := range StepNames {
		names = append(names, string(step))
	}
	return names
}

// sectionNames are the keys of a profile other than steps and inputs.
var sectionNames = []string{"title", "title_zh", "docs", "extends", "inputs", "reply", "make", ownTable, "scan", "not_offered", "refusals"}
