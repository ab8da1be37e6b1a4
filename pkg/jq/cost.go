package jq

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/itchyny/gojq"
)

// Estimates of memory, in bytes per element of a list and per member of an object. They
// include what gojq needs while it makes the result.
const elementCost, memberCost = 32, 64

// maxDepth is the nesting below which functions that walk a value stop. They also stop when
// their room is used up: values can share parts, so ten values can look like a tree with
// millions of leaves.
const maxDepth = 10_000

// productCost estimates l * r: a string times a number repeats the string, and two objects
// are merged.
func productCost(l, r any) int {
	for _, pair := range [][2]any{{l, r}, {r, l}} {
		text, isText := pair[0].(string)
		if times, isNumber := gojq.ToFloat64(pair[1]); isText && isNumber {
			return int(min(float64(len(text))*max(times, 0), 2*maxResult))
		}
	}
	return maxResult - merged(l, r, 0, maxResult)
}

// merged subtracts the cost of merging two values from room.
func merged(l, r any, depth, room int) int {
	left, isLeft := l.(map[string]any)
	right, isRight := r.(map[string]any)
	if !isLeft || !isRight {
		return room
	}
	if depth > maxDepth {
		return -1
	}
	room -= (len(left) + len(right) + 1) * memberCost
	for name, member := range right {
		if room < 0 {
			break
		}
		room = merged(left[name], member, depth+1, room)
	}
	return room
}

// splitCost estimates splitting a text at a separator.
func splitCost(v, separator any) int {
	text, isText := v.(string)
	at, isSeparator := separator.(string)
	if !isText || !isSeparator {
		return 0
	}
	return (strings.Count(text, at) + 1) * 2 * elementCost
}

// pathCost estimates setting a value at a path: each index makes a list at least as long.
func pathCost(path any) int {
	steps, _ := path.([]any)
	if len(steps) > maxDepth {
		return maxResult + 1
	}
	cost := 0
	for _, step := range steps {
		if i, isNumber := gojq.ToInt(step); isNumber {
			cost += min(max(i, 0), maxResult) * elementCost
		}
		if cost > maxResult {
			break
		}
	}
	return cost + len(steps)*memberCost
}

// sumCost estimates adding the members of v, with the separator between them.
func sumCost(v, separator any) int {
	cost := 0
	add := func(item any) {
		switch x := item.(type) {
		case string:
			cost += len(x)
		case json.Number:
			cost += len(x)
		default:
			cost += elementCost + shallowCost(x)
		}
	}
	switch all := v.(type) {
	case []any:
		for i := 0; i < len(all) && cost <= maxResult; i++ {
			add(all[i])
			add(separator)
		}
	case map[string]any:
		for _, item := range all {
			if cost > maxResult {
				break
			}
			add(item)
			add(separator)
		}
	}
	return cost
}

// shallowCost estimates a shallow copy of a list or an object.
func shallowCost(v any) int {
	switch x := v.(type) {
	case []any:
		return len(x) * elementCost
	case map[string]any:
		return len(x) * memberCost
	}
	return 0
}

func flattenCost(v any, args []any) int {
	depth, isNumber := gojq.ToFloat64(args[0])
	if !isNumber || depth < 0 {
		return 0 // gojq returns an error
	}
	return maxResult - leaves(v, int(min(depth, maxDepth+1)), maxResult)
}

// leaves subtracts the cost of the flattened v from room. A negative depth is unlimited.
func leaves(v any, depth, room int) int {
	if depth < -maxDepth {
		return -1
	}
	room -= elementCost
	each := func(item any) {
		if list, isList := item.([]any); isList && depth != 0 {
			room = leaves(list, depth-1, room)
		} else {
			room -= elementCost
		}
	}
	switch x := v.(type) {
	case []any:
		for i := 0; i < len(x) && room >= 0; i++ {
			each(x[i])
		}
	case map[string]any:
		for _, item := range x {
			if room < 0 {
				break
			}
			each(item)
		}
	}
	return room
}

func transposeCost(v any) int {
	rows, _ := v.([]any)
	longest := 0
	for _, row := range rows {
		list, _ := row.([]any)
		longest = max(longest, len(list))
	}
	return longest * (len(rows)*elementCost/2 + 2*elementCost)
}

// explodeCost estimates a list of the characters of a text.
func explodeCost(v any) int {
	text, _ := v.(string)
	return utf8.RuneCountInString(text) * 24
}

// decodedCost estimates the values in a JSON text: each follows one of these characters.
func decodedCost(v any) int {
	text, _ := v.(string)
	cost := len(text)
	for _, c := range []byte(text) {
		if c == ',' || c == '[' || c == '{' || c == ':' {
			cost += memberCost
		}
	}
	return cost
}

// dateCost estimates a formatted date: a directive can pad to 1,024 characters.
func dateCost(v any) int {
	format, _ := v.(string)
	return len(format) + strings.Count(format, "%")*1100
}

func tostringCost(v any, _ []any) int {
	if _, isText := v.(string); isText {
		return 0
	}
	return textCost(v, nil)
}

// textCost estimates v as JSON or in any format such as @html.
func textCost(v any, _ []any) int { return maxResult - written(v, 0, maxResult) }

// written subtracts the length of v in JSON or another format from room.
func written(v any, depth, room int) int {
	const short = 8 // a number, null, or the punctuation of a list
	if depth > maxDepth {
		return -1
	}
	switch x := v.(type) {
	case string:
		return room - escaped(x)
	case json.Number:
		return room - len(x)
	case []any:
		for i := 0; i < len(x) && room >= 0; i++ {
			room = written(x[i], depth+1, room)
		}
	case map[string]any:
		for name, member := range x {
			if room = written(member, depth+1, room-escaped(name)); room < 0 {
				break
			}
		}
	}
	return room - short
}

// escaped returns at least the length of a text with any kind of escape, such as &quot; or
// \u0000 or %E4.
func escaped(text string) int {
	n := len(text) + 2
	if n > maxResult {
		return n
	}
	for i := range len(text) {
		n += escape(text[i])
	}
	return n
}

// escape returns how many bytes an escape can add to a byte.
func escape(c byte) int {
	switch c {
	case '"', '\'', '<', '>', '&', '\\', 0x7f:
		return 5
	}
	switch {
	case c < ' ':
		return 5
	case c >= utf8.RuneSelf:
		return 2
	}
	return 0
}
