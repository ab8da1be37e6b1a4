package profile

import (
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// decode makes a Profile of the merged tables, strictly: every key that has no
// place and every value of the wrong type is among the faults, and left out.
func (m *merger) decode() {
	if members, bytes := weight(m.raw); members > maxMembers || bytes > maxProfile {
		m.errs = append(m.errs, m.p.own[0].errorf(nil, "%s: more than %d keys or %d KiB, with what it extends", m.p.Name, maxMembers, maxProfile>>10))
		return
	}
	d := decoder{report: m.fail, fields: map[reflect.Type]map[string][]int{}}
	d.decode(reflect.ValueOf(m.p).Elem(), m.raw)
	for _, name := range StepNames {
		if s := m.p.Step(name); s != nil {
			s.Name = name
			if s.Source == "" && m.p.origins[name].file.builtin {
				s.Source = SourceDoc
			}
		}
	}
	if n := len(m.p.Inputs); n > maxInputs {
		m.fail([]string{"inputs"}, "%d inputs: more than %d", n, maxInputs)
		m.p.Inputs = nil
		return
	}
	for name := range m.p.values {
		if _, ok := m.p.Inputs[name]; !ok {
			m.fail([]string{name}, "the profile has no such input%s", Suggest(name, m.keys()))
		}
	}
}

func (m *merger) fail(path []string, format string, args ...any) {
	m.failAt(m.p.errorf(path, format, args...), path...)
}

// failAt notes a fault of form, and the key that so says nothing.
func (m *merger) failAt(e *Error, path ...string) {
	m.errs = append(m.errs, e)
	m.malformed = append(m.malformed, strings.Join(path, "."))
}

// decoder lays decoded TOML into Go values by their toml tags.
type decoder struct {
	report func(path []string, format string, args ...any)
	path   []string                          // of the value that is decoded
	fields map[reflect.Type]map[string][]int // index of each tag
}

func (d *decoder) fail(format string, args ...any) { d.report(d.path, format, args...) }

// member decodes what stands under a key.
func (d *decoder) member(key string, v reflect.Value, raw any) {
	d.path = append(d.path, key)
	d.decode(v, raw)
	d.path = d.path[:len(d.path)-1]
}

func (d *decoder) decode(v reflect.Value, raw any) {
	given := reflect.ValueOf(raw)
	switch {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(v.Elem(), raw)
	case v.Type() == reflect.TypeFor[time.Duration]():
		d.duration(v, raw)
	case v.Kind() == reflect.Interface:
		v.Set(given)
	case wanted(v.Type()) != found(raw):
		d.fail("has to be %s, not %s", wanted(v.Type()), found(raw))
	case v.Kind() == reflect.Struct:
		d.table(v, raw.(map[string]any))
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for key, m := range raw.(map[string]any) {
			member := reflect.New(v.Type().Elem()).Elem()
			d.member(key, member, m)
			v.SetMapIndex(reflect.ValueOf(key), member)
		}
	case v.Kind() == reflect.Slice:
		list := raw.([]any)
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i, m := range list {
			d.member(strconv.Itoa(i), v.Index(i), m)
		}
	default: // text, a number or a truth value
		v.Set(given.Convert(v.Type()))
	}
}

func (d *decoder) table(v reflect.Value, raw map[string]any) {
	fields := d.fieldsOf(v.Type())
	for key, m := range raw {
		index, ok := fields[key]
		if !ok {
			var known []string
			for name := range fields {
				known = append(known, name)
			}
			d.report(sub(d.path, key), "unknown key%s", Suggest(key, known))
			continue
		}
		d.member(key, v.FieldByIndex(index), m)
	}
}

func (d *decoder) fieldsOf(t reflect.Type) map[string][]int {
	if d.fields[t] == nil {
		d.fields[t] = map[string][]int{}
		for _, f := range reflect.VisibleFields(t) {
			if tag := f.Tag.Get("toml"); tag != "" && tag != "-" {
				d.fields[t][tag] = f.Index
			}
		}
	}
	return d.fields[t]
}

func (d *decoder) duration(v reflect.Value, raw any) {
	text, _ := raw.(string)
	span, err := time.ParseDuration(text)
	if err != nil || span < 0 {
		d.fail(`has to be a span of time such as "90s", "10m" or "2h"`)
		return
	}
	v.SetInt(int64(span))
}

// wanted and found name a type as TOML's users know it.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a table"
	}
	return "a whole number"
}

func found(raw any) string {
	switch raw.(type) {
	case string:
		return "text"
	case bool:
		return "true or false"
	case int64:
		return "a whole number"
	case float64:
		return "a number"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date"
}

func sub(path []string, key string) []string { return append(path[:len(path):len(path)], key) }

// errorf is an *Error at the place from which the key came. For what is inherited
// from a built-in profile that is the place of the user's own file that is nearest:
// there it can be corrected.
func (p *Profile) errorf(path []string, format string, args ...any) *Error {
	o, within := p.placeOf(path)
	var e *Error
	if own, ok := p.nearestOwn(path); ok && o.file != nil && o.file.builtin {
		e = own.errorf(path, format+" (inherited from %s)", append(args, strings.TrimSuffix(filepath.Base(o.file.Path), ".toml"))...)
	} else {
		e = o.errorf(within, format, args...)
	}
	e.Key = strings.Join(path, ".")
	if _, _, refusal := cutIndex(path); refusal {
		e.Key = strings.Join(slices.Concat(path[:1], path[2:]), ".")
	}
	return e
}

// placeOf is where a key, or what is around it, comes from, and the key's path there.
func (p *Profile) placeOf(path []string) (origin, []string) {
	if i, rest, ok := cutIndex(path); ok && i < len(p.refusals) {
		return p.refusals[i], rest
	}
	o, _ := p.originOf(path)
	return o, path
}

// cutIndex takes the path of a refusal's key apart.
func cutIndex(path []string) (i int, rest []string, ok bool) {
	if len(path) < 2 || path[0] != "refusals" {
		return 0, nil, false
	}
	i, err := strconv.Atoi(path[1])
	return i, path[2:], err == nil
}

// nearestOwn is the layer of the profile's own, in a file of the user's, that says
// most of what is around a key; false when it has none.
func (p *Profile) nearestOwn(path []string) (nearest origin, ok bool) {
	deepest := -1
	for _, o := range p.own {
		depth, t := 0, o.table()
		for depth < len(path) && t != nil {
			if _, says := t[path[depth]]; !says {
				break
			}
			t = table(t, path[depth])
			depth++
		}
		if !o.file.builtin && depth >= deepest {
			nearest, deepest, ok = o, depth, true
		}
	}
	return nearest, ok
}

// originOf is where a key, or what is around it, comes from.
func (p *Profile) originOf(path []string) (o origin, ok bool) {
	for n := min(len(path), 3); n > 0; n-- {
		if o, ok = p.origins[strings.Join(path[:n], ".")]; ok {
			return o, true
		}
	}
	return origin{}, false
}
