package profile

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/suggestion"
)

// decode decodes the merged tables into the Profile. It reports unknown keys and
// values of the wrong type, and leaves them out.
func (m *merger) decode() {
	if members, bytes := weight(m.raw); members > maxMembers || bytes > maxProfile {
		m.errs = append(m.errs, m.p.own[0].errorf(nil, lang.Text{EN: "profile %s has more than %d keys or %d KiB, including what it extends", ZH: "接入配置 %s 连同它继承的内容，超过 %d 个键或 %d KiB"}, m.p.Name, maxMembers, maxProfile>>10))
		return
	}
	d := decoder{report: m.fail}
	d.decode(reflect.ValueOf(m.p).Elem(), m.raw)
	m.nameSteps()
	m.checkStatuses()
	if n := len(m.p.Inputs); n > maxInputs {
		m.fail([]string{"inputs"}, lang.Text{EN: "too many inputs: %d, at most %d are allowed", ZH: "输入项太多：%d 个，最多 %d 个"}, n, maxInputs)
		m.p.Inputs = nil
		return
	}
	for name := range m.p.values {
		if _, ok := m.p.Inputs[name]; !ok {
			m.fail([]string{name}, lang.Text{EN: "the profile has no such input%s", ZH: "接入配置没有这个输入项%s"}, suggestion.For(name, m.keys()))
		}
	}
}

// checkStatuses checks the HTTP statuses of refusals, with which the emulator answers.
func (m *merger) checkStatuses() {
	for i, r := range m.p.Refusals {
		if r.Status != 0 && !isResponseStatus(r.Status) {
			m.fail([]string{"refusals", strconv.Itoa(i), "status"}, lang.Text{EN: "HTTP %d is not a refusal: expected 200 to 299, or 400 to 599", ZH: "HTTP %d 不能表示拒绝：应为 200 至 299，或 400 至 599"}, r.Status)
		}
	}
}

// nameSteps sets the fields of decoded steps that their tables do not contain, such as Name.
// It removes the vendor's own steps with invalid names.
func (m *merger) nameSteps() {
	for name := range m.p.Own {
		switch {
		case !name.IsOwn():
			m.fail([]string{ownTable, string(name)}, lang.Text{EN: "this step has its own table: write [%s]", ZH: "这个步骤有自己的表，请写成 [%s]"}, name)
		case !isStepName(string(name)):
			m.fail(name.path(), lang.Text{EN: "the name of a step is a letter, followed by letters, digits, _ and -", ZH: "步骤名须以字母开头，后面是字母、数字、_ 或 -"})
		default:
			continue
		}
		delete(m.p.Own, name)
	}
	for _, name := range slices.Concat(StepNames, slices.Collect(maps.Keys(m.p.Own))) {
		s := m.p.Step(name)
		if s == nil {
			continue
		}
		s.Name, s.Makes = name, m.p.Makes
		if s.Source == "" && m.p.origins[name.Table()].file.builtin {
			s.Source = SourceDoc
		}
	}
}

func (m *merger) fail(path []string, format lang.Text, args ...any) {
	m.failAt(m.p.errorf(path, format, args...), path...)
}

// failAt records an error in the form of a key: an unknown name or a wrong type. It also
// records the key, so that lint does not report consequences of the error.
func (m *merger) failAt(e *Error, path ...string) {
	m.errs = append(m.errs, e)
	m.malformed = append(m.malformed, strings.Join(path, "."))
}

// decoder stores decoded TOML in Go values, by their toml tags.
type decoder struct {
	report func(path []string, format lang.Text, args ...any)
	path   []string // of the current value
}

func (d *decoder) fail(format lang.Text, args ...any) { d.report(d.path, format, args...) }

// member decodes the value of a key.
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
	case v.Type() == reflect.TypeFor[Callback]() && raw == false:
		v.Set(reflect.ValueOf(Callback{None: true}))
	case v.Type() == reflect.TypeFor[time.Duration]():
		d.duration(v, raw)
	case v.Kind() == reflect.Interface:
		v.Set(given)
	case wanted(v.Type()) != found(raw):
		d.fail(expected, wanted(v.Type()), found(raw))
	case v.Kind() == reflect.Struct:
		d.table(v, raw.(map[string]any))
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for key, m := range raw.(map[string]any) {
			member := reflect.New(v.Type().Elem()).Elem()
			d.member(key, member, m)
			v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), member)
		}
	case v.Kind() == reflect.Slice:
		list := raw.([]any)
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i, m := range list {
			d.member(strconv.Itoa(i), v.Index(i), m)
		}
	default: // a string, a number or a boolean
		v.Set(given.Convert(v.Type()))
	}
}

