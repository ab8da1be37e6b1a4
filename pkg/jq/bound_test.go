package jq_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/itchyny/gojq"

	"ssoctl/pkg/jq"
)

// TestLargeResults: a single operation with a large result of small input fails before it
// allocates, in every way to write it, and the error names the operation.
func TestLargeResults(t *testing.T) {
	// Thirty lists that share their parts: written out, they have 2^30 members.
	const shared = `reduce range(30) as $i ([1]; [., .]) | `
	const long = `("x" * 10000000) as $s | `
	for text, operation := range map[string]string{
		`"x" * 1e9`: "*", `"x" | . *= 1e9`: "*", `reduce range(30) as $i ({}; {a: ., b: .}) | . * .`: "*",
		`[] | .[500000000] = 1`: ".[500000000] =", `[] | .[$n] = 1`: ".[500000000] =", `.a[$n].b |= 1`: ".[500000000] =",
		`.[$n] += 1`: ".[500000000] =", `.[$n] //= 1`: ".[500000000] =", `.[$n] *= 2`: ".[500000000] =", `.[$n] /= 2`: ".[500000000] =",
		`.[$n] -= 1`: ".[500000000] =", `.[$n] %= 2`: ".[500000000] =", `_assign(.[$n]; 1)`: ".[500000000] =", `_modify(.[$n]; 1)`: ".[500000000] =",
		`def path(f): []; .[$n] = 1`: ".[500000000] =", `def f(g): g = 1; f(.[$n])`: ".[500000000] =", `getpath([$n]) = 1`: ".[500000000] =",
		`first(.[$n], .a) |= 1`: ".[500000000] =", `[[]] | .[0][$n] = 1`: ".[500000000] =", `{"a": (.[$n] = 1)}`: ".[500000000] =",
		`setpath([$n]; 1)`: "setpath([500000000])", `setpath(["a", 5e8]; 1)`: "setpath([500000000])", `setpath([range(100) | 600000]; 1)`: "setpath([600000])",
		`def setpath(p): setpath(p; 1); setpath([$n])`: "setpath([500000000])", `pick(.[$n])`: "setpath([500000000])",
		`fromstream([[$n], 1], [[$n]])`:   `setpath([500000000])`,
		long + `[range(1000) | $s] | add`: "add", long + `add(range(1000) | $s)`: "add", `[range(1000)] as $l | [range(1000) | $l] | add`: "add",
		long + `[range(1000) | $s] | join(",")`: "join", long + `[range(1000)] | join($s)`: "join", `[range(1000)] as $l | [range(1000) | $l] | join([1])`: "join",
		shared + `flatten`: "flatten", shared + `flatten(29)`: "flatten", `[[range(10000)], (range(10000) | [])] | transpose`: "transpose",
		shared + `tojson`: "tojson", shared + `tostring`: "tostring", shared + `"\(.)"`: "tostring", shared + `@text`: "tostring", shared + `@json "\(.)"`: "tojson",
		shared + `@html`: "@html", shared + `@uri "a\(.)"`: "@uri", shared + `@base64`: "@base64", shared + `@base64d`: "@base64d", shared + `format("text")`: "format",
		shared + `{"\(.)": 1}`: "tostring", shared + `INDEX(.[]; .)`: "tostring", shared + `INDEX(.)`: "tostring", shared + `error`: "error", shared + `halt_error`: "error",
		long + `[range(1000) | $s] | @csv`: "@csv", long + `[range(1000) | $s] | @tsv`: "@tsv", long + `[range(1000) | $s] | @sh`: "@sh", `("x" * 6000000) * 2 | gsub("x"; "<") | @html`: "gsub", // far from 40 MiB before gsub
		long + `$s | explode`: "explode", long + `$s | split("")`: "split", long + `$s / "x"`: "/", long + `$s | . /= "x"`: "/",
		long + `$s | index("x")`: "index", long + `$s | rindex("x")`: "rindex", long + `$s | indices("x")`: "indices", `"[" + "[]," * 5000000 + "1]" | fromjson`: "fromjson",
		`0 | strftime("%999Y" * 100000)`: "strftime", `0 | strflocaltime("%999Y" * 100000)`: "strflocaltime",
		`"x" | test("(a{1000})" * 300)`: "test", `"x" | test(["a{1000}{1000}" * 1000])`: "test", `"x" | test("a" * 10000)`: "test",
		long + `$s | [match("x"; "g")]`: "match", long + `$s | [scan("x")]`: "scan", long + `$s | [splits("x")]`: "splits", long + `$s | split("x"; null)`: "split",
		long + `$s | gsub("x"; "y")`: "gsub", long + `$s | sub("x"; "y"; "g")`: "sub", long + `$s | [capture("(?<a>x)"; "g")]`: "capture", long + `$s | _match("x"; "g"; false)`: "match",
		long + `$s | [match(["x", "g"])]`: "match",
	} {
		e, err := jq.Compile(text, "$n")
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err = e.First(t.Context(), nil, 500000000)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		want := "the expression takes more than 40 MiB of memory: the result of " + operation + " is too large"
		if got := (after.TotalAlloc - before.TotalAlloc) >> 20; fmt.Sprint(err) != want || got > 80 || took > 2*time.Second {
			t.Errorf("%s: %d MiB, %v, %v", text, got, took, err)
		}
	}
}

