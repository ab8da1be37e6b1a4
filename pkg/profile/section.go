package profile

import (
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// ownSteps merges the table of the vendor's own steps.
func (m *merger) ownSteps(o origin, v any) {
	if _, steps := m.into(o, v, ownTable); steps != nil {
		for _, name := range slices.Sorted(maps.Keys(steps)) {
			m.section(o, steps[name], ownTable, name)
		}
	}
}

// into returns the merged table at a path, and v as the layer's table that is to be merged
// into it. Both are nil if v is not a table.
func (m *merger) into(o origin, v any, path ...string) (merged, layer map[string]any) {
	key := strings.Join(path, ".")
	layer, ok := v.(map[string]any)
	if !ok {
		m.failAt(o.errorf(path, lang.Text{EN: "expected a table [%s]", ZH: "应为 [%s] 表"}, key), path...)
		return nil, nil
	}
	m.p.origins[key] = o
	merged = m.raw
	for _, key := range path {
		inner := table(merged, key) // a copy, never a file's own table
		if inner == nil {
			inner = map[string]any{}
			merged[key] = inner
		}
		merged = inner
	}
	return merged, layer
}

// section merges a table of the profile, such as the table of a step.
func (m *merger) section(o origin, v any, path ...string) {
	merged, t := m.into(o, v, path...)
	if t == nil {
		return
	}
	key := strings.Join(path, ".")
	if len(path) > 1 || !StepName(key).IsOwn() {
		dropOtherBody(merged, t)
		dropSettledGuess(merged, t)
		if !o.file.builtin {
			delete(merged, "source") // it described the unmodified step
		}
	}
	for k, v := range t {
		if key == "inputs" {
			declared, ok := v.(map[string]any)
			if !ok { // keep what has been declared
				m.failAt(o.errorf([]string{key, k}, expected, aTable, found(v)), key, k)
				continue
			}
			v = m.declare(o, k, declared)
		}
		merged[k] = v
		m.p.origins[key+"."+k] = o
	}
}

// dropOtherBody removes an inherited form if a layer has json, and vice versa. If a
// layer has both, both stay, and Lint reports them.
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

// dropSettledGuess removes an inherited guess if a layer redefines the body or the
// signature, because guesses about requests concern these.
func dropSettledGuess(merged, layer map[string]any) {
	for _, key := range []string{"form", "json", "sign"} {
		if _, says := layer[key]; says {
			delete(merged, "guess")
			delete(merged, "guess_zh")
		}
	}
}
