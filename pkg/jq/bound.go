package jq

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/itchyny/gojq"

	"ssoctl/pkg/lang"
)

// A single operation of jq, such as "x" * 1e9 or .[500000000] = 1, can allocate gigabytes
// before anything can stop it. Therefore each operation that can turn a small input into a
// large result is replaced by a function that first estimates the size of the result, and
// each operation that compares values by a function that first checks how deeply they are
// nested. See [operations].

// maxResult is the largest result of one operation, in bytes.
const maxResult = maxMemory / 2

// largeError says that the result of an operation would exceed maxResult.
type largeError struct{ operation string }

func (e *largeError) Error() string { return e.Text().EN }

func (e *largeError) Text() lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "the expression takes more than %d MiB of memory: the result of %s is too large",
		ZH: "表达式占用的内存超过 %d MiB：%s 的结果太大",
	}, maxMemory>>20, e.operation)
}

// bound replaces the operations in a query that can allocate without limit. It returns the
// functions that replace them, and whether the query multiplies.
func bound(query *gojq.Query) (functions []gojq.CompilerOption, multiplies bool, err error) {
	used := names{}
	used.collect(reflect.ValueOf(query))
	for name := range used {
		if reserved(name) {
			return nil, false, fmt.Errorf("function not defined: %s", name)
		}
	}
	multiplies = used["_multiply"]
	var definitions []*gojq.FuncDef
	for _, d := range slices.Backward(prelude()) {
		if used[d.name] {
			function, uses := d.parse()
			maps.Copy(used, uses)
			definitions = append(definitions, function)
		}
	}
	slices.Reverse(definitions)
	query.FuncDefs = slices.Concat(definitions, query.FuncDefs)
	for _, o := range operations() {
		if used[o.bounded()] || used[operatorOf+o.name] {
			functions = append(functions, gojq.WithFunction(o.bounded(), o.arity, o.arity, o.run))
		}
	}
	return functions, multiplies, nil
}

// reserved reports whether a name belongs to the prelude. Expressions cannot use it.
func reserved(name string) bool {
	return strings.HasPrefix(name, "bounded_") || strings.HasPrefix(name, "unbounded_")
}

// names are the functions that a syntax tree defines or calls, including those behind
// operators and formats.
type names map[string]bool

// collect adds the names in a syntax tree, and replaces its operators by calls.
func (n names) collect(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		n.collect(v.Elem())
		switch node := v.Interface().(type) {
		case *gojq.Query:
			n.operator(node)
		case *gojq.FuncDef:
			n[node.Name] = true
			for _, parameter := range node.Args {
				n[parameter] = true
			}
		case *gojq.Func:
			n[node.Name] = true
			if len(node.Args) == 2 && (node.Name == "_assign" || node.Name == "_modify") {
				node.Args[0] = n.boundPaths(node.Args[0])
			}
		case *gojq.Term:
			if node.Format != "" {
				n["format"], n[formatter(node.Format)] = true, true
			}
		case *gojq.String:
			n["tostring"] = n["tostring"] || node.Queries != nil
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n.collect(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			n.collect(v.Index(i))
		}
	}
}

// operatorOf is the prefix for functions that an operator calls without the prelude.
const operatorOf = "operator of "

// functionOf returns the name of gojq's function behind an operator, if it is one of
// [operations]. update is true for operators such as *=.
func functionOf(op gojq.Operator) (name string, update bool) {
	switch op {
	case gojq.OpMul, gojq.OpUpdateMul:
		return "_multiply", op == gojq.OpUpdateMul
	case gojq.OpDiv, gojq.OpUpdateDiv:
		return "_divide", op == gojq.OpUpdateDiv
	case gojq.OpSub, gojq.OpUpdateSub:
		return "_subtract", op == gojq.OpUpdateSub
	case gojq.OpEq:
		return "_equal", false
	case gojq.OpNe:
		return "_notequal", false
	case gojq.OpLt:
		return "_less", false
	case gojq.OpLe:
		return "_lesseq", false
	case gojq.OpGt:
		return "_greater", false
	case gojq.OpGe:
		return "_greatereq", false
	}
	return "", false
}

// operator replaces operators such as L * R by calls, and bounds the paths of assignments.
// For an update such as .a *= 2, gojq itself calls the function.
func (n names) operator(q *gojq.Query) {
	switch name, update := functionOf(q.Op); {
	case update:
		n[name] = true
		q.Left = n.boundPaths(q.Left)
		return
	case comparison(name) != nil: // expressions often have one, and compile faster without the prelude
		n[operatorOf+name] = true
		q.Term = call("bounded_"+name, q.Left, q.Right).Term
		q.Op, q.Left, q.Right = 0, nil, nil
		return
	case name != "":
		n[name] = true
		q.Term = call(name, q.Left, q.Right).Term
		q.Op, q.Left, q.Right = 0, nil, nil
		return
	}
	switch q.Op {
	case gojq.OpAssign, gojq.OpModify, gojq.OpUpdateAdd, gojq.OpUpdateMod, gojq.OpUpdateAlt:
		q.Left = n.boundPaths(q.Left)
	}
}

