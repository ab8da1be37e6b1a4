package cmd_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// inCode are the Go files and the folders that CONTRIBUTING.md names, a file with the
	// names right before it, as in `Client.run` (`run.go`).
	inCode   = regexp.MustCompile("(?:((?:`[\\w.]+`(?:, | and ))*`[\\w.]+`) \\()?`((?:\\w+/)*\\w+\\.go|(?:pkg|cmd)(?:/\\w+)*)`")
	codeWord = regexp.MustCompile("`([\\w.]+)`")
	// inBrackets are the scripts that a step of a command ends with, as in [once, resume].
	inBrackets = regexp.MustCompile(`(?m)^\d+\. .* \[([\w, ]+)\]$`)
)

// TestDocsNameCode checks that every Go file that CONTRIBUTING.md names exists, and that the
// names before a file are declared in it. A file without a folder is in the folder that the
// page named last.
func TestDocsNameCode(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	folder, names := "", 0
	for n, line := range strings.Split(string(data), "\n") {
		for _, m := range inCode.FindAllStringSubmatch(line, -1) {
			path := m[2]
			switch {
			case path == "main.go", strings.HasSuffix(path, "NAME.go"):
				continue
			case !strings.HasSuffix(path, ".go"):
				folder = path
				continue
			case strings.Contains(path, "/"):
				folder = filepath.Dir(path)
			default:
				path = filepath.Join(folder, path)
			}
			declared, err := declarations(filepath.Join("..", path))
			if err != nil {
				t.Errorf("CONTRIBUTING.md:%d: %v", n+1, err)
				continue
			}
			for _, word := range codeWord.FindAllStringSubmatch(m[1], -1) {
				names++
				if !slices.ContainsFunc(declared, func(name string) bool { return matchesName(name, word[1]) }) {
					t.Errorf("CONTRIBUTING.md:%d: %s does not declare %s", n+1, path, word[1])
				}
			}
		}
	}
	if names < 40 {
		t.Errorf("found %d names, want at least 40", names)
	}
}

// TestDocsNameScripts checks that every script that CONTRIBUTING.md names in brackets exists.
func TestDocsNameScripts(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := inBrackets.FindAllStringSubmatch(string(data), -1)
	if len(steps) < 8 {
		t.Errorf("found %d steps with scripts, want at least 8", len(steps))
	}
	for _, step := range steps {
		for name := range strings.SplitSeq(step[1], ", ") {
			if _, err := os.Stat(filepath.Join("../testdata/script", name+".txtar")); err != nil {
				t.Errorf("CONTRIBUTING.md: %v", err)
			}
		}
	}
}

// matchesName reports whether a page may call a declaration so: by its whole name after its
// package, or a method by its name alone.
func matchesName(declared, name string) bool {
	_, inPackage, _ := strings.Cut(name, ".")
	return declared == name || declared == inPackage || strings.HasSuffix(declared, "."+name)
}

// declarations returns the names that a file declares; a method's begins with its type.
func declarations(path string) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				of := d.Recv.List[0].Type
				if pointer, ok := of.(*ast.StarExpr); ok {
					of = pointer.X
				}
				if of, ok := of.(*ast.Ident); ok {
					name = of.Name + "." + name
				}
			}
			names = append(names, name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names, nil
}
