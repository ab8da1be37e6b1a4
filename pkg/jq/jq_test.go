package jq_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/jq"
)

func compile(t testing.TB, text string) *jq.Expression {
	t.Helper()
	e, err := jq.Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestCompile(t *testing.T) {
	for text, want := range map[string]jq.SyntaxError{
		".a | }":         {1, 6, `unexpected token "}"`},
		"\"名\" |\n | .b": {2, 2, `unexpected token "|"`},
		"nosuch(.a)":     {0, 0, "function not defined: nosuch/1"},
		"input":          {0, 0, "input(s)/0 is not allowed"},
	} {
		_, err := jq.Compile(text)
		got := (*jq.SyntaxError)(nil)
		if !errors.As(err, &got) || *got != want || err.Error() != want.Problem {
			t.Errorf("%s: %+v", text, err)
		}
	}
}

// A variable has the value that is passed to a run, with and without gojq.
func TestVariables(t *testing.T) {
	for text, want := range map[string]any{
		"$a.b": "x", ".n + $n": json.Number("3"), "[range(200)] | length + $n": json.Number("202"), "[$a.b, $n] | length": json.Number("2"),
	} {
		e, err := jq.Compile(text, "$a", "$n")
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.First(t.Context(), map[string]any{"n": json.Number("1")}, map[string]any{"b": "x"}, 2)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
	if _, err := jq.Compile("$b", "$a"); err == nil {
		t.Error("$b compiles although only $a is a variable")
	}
}

// Numbers from the input are exact, and calculated numbers can be written as JSON.
func TestFirst(t *testing.T) {
	input := map[string]any{"n": json.Number("12345678901234567890"), "f": json.Number("1.50"), "s": "x"}
	for text, want := range map[string]any{
		".n": json.Number("12345678901234567890"), ".n + 1": json.Number("12345678901234567891"), ".f": json.Number("1.50"),
		"1, 2": json.Number("1"), "[1, [.f, 2.5]]": []any{json.Number("1"), []any{json.Number("1.50"), json.Number("2.5")}},
		`{"a": infinite, b: {c: nan}}`: map[string]any{"a": json.Number("1.7976931348623157e+308"), "b": map[string]any{"c": nil}},
		"pow(10; 400)":                 json.Number("1.7976931348623157e+308"),
		"empty":                        nil, ".s, error": "x", "halt": nil, "null": nil, "false": false,
	} {
		e := compile(t, text)
		for range 2 { // running it does not change it
			got, err := e.First(t.Context(), input)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: %v %s", text, err, diff)
			}
		}
	}
}

// TestProduct: every way to write a multiplication gives the result of jq.
func TestProduct(t *testing.T) {
	for text, want := range map[string]string{
		`"ab" * 2, 2 * "ab", "ab" * 1.5, "ab" * 0.5, "ab" * 0, "ab" * -1`: `["abab","abab","ab","","",null]`,
		`2 * 3, 2.5 * 4, 12345678901234567890 * 10, (null * 1)?`:          `[6,10,123456789012345678900]`,
		`{a: {b: 1}} * {a: {c: 2}}, (1, 2) * (3, 4)`:                      `[{"a":{"b":1,"c":2}},3,6,4,8]`,
		`[1, 2] | .[] *= 3`: `[[3,6]]`, `{a: 2} | .a *= (3, 4)`: `[{"a":6},{"a":8}]`, `def _multiply(l; r): 1; 2 * 3`: `[1]`,
	} {
		var got []any
		if err := compile(t, text).Run(t.Context(), nil, func(v any) error { got = append(got, v); return nil }); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if out, err := jq.Marshal(got); string(out) != want || err != nil {
			t.Errorf("%s: %s %v", text, out, err)
		}
	}
}

func TestFailure(t *testing.T) {
	for text, want := range map[string]string{
		".s.x": "expected an object but got: string (\"x\")", `error("no")`: "error: no",
		`error("x" * 10000000)`: "error: " + strings.Repeat("x", 4089) + "…",
	} {
		got, err := compile(t, text).First(t.Context(), map[string]any{"s": "x"})
		if got != nil || fmt.Sprint(err) != want {
			t.Errorf("%s: %v, %.80v", text, got, err)
		}
	}
	refused := errors.New("refused")
	if err := compile(t, "1, 2").Run(t.Context(), nil, func(any) error { return refused }); err != refused {
		t.Error(err)
	}
}

// endless holds expressions that run for very long. Some spend that time in one operation,
// during which gojq does not check its context.
var endless = []string{
	"def f: f; f", "repeat(1) | empty", "[range(1e18)] | length", "reduce range(1e9) as $i (7; . * .)",
	"reduce range(60) as $i (3; . * .) | tostring", "[range(30000)] - [range(30000; 60000)]",
	`("a" * 1000000) as $a | [range(1000000)] | map($a) | add | ascii_downcase | explode | implode | indices("ab")`,
}

// Run returns when its context ends, whatever the expression does.
func TestEndsWithItsContext(t *testing.T) {
	for _, text := range endless {
		ctx, cancel := context.WithCancel(t.Context())
		e := compile(t, text)
		time.AfterFunc(20*time.Millisecond, cancel)
		if _, err := e.First(ctx, nil); !errors.Is(err, context.Canceled) && !strings.Contains(fmt.Sprint(err), "MiB of memory") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// The depth of compared values is limited, because comparing needs stack in proportion to it.
func TestDepthOfComparedValues(t *testing.T) {
	for _, text := range []string{
		`. == .`, `{a: .} | . == .`, `. != .`, `. < .`, `[., .] | unique`, `[., .] | sort`, `[., .] | min`, `[., .] | max`, `[., .] - [.]`, `[[., .]] | .[] -= [1]`, `[1, 2] - [.]`,
		`. as $x | [1, 2] | sort_by($x)`, `. as $x | [1, 2] | group_by($x)`, `. as $x | [1, 2] | unique_by($x)`, `. as $x | [1, 2] | min_by($x)`, `. as $x | [1, 2] | max_by($x)`,
		`. as $x | [$x, $x] | bsearch($x)`, `[[.]] | contains([[.]])`, `. as $x | [$x] | inside([$x])`, `. as $x | [$x] | index([$x])`, `. as $x | [$x] | indices([$x])`, `. as $x | [$x] | rindex([$x])`, `IN(.)`, `IN(.; .)`,
	} {
		_, err := compile(t, `(reduce range(10010) as $i (0; [.])) | `+text).First(t.Context(), nil)
		if fmt.Sprint(err) != "the expression compares values that are nested deeper than 10000" {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := compile(t, `setpath([range(100000) | "a"]; 1) | 1`).First(t.Context(), nil); !strings.Contains(fmt.Sprint(err), "setpath") {
		t.Errorf("a long path: %v", err)
	}
	if got, err := compile(t, `(reduce range(9990) as $i (0; [.])) | . == ., [., .] == [.], (([., .] | unique) | length)`).First(t.Context(), nil); got != true || err != nil {
		t.Errorf("nested less deeply: %v, %v", got, err)
	}
}

// The memory of an expression is limited, whether it allocates at once or in small pieces.
func TestMemoryIsBounded(t *testing.T) {
	for _, text := range []string{
		`"x" * 1000000000`, `1000000000 * "x"`, `"x" | . *= 1000000000`, `{a: "x"} | .a *= 1e9`, `def f(x): x * 1e9; ["x" | f(.)][0]`,
		`"\("x" * 1e9)"`, `{a: ("x" * 1e9)}.a`, `if "x" * 1e9 then 1 else 2 end`, `reduce range(9) as $i ("x"; . * 100)`,
		`reduce range(100) as $i ("x"; . + .)`, `reduce range(100) as $i ("x"; "\(.)\(.)")`, `reduce range(100) as $i ([1]; . + .)`,
		"[range(1e9)]", `[repeat("x")]`, `reduce range(100000) as $i (null; [.])`, `[] | .[10000000] = 1`, `"aaaaaaaaaaaaaaaa" | ` + strings.Repeat(". + . | ", 40) + `length`,
	} {
		runtime.GC() // garbage of the previous expression would raise the baseline
		_, err := compile(t, text).First(t.Context(), nil)
		if !strings.HasPrefix(fmt.Sprint(err), "the expression takes more than 40 MiB of memory") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if got, err := compile(t, `[limit(12; repeat("x" * 10000000 | length))] | length`).First(t.Context(), nil); got != json.Number("12") || err != nil {
		t.Errorf("garbage is counted as used memory: %v, %v", got, err)
	}
}

// BenchmarkLongNumbers checks that the time per digit does not grow with the length of a
// number.
func BenchmarkLongNumbers(b *testing.B) {
	perDigit := 0.0
	e := compile(b, ".n == 1, (.n | tostring), .n < 2")
	for _, digits := range []int{100, 1000} {
		b.Run(fmt.Sprint(digits), func(b *testing.B) {
			input := map[string]any{"n": json.Number(strings.Repeat("7", digits))}
			for b.Loop() {
				if err := e.Run(b.Context(), input, func(any) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			now := float64(b.Elapsed()) / float64(b.N) / float64(digits)
			if perDigit == 0 {
				perDigit = now
			}
			b.ReportMetric(now/perDigit, "x-per-digit")
		})
	}
}

// BenchmarkFirst measures the overhead over gojq for a short expression.
func BenchmarkFirst(b *testing.B) {
	e := compile(b, ".n")
	input := map[string]any{"n": json.Number("1")}
	for b.Loop() {
		if _, err := e.First(b.Context(), input); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		compile(b, `type == "object" and (.error // "") == ""`)
	}
}

// A compiled expression is reused, but not for other variables.
func TestCompileAgain(t *testing.T) {
	for range 2 {
		for _, c := range []struct {
			variables []string
			want      any
		}{
			{[]string{"$a", "$b"}, json.Number("-1")},
			{[]string{"$b", "$a"}, json.Number("1")},
			{nil, "variable not defined: $b"},
		} {
			e, err := jq.Compile("$a - $b", c.variables...)
			var got any = fmt.Sprint(err)
			if err == nil {
				if got, err = e.First(t.Context(), nil, 1, 2); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.variables, diff)
			}
		}
	}
}