// TestSameAsGojq: within the bounds, an expression returns what gojq returns.
func TestSameAsGojq(t *testing.T) {
	for _, text := range []string{
		`.a[1] = 9`, `.a[1:] = [7]`, `.a[] |= . + 1`, `.a[] += 1`, `.a[1] *= 3`, `.a |= map(. * 2)`, `(.a[0], .s) = (1, 2)`, `.a[-1] = 5`, `.a[5] = 5`,
		`.a[] |= empty`, `(.a[] | select(. > 1)) |= . - 1`, `..|= .`, `(.. | numbers) += 1`, `.x.y[2].z = 1`, `.a[1:3] |= map(. + 1)`, `.a["x"]? = 1`,
		`try (.s[0] = 1) catch "no"`, `first(.a[]) = 8`, `.a[length] = 1`, `.a[.a[0]] = 7`, `.["s"] = 1`, `."a"[0] //= 2`, `.n //= 4`, `.a as [$x] | .a[$x] = $x`,
		`path(.a[1] |= 3)?`, `[paths]`, `del(.a[0])`, `to_entries`, `with_entries(.value |= tostring)`, `map_values(1)`, `pick(.a[1])`, `[pick(.a[0, 2])]`,
		`fromstream(tostream)`, `[1 | truncate_stream([[0], 1], [[1, 0], 2])]`, `limit(1; .a[])`, `.a | add`, `add(.a[])`, `{} | add`, `.a | join("-")`, `[[1], 2, [[3]]] | flatten, flatten(1)`,
		`[1, [2]] | flatten(-1)?`, `[[1, 2], [3]] | transpose`, `.a | sort, unique, keys`, `.s | explode | implode`, `.s | index("b"), rindex("b"), indices("b")`, `.a | index(2)`,
		`"a,b" / ","`, `6 / (2, 3)`, `.a[0] /= 2`, `"a,b" | split(","), split(", *"; null)`, `"[1]" | fromjson`, `"[" | fromjson?`, `0 | todate, strftime("%Y"), (strftime("%FT%T") | length)`,
		`tostring, tojson, @text, @json, @html, @uri, @base64`, `.s | @html, @uri, @base64, (@base64 | @base64d), @sh, @text`, `.a | @csv, @tsv, @sh`, `"\(.a) \(.s)", @uri "?\(.s)"`,
		`.s | test("B"), test("B"; "i"), test(["B", "i"])`, `.s | [match("b"; "g").offset]`, `.s | capture("(?<x>b)")`, `.s | [scan("."), scan("(.)"; "i")]`, `.s | [splits("b"), splits("B"; "i")]`,
		`.s | sub("b"; "x", "y"), gsub("(?<x>[ab])"; .x + "!"), gsub("B"; "x"; "i"), sub("B"; "x"; "gi")`, `.s | test("(")?`, `.a | test("x")?`,
		`[.a[] == (1, 2)], [(1, 2) < (2, 1)], [(1, 2) >= (2, 1)], [1, "1", null, [1], {}, true | . != 1, . <= "1", . > false]`,
		`[[], [1], [1, 2], [2], {}, {a: 1}, {a: 2}, {b: 0}, nan, 1e1000, 12345678901234567890, "a", null, false] | [.[] as $x | .[] as $y | [$x == $y, $x < $y, $x >= $y]]`,
		`.a - [2], (.a | length - 1), .a[0] - (1, 2), (.s - 1)?, (.a -= [1]), (.a[] -= 1), try (.s - 1) catch .`, `.a | min, max, min_by(-.), max_by(-.), sort_by(-.), group_by(. > 1), unique_by(. > 1), bsearch(2), bsearch(9)`,
		`.a | contains([1]), inside([1, 2, 3, 4]), index([2]), indices([2, 3]), IN([1, 2, 3]), (.[] | IN(1, 2))`, `IN(.a[]; 2, 5)`, `try ({} | sort) catch ., try ({} | min_by(.)) catch ., try (.s | contains(1)) catch .`,
		`INDEX(.a[]; .)`, `.a | INDEX(.)`, `[.a[] as $x | $x * (1, 2)]`, `{a: {b: 1}} * {a: {c: 2}}`, `def tostring: 1; "\(.a)"`, `def f: def test(x): 5; test("x"); f`, `[setpath(["a", (0, 1)]; (1, 2))]`,
		`try error([1]) catch .`, `getpath(["a", 1])`, `[splits("x")?]`, `input_line_number?`, `env, $ENV`, `[.a[] | . as $v | {k: $v}] | from_entries?`, `[limit(3; repeat(1))]`, `[[1, 2], [3]] | [combinations]`,
	} {
		input := func() any {
			return map[string]any{"a": []any{1, 2, 3}, "s": "abc<&b>"}
		}
		want := ""
		query, err := gojq.Parse(text)
		if err == nil {
			var code *gojq.Code
			if code, err = gojq.Compile(query); err == nil {
				for all := code.Run(input()); ; {
					v, more := all.Next()
					if !more {
						break
					}
					if failed, is := v.(error); is {
						want += "error " + failed.Error()
						break
					}
					out, _ := gojq.Marshal(v)
					want += string(out) + "\n"
				}
			}
		}
		e, ours := jq.Compile(text)
		if err != nil || ours != nil {
			if fmt.Sprint(err) != fmt.Sprint(ours) {
				t.Errorf("%s: want %v, got %v", text, err, ours)
			}
			continue
		}
		got := ""
		if err := e.Run(context.Background(), input(), func(v any) error {
			out, _ := jq.Marshal(v)
			got += string(out) + "\n"
			return nil
		}); err != nil {
			got += "error " + err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// An expression can neither use nor replace the functions that the bounded functions call.
func TestReservedNames(t *testing.T) {
	for _, text := range []string{`unbounded_test("x")`, `def bounded_path: .; .`, `def f(unbounded_x): unbounded_x; f(1)`} {
		if _, err := jq.Compile(text); err == nil || !strings.HasPrefix(err.Error(), "function not defined: ") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
