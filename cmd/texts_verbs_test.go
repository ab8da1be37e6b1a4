package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestTextsFillTheirFormats: every call that takes a text as its format, such as [lang.Sprintf],
// has the arguments that the format needs, of types that its verbs can print. go vet knows only
// formats that are strings. Otherwise a user reads %!q(<nil>).
func TestTextsFillTheirFormats(t *testing.T) {
	formats := 0
	for _, p := range goList(t) {
		info, fset, files := typeChecked(t, p)
		for _, file := range files {
			ast.Inspect(file, func(n ast.Node) bool {
				call, isCall := n.(*ast.CallExpr)
				if !isCall {
					return true
				}
				format, args, ok := formatOf(info, call)
				if !ok {
					return true
				}
				formats++
				if fault := unfit(info, format, args); fault != "" {
					t.Errorf("%s: %s: %s", fset.Position(n.Pos()), format, fault)
				}
				return true
			})
		}
	}
	if formats < 500 {
		t.Errorf("found %d formats, want at least 500", formats)
	}
}

// listed is a package of this module, as go list prints it, or one that it imports.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	Standard                bool
	Module                  *struct{ Main bool }

	exports map[string]string // files of export data, by import path
}

// goList returns the packages of this module.
func goList(t *testing.T) (out []listed) {
	t.Helper()
	list := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,Standard,Module", "./...")
	list.Dir = ".."
	text, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		p := listed{exports: exports}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if p.Module != nil && p.Module.Main {
			out = append(out, p)
		}
	}
}

// typeChecked returns the files of a package, and the types of what they contain.
func typeChecked(t *testing.T, p listed) (*types.Info, *token.FileSet, []*ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	open := func(path string) (io.ReadCloser, error) { return os.Open(p.exports[path]) }
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", open)}
	if _, err := config.Check(p.ImportPath, fset, files, info); err != nil {
		t.Fatal(err)
	}
	return info, fset, files
}

// formatOf returns the English format of a call and the arguments that fill it; ok is false for
// other calls.
func formatOf(info *types.Info, call *ast.CallExpr) (format string, args []ast.Expr, ok bool) {
	callee, isFunc := info.TypeOf(call.Fun).(*types.Signature)
	if !isFunc || !callee.Variadic() || call.Ellipsis.IsValid() {
		return "", nil, false
	}
	at := callee.Params().Len() - 2 // the parameter before ...any
	last, _ := callee.Params().At(at + 1).Type().(*types.Slice)
	if at < 0 || !strings.HasSuffix(callee.Params().At(at).Type().String(), "pkg/lang.Text") || last == nil || !types.IsInterface(last.Elem()) {
		return "", nil, false
	}
	if format, _, ok = textOf(call.Args[at]); hasOwnArgument(call) {
		format = strings.Replace(format, "%s", "", 1)
	}
	return format, call.Args[at+1:], ok
}

// hasOwnArgument reports whether a call is of the method wrong of package oidc's named, which
// puts the token's name before the arguments.
func hasOwnArgument(call *ast.CallExpr) bool {
	selected, is := call.Fun.(*ast.SelectorExpr)
	return is && selected.Sel.Name == "wrong"
}

// unfit says why arguments do not fill a format; "" if they do. Errors and texts are filled in as
// strings.
func unfit(info *types.Info, format string, args []ast.Expr) string {
	used := map[int]bool{}
	for _, arg := range arguments(format) {
		number, verb := arg[:len(arg)-1], arg[len(arg)-1]
		n, _ := strconv.Atoi(number)
		if n > len(args) {
			return "argument " + number + " is missing"
		}
		used[n] = true
		is := info.TypeOf(args[n-1])
		basic, _ := is.Underlying().(*types.Basic)
		whole := basic != nil && basic.Info()&types.IsInteger != 0
		fraction := basic != nil && basic.Info()&types.IsFloat != 0
		text := basic != nil && basic.Info()&types.IsString != 0 || hasMethod(is, "Error") || hasMethod(is, "String") || strings.HasSuffix(is.String(), "pkg/lang.Text") || is.String() == "[]byte"
		switch {
		case verb == 'v' || verb == 'T', (verb == 'd' || verb == 'c') && whole, verb == 'f' && fraction, (verb == 's' || verb == 'q') && text:
		default:
			return "argument " + number + " is " + is.String()
		}
	}
	if len(used) < len(args) {
		return strconv.Itoa(len(args)) + " arguments"
	}
	return ""
}

// hasMethod reports whether a type has a method that fmt calls.
func hasMethod(t types.Type, name string) bool {
	method, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, is := method.(*types.Func)
	return is
}
