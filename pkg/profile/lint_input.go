package profile

import (
	"regexp"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/suggestion"
)

// reservedParts are the [recipe.RequestParts] that have always been reserved. Inputs may
// have the names of the others.
var reservedParts = []string{"method", "path", "path_compact", "params", "body", "query_sorted"}

func (l *linter) inputs() {
	for _, name := range l.p.InputNames() {
		in, path := l.p.Inputs[name], []string{"inputs", name}
		if in.Undeclared {
			continue
		}
		switch {
		case slices.Contains(StepNames, StepName(name)) || slices.Contains(sectionNames, name):
			l.errorf(path, lang.Text{EN: "this name is reserved for a table: choose another", ZH: "这个名字留给表使用，请换一个"})
		case slices.Contains(recipe.Made, name) || slices.Contains(reservedParts, name) || name == AppToken:
			l.errorf(path, lang.Text{EN: "this name is reserved for a value that ssoctl supplies: choose another", ZH: "这个名字留给 ssoctl 提供的值使用，请换一个"})
		case !l.used[name] && len(l.p.Steps()) > 0 && l.p.owns("inputs."+name) && !l.unsureSteps:
			l.errorf(path, lang.Text{EN: "this input is never used", ZH: "没有任何地方用到这个输入项"})
		}
		if in.Type != "" && !slices.Contains(typeValues, in.Type) {
			l.errorf(sub(path, "type"), lang.Text{EN: "unknown type %q: expected int or bool", ZH: "没有 %q 这个类型，应为 int 或 bool"}, in.Type)
		}
		if in.Type != "" && in.Secret {
			l.errorf(sub(path, "type"), lang.Text{EN: "not allowed with secret: a secret is always a string", ZH: "不能与 secret 同用：密钥总是字符串"})
		}
		l.keyInput(path, name, in)
		if _, err := regexp.Compile(in.Pattern); err != nil {
			l.errorf(sub(path, "pattern"), lang.Text{EN: "%s", ZH: "正则表达式有误：%s"}, err)
		}
		if in.Required && in.Default != "" {
			l.errorf(path, lang.Text{EN: "an input with a default cannot be required", ZH: "有默认值的输入项不能设为 required"})
		}
		l.defaultOf(name, in)
	}
}

func (l *linter) defaultOf(name string, in Input) {
	path := []string{"inputs", name, "default"}
	l.lookalikes(path, in.Default)
	placeholders := in.Default.Placeholders()
	for _, ph := range placeholders {
		if _, ok := l.p.Inputs[ph.Name]; !ok && !l.full() {
			l.errorf(path, lang.Text{EN: "unknown input {%s}%s", ZH: "没有输入项 {%s}%s"}, ph.Name, suggestion.For(ph.Name, l.p.InputNames()))
		}
	}
	if l.cyclic[name] { // already reported at another input of the cycle
	} else if cycle := l.p.defaultCycle(name); cycle != nil {
		for _, other := range cycle {
			l.cyclic[other] = true
		}
		l.errorf(path, lang.Text{EN: "refers to itself: %s", ZH: "引用了自身：%s"}, strings.Join(cycle, " → "))
	}
	if l.size(name) > maxDefault && !slices.ContainsFunc(placeholders, func(ph recipe.Placeholder) bool { return l.size(ph.Name) > maxDefault }) {
		l.errorf(path, lang.Text{EN: "larger than %d KiB with the values of its placeholders", ZH: "填入占位符的值后超过 %d KiB"}, maxDefault>>10)
	}
	if in.Default != "" && len(placeholders) == 0 {
		if _, err := in.Typed(string(in.Default)); err != nil {
			l.errorf(path, lang.Text{EN: "%s %s", ZH: "%s%s"}, in.quoted(string(in.Default)), err)
		}
	}
}

// values checks the values that the files give to inputs. References are not followed,
// so their values are not checked.
func (l *linter) values() {
	for _, name := range l.p.InputNames() {
		v, given := l.p.values[name]
		if !given || v.text == "" || reference.Is(v.text) {
			continue
		}
		if _, err := l.p.typed(name, l.p.Inputs[name], v.text); err != nil {
			l.errs = append(l.errs, err)
		}
	}
}

// size returns the size of an input's value in bytes, as far as it is known here. An
// input without a value, and a default that refers to itself, count as empty.
func (l *linter) size(input string) int {
	if n, known := l.sizes[input]; known {
		return n
	}
	l.sizes[input] = 0
	n := literalSize(l.p.Inputs[input].Default)
	if v, given := l.p.values[input]; given {
		n = len(v.text)
	} else {
		for _, ph := range l.p.Inputs[input].Default.Placeholders() {
			n = min(n+l.size(ph.Name), maxDefault+1)
		}
	}
	l.sizes[input] = n
	return n
}

// defaultCycle returns the path from an input through defaults back to itself, nil if
// there is none.
func (p *Profile) defaultCycle(input string) []string {
	seen := map[string]bool{}
	var follow func(way []string) []string
	follow = func(way []string) []string {
		for _, ph := range p.Inputs[way[len(way)-1]].Default.Placeholders() {
			if ph.Name == input {
				return append(way, ph.Name)
			}
			if seen[ph.Name] {
				continue
			}
			seen[ph.Name] = true
			if cycle := follow(append(way, ph.Name)); cycle != nil {
				return cycle
			}
		}
		return nil
	}
	return follow([]string{input})
}

// owns reports whether the profile itself has the key, such as inputs.NAME, rather than
// what it extends.
func (p *Profile) owns(key string) bool {
	o := p.origins[key]
	return slices.ContainsFunc(p.own, func(own origin) bool {
		return own.file == o.file && slices.Equal(own.prefix, o.prefix)
	})
}
