package profile

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// decode makes a Profile of the merged tables, strictly: every key that has no
// place and every value of the wrong type is an error.
func (m *merger) decode() (*Profile, error) {
	d := decoder{report: m.fail, fields: map[reflect.Type]map[string][]int{}}
	d.decode(reflect.ValueOf(m.p).Elem(), m.raw)
	for _, name := range StepNames {
		if s := m.p.Step(name); s != nil {
			s.Name = name
		}
	}
	for name := range m.p.values {
		if _, ok := m.p.Inputs[name]; !ok {
			m.fail([]string{name}, "the profile has no such input%s", Suggest(name, m.keys()))
		}
	}
	if len(m.errs) > 0 {
		return nil, m.errs.sorted()
	}
	return m.p, nil
}

func (m *merger) fail(path []string, format string, args ...any) {
	m.errs = append(m.errs, m.p.errorf(path, format, args...))
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

// errorf is an *Error at the place from which the key came.
func (p *Profile) errorf(path []string, format string, args ...any) *Error {
	if len(path) > 1 && path[0] == "refusals" {
		if i, err := strconv.Atoi(path[1]); err == nil && i < len(p.refusals) {
			e := p.refusals[i].errorf(path[2:], format, args...)
			e.Key = strings.Join(slices.Insert(slices.Clone(path[2:]), 0, "refusals"), ".")
			return e
		}
	}
	o, _ := p.originOf(path)
	return o.errorf(path, format, args...)
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
