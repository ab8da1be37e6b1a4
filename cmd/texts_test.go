package cmd_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// TestTextsAreInBothLanguages: every text with an English sentence has a Chinese one, and a
// format has the same arguments in both.
func TestTextsAreInBothLanguages(t *testing.T) {
	t.Parallel()
	texts := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			e, isExpr := n.(ast.Expr)
			if !isExpr {
				return true
			}
			if en, zh, ok := textOf(e); ok {
				texts++
				if words.MatchString(en) && zh != "…" && en != "emulate scan: %s" && !strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
					t.Errorf("%s: only in English: %s", fset.Position(n.Pos()), en)
				}
				if isLiteral(e) && !slices.Equal(arguments(en), arguments(zh)) {
					t.Errorf("%s: %s takes other arguments in Chinese: %s", fset.Position(n.Pos()), en, zh)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || texts < 500 {
		t.Errorf("found %d texts, want at least 500; error %v", texts, err)
	}
}

// textOf returns the string literals in {EN: …, ZH: …}; ok is false for other expressions.
// A Chinese text without a literal, such as a call, is returned as "…".
func textOf(e ast.Expr) (en, zh string, ok bool) {
	lit, isLit := e.(*ast.CompositeLit)
	if !isLit {
		return "", "", false
	}
	for _, elt := range lit.Elts {
		kv, isPair := elt.(*ast.KeyValueExpr)
		if !isPair {
			return "", "", false
		}
		key, isName := kv.Key.(*ast.Ident)
		switch {
		case isName && key.Name == "EN":
			en, ok = literals(kv.Value), true
		case isName && key.Name == "ZH":
			if zh = literals(kv.Value); zh == "" {
				zh = "…"
			}
		default:
			return "", "", false
		}
	}
	return en, zh, ok
}

// isLiteral reports whether both languages of {EN: …, ZH: …} are mere literals.
func isLiteral(e ast.Expr) bool {
	return !slices.ContainsFunc(e.(*ast.CompositeLit).Elts, func(elt ast.Expr) bool {
		_, is := elt.(*ast.KeyValueExpr).Value.(*ast.BasicLit)
		return !is
	})
}

func literals(e ast.Expr) string {
	var b strings.Builder
	ast.Inspect(e, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value)
			b.WriteString(text)
		}
		return true
	})
	return b.String()
}

// arguments returns the arguments of a format, each as its index and verb, such as "1s".
func arguments(format string) []string {
	var out []string
	next := 1
	for _, m := range regexp.MustCompile(`%[-+#0]*(?:\[(\d+)\])?[0-9.]*([a-zA-Z%])`).FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil {
			next = n
		}
		out = append(out, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// words matches a text that has to be translated: two words in a row, the second in lower case.
var words = regexp.MustCompile(`(^|[^%\pL])\pL{2,} \p{Ll}`)
