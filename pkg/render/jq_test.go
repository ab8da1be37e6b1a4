package render

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/lang"
)

func TestJQ(t *testing.T) {
	for expr, want := range map[string]string{
		".name":                     "张三 <&> 😀\n",
		".tenant.name":              "测试\u202eevil\x1b[31m\n",
		".tenant":                   `{"id":"T1","name":"测试\u202eevil\u001b[31m"}` + "\n",
		".subject":                  "1234567890123456789\n",
		".extra.a, .extra.a + 1":    "12345678901234567890\n12345678901234567891\n",
		".roles":                    `["a",1.0,null]` + "\n",
		".roles[]":                  "a\n1.0\nnull\n",
		".raw.u":                    "中</a>\n",
		".cached, .expires_in":      "false\n7200\n",
		".email":                    "null\n",
		"empty":                     "",
		`"", "a\nb"`:                "\na\nb\n",
		"1, halt, 2":                "1\n",
		".phone // \"none\"":        "none\n",
		"[.roles[] | tostring]":     `["a","1.0","null"]` + "\n",
		"$ENV, env, (env | length)": "{}\n{}\n0\n",
		"$ENV.PATH, env.HOME":       "null\nnull\n",
		"limit(3; repeat(1))":       "1\n1\n1\n",
	} {
		got, err := written(t, Result{Fields: user}, JSON, expr)
		if err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", expr, got, err, want)
		}
	}
}

func TestJQErrors(t *testing.T) {
	for _, test := range []struct {
		expr    string
		runtime bool
		want    string
	}{
		{".a | }", false, `jq: column 6 of .a | }: unexpected token "}"`},
		{`"名" | | .b`, false, `jq: column 7 of "名" | | .b: unexpected token "|"`},
		{".a |\n .b c", false, `jq: line 2, column 5: unexpected token "c"`},
		{".a |", false, `jq: column 5 of .a |: unexpected EOF`},
		{`"abc`, false, `unterminated string literal`},
		{"nosuch(.a)", false, "jq: nosuch(.a): function not defined: nosuch/1"},
		{"$x", false, "variable not defined: $x"},
		{"input", false, "input"},
		{`import "/etc/passwd" as p; .`, false, "module"},
		{`import "/etc/passwd" as $p; .`, false, "module"},
		{`include "x"; .`, false, "module"},
		{".name.x", true, `jq: expected an object`},
		{`1, 2, error("no\u001b")`, true, `jq: error: no\x1b`},
		{"1, halt_error", true, "jq: halt error"},
		{".extra | keys | .x", true, "jq: expected an object"},
		{"repeat(\"x\" * 1000000)", true, "jq: the expression yields more than 8 MiB"},
	} {
		_, err := written(t, Result{Fields: user}, Text, test.expr)
		jqErr, ok := errors.AsType[*JQError](err)
		if !ok || jqErr.Runtime != test.runtime || jqErr.Expr != test.expr || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want %s", test.expr, err, test.want)
		}
		if zh := lang.Of(err).ZH; !strings.HasPrefix(zh, "jq 表达式") && !strings.HasPrefix(zh, "jq 出错：") {
			t.Errorf("%s: no Chinese: %q", test.expr, zh)
		}
		if compileErr := CompileJQ(test.expr); (compileErr == nil) != test.runtime {
			t.Errorf("CompileJQ(%s) = %v", test.expr, compileErr)
		}
	}
}

func TestJQEndsWithItsContext(t *testing.T) {
	for _, expr := range []string{"def f: f; f", "repeat(.) | empty", "range(1e18) | empty"} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		var w onceWriter
		err := Write(ctx, &w, Result{Fields: user}, Options{Format: JSON, JQ: expr})
		if !errors.Is(err, context.Canceled) || w.calls != 0 {
			t.Errorf("%s: %v, %d writes", expr, err, w.calls)
		}
	}
}

func TestJQEndsByItself(t *testing.T) {
	var b bytes.Buffer
	err := writeJQ(t.Context(), &b, user, "1, (def f: f; f)", 20*time.Millisecond)
	if jqErr, ok := errors.AsType[*JQError](err); !ok || !jqErr.Runtime || jqErr.Problem.EN != "the expression takes more than 20ms" {
		t.Error(err)
	}
}

func TestCheck(t *testing.T) {
	for _, f := range []Format{Text, JSON, Env, Raw} {
		if err := (Options{Format: f}).Check(); err != nil {
			t.Errorf("%s: %v", f, err)
		}
		if err := (Options{Format: f, JQ: ".a"}).Check(); (err == nil) != (f == Text || f == JSON) {
			t.Errorf("%s with jq: %v", f, err)
		}
	}
}

func BenchmarkJQ(b *testing.B) {
	for b.Loop() {
		var w onceWriter
		if err := Write(b.Context(), &w, Result{Fields: Fields{{"a", json.Number("1")}}}, Options{Format: JSON, JQ: ".a"}); err != nil {
			b.Fatal(err)
		}
	}
}
