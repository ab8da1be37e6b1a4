package jq

import (
	"cmp"
	"maps"
	"slices"

	"github.com/itchyny/gojq"

	"ssoctl/pkg/lang"
)

// gojq compares values recursively. Values nested 400,000 deep would take 400 MiB of stack,
// which is not part of the heap that [gauge] measures. Therefore comparing values
// that are nested deeper than maxDepth fails.

// errDeep says that an expression compares values that are nested too deeply.
var errDeep = lang.Errorf(lang.Text{EN: "the expression compares values that are nested deeper than %d", ZH: "表达式比较的值嵌套超过 %d 层"}, maxDepth)

// comparison returns the comparison that gojq's function name makes, as a function of the
// result of [compare]; nil if name is not a comparison.
func comparison(name string) func(order int) bool {
	switch name {
	case "_equal":
		return func(order int) bool { return order == 0 }
	case "_notequal":
		return func(order int) bool { return order != 0 }
	case "_less":
		return func(order int) bool { return order < 0 }
	case "_lesseq":
		return func(order int) bool { return order <= 0 }
	case "_greater":
		return func(order int) bool { return order > 0 }
	case "_greatereq":
		return func(order int) bool { return order >= 0 }
	}
	return nil
}

// compare is [gojq.Compare] for values that are not nested too deeply.
func compare(l, r any, depth int) (int, error) {
	if depth > maxDepth {
		return 0, errDeep
	}
	switch left := l.(type) {
	case []any:
		if right, isList := r.([]any); isList {
			return compareLists(left, right, depth+1)
		}
	case map[string]any:
		if right, isObject := r.(map[string]any); isObject {
			return compareObjects(left, right, depth+1)
		}
	}
	return gojq.Compare(l, r), nil
}

func compareLists(l, r []any, depth int) (int, error) {
	for i := range min(len(l), len(r)) {
		if order, err := compare(l[i], r[i], depth); order != 0 || err != nil {
			return order, err
		}
	}
	return cmp.Compare(len(l), len(r)), nil
}

func compareObjects(l, r map[string]any, depth int) (int, error) {
	names := slices.Sorted(maps.Keys(l))
	if order := slices.Compare(names, slices.Sorted(maps.Keys(r))); order != 0 {
		return order, nil
	}
	for _, name := range names {
		if order, err := compare(l[name], r[name], depth); order != 0 || err != nil {
			return order, err
		}
	}
	return 0, nil
}

// checkDepth returns errDeep if lists or objects among the values are nested too deeply.
func checkDepth(values ...any) error {
	const maxValues = 4 << 20 // values; more do not fit into the memory, unless they share parts
	room := maxValues
	for _, v := range values {
		if room = nested(v, 0, room); room < 0 {
			return errDeep
		}
	}
	return nil
}

// nested subtracts the number of values in v from room. It is negative if v is nested too
// deeply.
func nested(v any, depth, room int) int {
	if depth > maxDepth {
		return -1
	}
	room--
	switch x := v.(type) {
	case []any:
		for i := 0; i < len(x) && room >= 0; i++ {
			room = nested(x[i], depth+1, room)
		}
	case map[string]any:
		for _, member := range x {
			if room = nested(member, depth+1, room); room < 0 {
				break
			}
		}
	}
	return room
}
