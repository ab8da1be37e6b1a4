package jq

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"

	"github.com/itchyny/gojq"
)

// Marshal returns an output as JSON, formatted as jq does.
func Marshal(v any) ([]byte, error) { return gojq.Marshal(v) }

// weigh subtracts the weight of v from room and returns the rest: 1 for each value in v, plus
// 1 for each 64 bytes of text. It stops as soon as the rest is negative. The rest is also
// negative if v is nested too deeply.
func weigh(v any, room int) int { return weighAt(v, 0, room) }

func weighAt(v any, depth, room int) int {
	const textOfOne = 64
	if depth > maxDepth {
		return -1
	}
	room--
	switch x := v.(type) {
	case string:
		room -= len(x) / textOfOne
	case json.Number:
		room -= len(x) / textOfOne
	case []any:
		for i := 0; i < len(x) && room >= 0; i++ {
			room = weighAt(x[i], depth+1, room)
		}
	case map[string]any:
		for name, member := range x {
			if room = weighAt(member, depth+1, room-len(name)/textOfOne); room < 0 {
				break
			}
		}
	}
	return room
}

// exact converts the numbers that jq calculated to [json.Number], as jq prints them:
// infinity becomes the largest number, and NaN becomes null. Numbers from the input are
// exact already.
func exact(v any) any {
	if out, changed := exactCopy(v); changed {
		return out
	}
	return v
}

// exactCopy copies the lists and objects that it changes, because v may be part of the input
// or the expression.
func exactCopy(v any) (out any, changed bool) {
	switch x := v.(type) {
	case int, float64, *big.Int:
		text, err := gojq.Marshal(x)
		if err != nil || string(text) == "null" {
			return nil, true
		}
		return json.Number(text), true
	case []any:
		list := x
		for i, item := range x {
			if number, is := exactCopy(item); is {
				if !changed {
					list, changed = slices.Clone(x), true
				}
				list[i] = number
			}
		}
		return list, changed
	case map[string]any:
		object := x
		for name, member := range x {
			if number, is := exactCopy(member); is {
				if !changed {
					object, changed = maps.Clone(x), true
				}
				object[name] = number
			}
		}
		return object, changed
	}
	return v, false
}