// boundPaths returns an expression for the same paths that fails at a path with a large
// index. It returns paths without an index unchanged.
func (n names) boundPaths(paths *gojq.Query) *gojq.Query {
	if parsePath(paths.String()) != nil {
		return paths
	}
	n[pathsFunction] = true
	return call(pathsFunction, paths)
}

// pathsFunction is defined in the prelude. No expression can contain this name.
const pathsFunction = "paths of bounded"

func call(name string, args ...*gojq.Query) *gojq.Query {
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: name, Args: args}}}
}

// parsed parses a query that is known to be valid.
func parsed(text string) *gojq.Query {
	query, _ := gojq.Parse(text)
	return query
}

// formatter is the name of gojq's function for a format such as @html.
func formatter(format string) string {
	switch format {
	case "@text":
		return "tostring"
	case "@json":
		return "tojson"
	}
	return "_to" + strings.TrimPrefix(format, "@")
}

// definition is a function of the prelude. parse returns it, and the names that it uses.
type definition struct {
	name  string
	parse func() (*gojq.FuncDef, names)
}

// define returns the definition in text, with FUNCTION replaced by function. It is parsed on
// first use, because most are never used.
func define(text, function string) definition {
	head, _, _ := strings.Cut(strings.TrimPrefix(text, "def "), ":")
	name, _, _ := strings.Cut(head, "(")
	if name = strings.Replace(name, "FUNCTION", function, 1); name == "bounded_paths" {
		name = pathsFunction
	}
	return definition{name, sync.OnceValues(func() (*gojq.FuncDef, names) {
		f, uses := parsed(strings.ReplaceAll(text, "FUNCTION", function) + " .").FuncDefs[0], names{}
		f.Name = name
		uses.collect(reflect.ValueOf(f.Body))
		return f, uses
	})}
}

// prelude defines functions that shadow gojq's own. Each may use those before it.
var prelude = sync.OnceValue(func() (all []definition) {
	add := func(function string, texts ...string) {
		for _, text := range texts {
			all = append(all, define(text, function))
		}
	}
	for _, o := range operations() {
		if o.builtin != nil {
			add(o.name, [...]string{"def FUNCTION: bounded_FUNCTION;", "def FUNCTION(a): bounded_FUNCTION(a);", "def FUNCTION(a; b): bounded_FUNCTION(a; b);", "def FUNCTION(a; b; c): bounded_FUNCTION(a; b; c);"}[o.arity])
		}
	}
	for _, name := range []string{"match", "test", "capture", "scan", "splits"} {
		add(name, `def unbounded_FUNCTION($re): FUNCTION($re);`,
			`def unbounded_FUNCTION($re; $flags): FUNCTION($re; $flags);`,
			`def FUNCTION($re): bounded_regex("FUNCTION"; $re; null) | unbounded_FUNCTION($re);`,
			`def FUNCTION($re; $flags): bounded_regex("FUNCTION"; $re; $flags) | unbounded_FUNCTION($re; $flags);`)
	}
	for _, name := range []string{"sub", "gsub"} {
		add(name, `def unbounded_FUNCTION($re; str; $flags): FUNCTION($re; str; $flags);`,
			`def FUNCTION($re; str): bounded_regex("FUNCTION"; $re; null) | unbounded_FUNCTION($re; str; null);`,
			`def FUNCTION($re; str; $flags): bounded_regex("FUNCTION"; $re; $flags) | unbounded_FUNCTION($re; str; $flags);`)
	}
	add("", `def unbounded_split($re; $flags): split($re; $flags);`,
		`def split($re; $flags): bounded_regex("split"; $re; $flags) | unbounded_split($re; $flags);`,
		`def unbounded__match($re; $flags; $test): _match($re; $flags; $test);`,
		`def _match($re; $flags; $test): bounded_regex("match"; $re; $flags) | unbounded__match($re; $flags; $test);`,
		`def min_by(f): _min_by(map([f]));`,
		`def max_by(f): _max_by(map([f]));`,
		`def sort_by(f): _sort_by(map([f]));`,
		`def group_by(f): _group_by(map([f]));`,
		`def unique_by(f): _unique_by(map([f]));`,
		`def IN(s): any(s == .; .);`,
		`def IN(src; s): any(src == s; .);`,
		`def bounded_paths(f): getpath(path(f) | bounded_path);`,
		`def add(f): [f] | add;`,
		`def pick(f): . as $v | reduce path(f) as $p (null; setpath($p; $v | getpath($p)));`,
		`def fromstream(f):
			foreach f as $pv (null;
				if .e then null end |
				$pv as [$p, $v] |
				if $pv | length == 2 then
					setpath(["v"] + $p; $v) | setpath(["e"]; $p | length == 0)
				else
					setpath(["e"]; $p | length == 1)
				end;
				if .e then .v else empty end);`,
		`def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] = $row);`,
		`def INDEX(f): INDEX(.[]; f);`)
	return all
})
