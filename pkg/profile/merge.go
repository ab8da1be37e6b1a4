package profile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// merger lays the layers of one profile on each other.
type merger struct {
	sources Sources
	raw     map[string]any
	p       *Profile
	errs    Errors
}

// chain adds the layers of name, what it extends first.
func (m *merger) chain(name string, seen []string, builtinOnly bool) error {
	id := name
	if builtinOnly {
		id = "built-in " + name
	}
	if slices.Contains(seen, id) {
		return &Error{Problem: "extends itself: " + strings.Join(append(seen, id), " → ")}
	}
	seen = append(seen, id)
	var own []origin
	base, hasBase := "", false
	if !builtinOnly {
		files := m.sources.files()
		slices.Reverse(files) // the one that wins comes last
		for _, f := range files {
			if t := table(table(f.raw, "profiles"), name); t != nil {
				own = append(own, origin{f, []string{"profiles", name}})
				if b, ok := t["extends"].(string); ok {
					base, hasBase = b, true
				} else if t["extends"] != nil {
					return own[len(own)-1].errorf([]string{"extends"}, "has to be the name of a profile")
				}
			}
		}
	}
	builtin, err := m.builtin(name)
	switch {
	case err != nil:
		return err
	case len(own) == 0 && builtin == nil:
		return m.unknown(name)
	case len(own) == 0:
		if b, ok := builtin.raw["extends"].(string); ok {
			m.p.Extends = append(m.p.Extends, b)
			if err := m.chain(b, seen, true); err != nil {
				return err
			}
		}
		m.layer(origin{builtin, nil}, builtin.raw)
		return nil
	case hasBase && base != name, !hasBase && builtin == nil:
		// extends another, or stands for itself
	default: // a user's profile of a built-in one's name adds to it
		base, hasBase = name, true
	}
	if hasBase {
		m.p.Extends = append(m.p.Extends, base)
		if err := m.chain(base, seen, base == name); err != nil {
			var e *Error
			if errors.As(err, &e) && e.File == "" {
				e.File, e.Line = own[len(own)-1].file.Path, own[len(own)-1].file.Line("profiles", name, "extends")
			}
			return err
		}
	}
	for _, o := range own {
		m.layer(o, table(table(o.file.raw, "profiles"), name))
	}
	return nil
}

func (m *merger) unknown(name string) error {
	names := append(m.sources.OwnNames(), m.sources.BuiltinNames()...)
	if name == "" {
		return &Error{Problem: "no profile is chosen"}
	}
	return &Error{Problem: fmt.Sprintf("unknown profile %s%s", name, suggest(name, names))}
}

// builtin reads a built-in profile, nil when there is none of that name.
func (m *merger) builtin(name string) (*File, error) {
	data, err := fs.ReadFile(m.sources.Builtin, name+".toml")
	if err != nil {
		return nil, nil
	}
	f, err := ParseFile("profiles/"+name+".toml", bytes.TrimPrefix(data, []byte("\ufeff")))
	if err == nil {
		f.Trusted, f.builtin = true, true
	}
	return f, err
}

// layer lays one table over what is there: a key replaces the key, at the depth
// of a step's or an input's keys, so that a layer can say just what differs.
func (m *merger) layer(o origin, t map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(t)) {
		v := t[key]
		sub, isTable := v.(map[string]any)
		switch {
		case key == "extends":
		case key == "refusals":
			m.addRefusals(o, v)
		case key == "inputs" || key == "reply" || key == "not_offered" || slices.Contains(StepNames, key):
			if !isTable {
				m.errs = append(m.errs, o.errorf([]string{key}, "has to be a table"))
				continue
			}
			m.merge(o, key, sub)
		case key == "title" || key == "docs":
			m.raw[key] = v
			m.p.origins[key] = o
		default:
			m.input(o, key, v)
		}
	}
}

func (m *merger) merge(o origin, key string, t map[string]any) {
	merged := maps.Clone(table(m.raw, key))
	if merged == nil {
		merged = map[string]any{}
	}
	for k, v := range t {
		switch {
		case k == "form":
			delete(merged, "json")
		case k == "json":
			delete(merged, "form")
		case key == "not_offered":
			delete(m.raw, k)
		}
		merged[k] = v
		m.p.origins[key+"."+k] = o
	}
	m.p.origins[key] = o
	m.raw[key] = merged
}

func (m *merger) addRefusals(o origin, v any) {
	list, ok := v.([]any)
	if !ok {
		m.errs = append(m.errs, o.errorf([]string{"refusals"}, "has to be a list of tables [[refusals]]"))
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
	switch x := v.(type) {
	case string:
		m.p.values[name] = value{text: x, Origin: Origin{From: "file", File: o.file.Path, Line: o.file.Line(append(slices.Clone(o.prefix), name)...)}, file: o.file}
	case int64:
		m.input(o, name, strconv.FormatInt(x, 10))
	case bool:
		m.input(o, name, strconv.FormatBool(x))
	default:
		known := append(slices.Concat(StepNames, sectionNames), slices.Collect(maps.Keys(table(m.raw, "inputs")))...)
		m.errs = append(m.errs, o.errorf([]string{name}, "unknown key%s", suggest(name, known)))
	}
	m.p.origins[name] = o
}

// sectionNames are the keys of a profile that are neither steps nor inputs.
var sectionNames = []string{"title", "docs", "extends", "inputs", "reply", "not_offered", "refusals"}
