package profile

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-viper/mapstructure/v2"
)

func (m *merger) decode() (*Profile, error) {
	var md mapstructure.Metadata
	dec, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: m.p, TagName: "toml", Metadata: &md, MatchName: func(a, b string) bool { return a == b },
		DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
	})
	if err != nil {
		return nil, err
	}
	if err := dec.Decode(m.raw); err != nil {
		m.typeErrors(err)
	}
	for _, key := range md.Unused {
		path := keyPath(key)
		m.errs = append(m.errs, m.p.errorf(path, "unknown key%s", suggest(path[len(path)-1], fieldNames(m.p, path))))
	}
	for _, s := range m.p.Steps() {
		s.Name = m.stepName(s)
	}
	for name := range m.p.values {
		if _, ok := m.p.Inputs[name]; !ok {
			o := m.p.origins[name]
			m.errs = append(m.errs, o.errorf([]string{name}, "the profile has no such input%s", suggest(name, append(m.p.InputNames(), sectionNames...))))
		}
	}
	if len(m.errs) > 0 {
		slices.SortFunc(m.errs, func(a, b *Error) int { return strings.Compare(a.Key, b.Key) })
		return nil, m.errs
	}
	return m.p, nil
}

func (m *merger) stepName(s *Step) string {
	for _, name := range StepNames {
		if m.p.Step(name) == s {
			return name
		}
	}
	return ""
}

// typeErrors takes mapstructure's joined errors apart.
func (m *merger) typeErrors(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			m.typeErrors(e)
		}
		return
	}
	var de *mapstructure.DecodeError
	if !errors.As(err, &de) {
		if inner := errors.Unwrap(err); inner != nil {
			m.typeErrors(inner)
			return
		}
		m.errs = append(m.errs, &Error{Problem: err.Error()})
		return
	}
	m.errs = append(m.errs, m.p.errorf(keyPath(de.Name()), "%s", de.Unwrap()))
}

// keyPath splits mapstructure's names, such as refusals[3].kind or inputs[x].vendor.
func keyPath(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

// errorf is an *Error at the place from which the key came.
func (p *Profile) errorf(path []string, format string, args ...any) *Error {
	if i, err := strconv.Atoi(path[min(1, len(path)-1)]); err == nil && path[0] == "refusals" && i < len(p.refusals) {
		e := p.refusals[i].errorf(path[2:], format, args...)
		e.Key = strings.Join(slices.Insert(slices.Clone(path[2:]), 0, "refusals"), ".")
		return e
	}
	for n := min(len(path), 2); n > 0; n-- {
		if o, ok := p.origins[strings.Join(path[:n], ".")]; ok {
			return o.errorf(path, format, args...)
		}
	}
	return &Error{Key: strings.Join(path, "."), Problem: fmt.Sprintf(format, args...)}
}

// fieldNames returns the keys that a table at path may have.
func fieldNames(p *Profile, path []string) []string {
	t := reflect.TypeOf(*p)
	for _, key := range path[:len(path)-1] {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Map, reflect.Slice:
			t = t.Elem()
		case reflect.Struct:
			f, ok := fieldByTag(t, key)
			if !ok {
				return nil
			}
			t = f.Type
		}
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if tag := f.Tag.Get("toml"); tag != "" && tag != "-" && tag != ",squash" {
			names = append(names, tag)
		}
	}
	return names
}

func fieldByTag(t reflect.Type, tag string) (reflect.StructField, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("toml") == tag {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
