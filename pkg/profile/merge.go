package profile

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
)

// merger lays the layers of one profile on each other.
type merger struct {
	sources Sources
	raw     map[string]any
	p       *Profile
	errs    Errors
	// malformed are the keys that have faults of form, as paths within the profile.
	malformed []string
}

// chain adds the layers of name, what it extends first, and returns those of
// them that name has of its own.
func (m *merger) chain(name string, seen []string, builtinOnly bool) ([]origin, error) {
	id := name
	if builtinOnly {
		id = "built-in " + name
	}
	if slices.Contains(seen, id) {
		return nil, &Error{Problem: "extends itself: " + strings.Join(append(seen, id), " → ")}
	}
	if len(seen) == maxExtends {
		return nil, &Error{Problem: fmt.Sprintf("more than %d profiles extend each other", maxExtends)}
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
		base = name // a user's profile of a built-in one's name adds to it
	}
	if base != "" {
		m.p.Extends = append(m.p.Extends, base)
		if _, err := m.chain(base, seen, builtin || base == name); err != nil {
			if e, ok := err.(*Error); ok && e.File == "" {
				located := at.errorf([]string{"extends"}, "%s", e.Problem)
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

// layersOf returns the profile's tables in the configuration files, the one
// that wins last, or else the built-in profile.
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

// extended returns the name that the last of the layers extends, "" for none.
func extended(layers []origin) (base string, at origin, err error) {
	for _, o := range layers {
		if v, ok := o.table()["extends"]; ok {
			if base, _ = v.(string); base == "" {
				return "", o, o.errorf([]string{"extends"}, "has to be the name of a profile")
			}
			at = o
		}
	}
	return base, at, nil
}

func (m *merger) unknown(name string, builtinOnly bool) error {
	if name == "" {
		return &Error{Problem: "no profile is chosen", Hint: lang.Text{
			EN: "Choose one with -p NAME, or by default_profile in the configuration: ssoctl profile list",
			ZH: "请用 -p 名称 选择，或在配置里写 default_profile：ssoctl profile list",
		}}
	}
	if builtinOnly {
		return &Error{Problem: fmt.Sprintf("there is no built-in profile %s%s", name, Suggest(name, m.sources.BuiltinNames()))}
	}
	names := slices.Concat(m.sources.OwnNames(), m.sources.BuiltinNames())
	return &Error{Problem: fmt.Sprintf("unknown profile %s%s", name, Suggest(name, names)), Hint: lang.Text{
		EN: "See the available profiles: ssoctl profile list", ZH: "查看可用的配置：ssoctl profile list",
	}}
}

// layer lays one table over what is there: a key replaces the key, at the depth
// of a step's or an input's keys, so that a layer can say just what differs.
func (m *merger) layer(o origin, t map[string]any) {
	for _, name := range StepNames {
		_, gone := table(t, "not_offered")[name]
		_, offered := t[name]
		switch {
		case gone && offered:
			m.failAt(o.errorf([]string{"not_offered", name}, "is offered here as well: [%s]", name), "not_offered", name)
		case gone:
			delete(m.raw, name)
		case offered:
			delete(table(m.raw, "not_offered"), name)
		}
	}
	if _, renamed := t["title"]; renamed { // the inherited Chinese title says something else
		delete(m.raw, "title_zh")
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
		case slices.Contains(sectionNames, key) || slices.Contains(StepNames, key):
			m.section(o, key, v)
		default:
			given[key] = v
		}
	}
	for key, v := range given { // now that the inputs are known
		m.input(o, key, v)
	}
}

// section merges a table of the profile.
func (m *merger) section(o origin, key string, v any) {
	t, ok := v.(map[string]any)
	if !ok {
		m.failAt(o.errorf([]string{key}, "has to be a table [%s]", key), key)
		return
	}
	merged := table(m.raw, key) // of our own, never a file's
	if merged == nil {
		merged = map[string]any{}
		m.raw[key] = merged
	}
	m.p.origins[key] = o
	if slices.Contains(StepNames, key) {
		dropOtherBody(merged, t)
		dropSettledGuess(merged, t)
		if !o.file.builtin {
			delete(merged, "source") // it was said of the step as it was
		}
	}
	for k, v := range t {
		if key == "inputs" {
			declared, ok := v.(map[string]any)
			if !ok { // and it does not take away what was declared
				m.failAt(o.errorf([]string{key, k}, "has to be a table, not %s", found(v)), key, k)
				continue
			}
			v = m.declare(o, k, declared)
		}
		merged[k] = v
		m.p.origins[key+"."+k] = o
	}
}

// dropOtherBody takes away the inherited form where a layer says json, and the
// other way round. Both in one layer are both kept, for Lint.
func dropOtherBody(merged, layer map[string]any) {
	_, form := layer["form"]
	_, json := layer["json"]
	switch {
	case form && !json:
		delete(merged, "json")
	case json && !form:
		delete(merged, "form")
	}
}

// dropSettledGuess takes an inherited guess away where a layer says anew how the
// body or the signature is made, which is what guesses about requests are about.
func dropSettledGuess(merged, layer map[string]any) {
	for _, key := range []string{"form", "json", "sign"} {
		if _, says := layer[key]; says {
			delete(merged, "guess")
			delete(merged, "guess_zh")
		}
	}
}

// declare merges what a layer says of an input with what is inherited.
func (m *merger) declare(o origin, name string, t map[string]any) map[string]any {
	merged := table(table(m.raw, "inputs"), name) // of our own, never a file's
	if merged == nil {
		merged = map[string]any{}
	}
	if _, ok := t["default"]; ok {
		delete(merged, "required") // what has a default is not
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

// secretTurnedOff: what one layer calls secret stays so in every later one.
func (o origin) secretTurnedOff(input string) *Error {
	e := o.errorf([]string{"inputs", input, "secret"}, "%s is secret in what this adds to, and has to stay so", input)
	e.Hint = lang.Text{
		EN: "Take secret = false out. To send something else, declare an input of another name.",
		ZH: "请去掉 secret = false。若要发送别的值，请另起名字声明一个输入项。",
	}
	return e
}

func (m *merger) addRefusals(o origin, v any) {
	list, ok := v.([]any)
	if !ok {
		m.failAt(o.errorf([]string{"refusals"}, "has to be a list of tables [[refusals]]"), "refusals")
		return
	}
	before, _ := m.raw["refusals"].([]any)
	m.raw["refusals"] = slices.Concat(list, before) // the first of a kind is the latest layer's
	places := make([]origin, len(list))
	for i := range list {
		places[i] = origin{o.file, slices.Concat(o.prefix, []string{"refusals", strconv.Itoa(i)})}
	}
	m.p.refusals = slices.Concat(places, m.p.refusals)
}

// input takes a value that a file gives for an input.
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
		m.fail([]string{name}, "unknown key%s", Suggest(name, m.keys()))
	default:
		m.fail([]string{name}, "has to be text, a whole number, true or false, not %s", found(v))
	}
}

// keys are what a profile's table may hold: the inputs as far as they are known.
func (m *merger) keys() []string {
	return slices.Concat(StepNames, sectionNames, slices.Collect(maps.Keys(table(m.raw, "inputs"))))
}

// sectionNames are the keys of a profile that are neither steps nor inputs.
var sectionNames = []string{"title", "title_zh", "docs", "extends", "inputs", "reply", "scan", "not_offered", "refusals"}
