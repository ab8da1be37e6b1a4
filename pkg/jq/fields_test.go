package jq_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/jq"
)

func TestFields(t *testing.T) {
	for text, want := range map[string][]string{
		`.a`:                                    {"a"},
		`.a.b[0] // ."c d" // .["e"]`:           {"a", "c d", "e"},
		`type == "object" and (has("a") | not)`: {"a"},
		`select(has("a")) | .b // ($status | select(. >= 400))`:           {"a", "b"},
		`(.a | objects | select(.b) | .c) // (.a | strings)`:              {"a"},
		`if .a? == "b" then $headers["c"] else .d | split("/")[-1] end`:   {"a", "d"},
		`[.a, .b.c] | map(select(. != null and tostring != "0"))[0]`:      {"a", "b"},
		`if type == "string" then startswith("y") else .a | has("b") end`: {"a"},
		`if type == "object" then .a else tostring end`:                   {"a"},
		`.a | [.[] | .b]`:                  {"a"},
		`"a"`:                              {},
		`(strings | split(": ")[0]) // .a`: {"a"},
		`.a | strings | sub("x"; "y") | capture("(?<c>.)").c | IN("b")`: {"a"},
		`"\(.a) \("x" + .b)"`: {"a", "b"},
		`[to_entries[] | select(.key | endswith("_x")) | .value][0] | .a`: {"*_x"},
		`to_entries[] | select(.key | endswith("\"))"))`:                  {"*\"))"},
		`.a // (to_entries[] | select(.key | endswith("b")))`:             {"a", "*b"},
		// These read other fields, or may.
		`.`: nil, `..`: nil, `.[]`: nil, `.[0]`: nil, `.["a":]`: nil, `.[.a]`: nil, `."a\(.b)"`: nil, `tostring`: nil, `keys`: nil, `length`: nil,
		`[.] | .[0]`: nil, `select(.a)`: nil, `objects`: nil, `if .a then .b end`: nil, `if type == "string" then .a end`: nil, `if type == .a then .b else tostring end`: nil, `.a // .`: nil, `. == {}`: nil, `.a as $x | .`: nil,
		`to_entries[] | .key`: nil, `to_entries[] | select(.key | endswith(.a))`: nil, `to_entries[] | select(.key | endswith("a")) , .value`: nil, `.[] | select(.key | endswith("a"))`: nil,
		`to_entries[] | select(.key | endswith("a")) | $__prog_args`: nil, `to_entries[] as $x | 1`: nil, `strings, .`: nil, `if strings then . else 1 end`: nil, `to_entries | .[0]`: nil, `.a | . + $__loc__`: nil, `.a | now`: nil, `{a: .}`: nil, `def f: .; f`: nil, `[.[] | .a]`: nil, `map(.a)`: nil,
		`"\(.)"`: nil, `@json`: nil, `.a[.b | tostring] | $ENV`: nil, `try error(.) catch .`: nil, `reduce .[] as $x (0; 1)`: nil, `-(.)`: nil, `(`: nil, ``: nil, `def f: 1;`: nil,
	} {
		read, ok := jq.Fields(text)
		got := read.Names
		for _, ending := range read.Endings {
			got = append(got, "*"+ending)
		}
		if ok != (want != nil) || ok && !cmp.Equal(want, append([]string{}, got...)) {
			t.Errorf("%s: got %q, %v, want %q", text, got, ok, want)
		}
	}
}