func (d *decoder) table(v reflect.Value, raw map[string]any) {
	fields := fieldsOf(v.Type())
	for key, m := range raw {
		index, ok := fields[key]
		if !ok {
			var known []string
			for name := range fields {
				known = append(known, name)
			}
			d.report(sub(d.path, key), lang.Text{EN: "unknown key%s", ZH: "没有这个键%s"}, suggestion.For(key, known))
			continue
		}
		if key == "query" || key == "form" {
			if lists := v.FieldByName("Repeated"); lists.IsValid() {
				m = d.repeated(lists, key, m)
			}
		}
		d.member(key, v.FieldByIndex(index), m)
	}
}

// repeated moves the lists in raw, the query or form of a recipe, into the field Repeated of
// the recipe, and returns the rest.
func (d *decoder) repeated(into reflect.Value, group string, raw any) any {
	members, _ := raw.(map[string]any)
	if !hasList(members) {
		return raw
	}
	if into.IsNil() {
		into.Set(reflect.MakeMap(into.Type()))
	}
	rest := map[string]any{}
	for name, m := range members {
		if _, isList := m.([]any); !isList {
			rest[name] = m
			continue
		}
		list := reflect.New(into.Type().Elem()).Elem()
		d.path = append(d.path, group)
		d.member(name, list, m)
		d.path = d.path[:len(d.path)-1]
		into.SetMapIndex(reflect.ValueOf(group+"."+name), list)
	}
	return rest
}

func hasList(members map[string]any) bool {
	for _, m := range members {
		if _, isList := m.([]any); isList {
			return true
		}
	}
	return false
}

// fieldsOf returns the index of each field of a struct by its tag, including fields of
// embedded structs. It is computed once for each type, because some commands load all
// profiles. It does not use reflect.VisibleFields, which takes a hundredth of a short
// command's time.
func fieldsOf(t reflect.Type) map[string][]int {
	if known, ok := fieldsByType.Load(t); ok {
		return known.(map[string][]int)
	}
	fields := map[string][]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			for tag, index := range fieldsOf(f.Type) {
				fields[tag] = append([]int{i}, index...)
			}
		} else if tag := f.Tag.Get("toml"); tag != "" && tag != "-" {
			fields[tag] = f.Index
		}
	}
	fieldsByType.Store(t, fields)
	return fields
}

var fieldsByType sync.Map // map[string][]int by reflect.Type

func (d *decoder) duration(v reflect.Value, raw any) {
	text, _ := raw.(string)
	span, err := time.ParseDuration(text)
	if err != nil || span < 0 {
		d.fail(lang.Text{EN: `expected a duration such as "90s", "10m" or "2h"`, ZH: `应为时长，例如 "90s"、"10m" 或 "2h"`})
		return
	}
	v.SetInt(int64(span))
}

// The types of TOML in plain words, for messages.
var (
	aString  = lang.Text{EN: "a string", ZH: "字符串"}
	aBool    = lang.Text{EN: "true or false", ZH: "布尔值（true 或 false）"}
	anInt    = lang.Text{EN: "a whole number", ZH: "整数"}
	aNumber  = lang.Text{EN: "a number", ZH: "小数"}
	aList    = lang.Text{EN: "a list", ZH: "列表"}
	aTable   = lang.Text{EN: "a table", ZH: "表"}
	aProfile = lang.Text{EN: "the name of a profile", ZH: "接入配置的名称"}
	aDate    = lang.Text{EN: "a date", ZH: "日期"}
	aScalar  = lang.Text{EN: "a string, a whole number, true or false", ZH: "字符串、整数或布尔值（true、false）"}
	expected = lang.Text{EN: "expected %s, got %s", ZH: "应为%s，实为%s"}
)

// wanted returns the TOML type that is decoded into a Go type.
func wanted(t reflect.Type) lang.Text {
	switch t.Kind() {
	case reflect.String:
		return aString
	case reflect.Bool:
		return aBool
	case reflect.Slice:
		return aList
	case reflect.Struct, reflect.Map:
		return aTable
	}
	return anInt
}

// found returns the type of a TOML value.
func found(raw any) lang.Text {
	switch raw.(type) {
	case string:
		return aString
	case bool:
		return aBool
	case int64:
		return anInt
	case float64:
		return aNumber
	case []any:
		return aList
	case map[string]any:
		return aTable
	}
	return aDate
}

func sub(path []string, key string) []string { return append(path[:len(path):len(path)], key) }
