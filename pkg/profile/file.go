package profile

import (
	"bytes"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"ssoctl/pkg/bom"
	"ssoctl/pkg/lang"
)

// File is a parsed TOML file that remembers the line of every key. [ParseFile] makes
// one.
type File struct {
	Path string
	// Dir is the base folder of relative file: references in this file.
	Dir string

	builtin bool

	raw   map[string]any
	lines func() map[string]int // line by dotted path; computed on first use
	// faults returns the errors outside the profiles. It is computed once, because
	// every Load calls it.
	faults func() Errors
}

// ParseFile parses a TOML file of at most [MaxFile] bytes. The error is an [*Error]
// with the line.
func ParseFile(path string, data []byte) (*File, error) {
	if err := checkSize(path, data); err != nil {
		return nil, err
	}
	if bom.IsUTF16(data) {
		return nil, utf16Error(path)
	}
	data = bom.Decode(data)
	f := &File{Path: path, raw: map[string]any{}}
	if err := toml.Unmarshal(data, &f.raw); err != nil {
		return nil, syntaxError(path, err)
	}
	f.lines = sync.OnceValue(func() map[string]int { return linesOf(data) })
	f.faults = sync.OnceValue(f.check)
	if n := len(table(f.raw, "profiles")); n > maxProfiles {
		return nil, origin{file: f}.errorf([]string{"profiles"}, lang.Text{EN: "too many profiles: %d, at most %d are allowed", ZH: "接入配置太多：%d 个，最多 %d 个"}, n, maxProfiles)
	}
	return f, nil
}

// syntaxError is the error for a file that is not TOML.
func syntaxError(path string, err error) *Error {
	problem := strings.TrimPrefix(err.Error(), "toml: ")
	e := &Error{File: path, Problem: lang.Text{EN: problem, ZH: "不是有效的 TOML：" + problem}}
	var at *toml.DecodeError
	if errors.As(err, &at) {
		e.Line, _ = at.Position()
		e.Key = strings.Join(at.Key(), ".")
	}
	if strings.Contains(problem, "escape") {
		e.Hint = lang.Text{
			EN: `In "…" a backslash begins an escape sequence. Put a Windows path in single quotes: 'file:C:\keys\crm'`,
			ZH: `"…" 中的反斜杠表示转义。Windows 路径请用单引号：'file:C:\keys\crm'`,
		}
	}
	return e
}

// utf16Error is the error for a file in UTF-16. It is not converted: what profile new appends to a
// configuration file is UTF-8.
func utf16Error(path string) *Error {
	return &Error{File: path, Problem: lang.Text{EN: "expected UTF-8, got UTF-16", ZH: "文件须为 UTF-8 编码，实为 UTF-16"}, Hint: lang.Text{
		EN: "Save the file as UTF-8. In PowerShell: (Get-Content FILE) | Set-Content -Encoding utf8 FILE",
		ZH: "请将文件另存为 UTF-8。PowerShell 中可用：(Get-Content 文件) | Set-Content -Encoding utf8 文件",
	}}
}

// Decode decodes the whole file into a struct, by its toml tags. The error is
// [Errors]: it lists all unknown keys and all values of the wrong type.
func (f *File) Decode(into any) error {
	var errs Errors
	d := decoder{report: func(path []string, format lang.Text, args ...any) {
		errs = append(errs, origin{file: f}.errorf(path, format, args...))
	}}
	d.decode(reflect.ValueOf(into).Elem(), f.raw)
	return errs.Sorted().orNil()
}

// Line returns the line of the key, or of the nearest table around it; 0 if neither
// exists.
func (f *File) Line(path ...string) int {
	lines := f.lines()
	for n := len(path); n > 0; n-- {
		if line, ok := lines[strings.Join(path[:n], ".")]; ok {
			return line
		}
	}
	return 0
}

// linesOf returns the line of every key.
func linesOf(data []byte) map[string]int {
	x := indexer{data: data, line: 1, lines: map[string]int{}}
	x.Reset(data)
	var table []string
	count := map[string]int{} // tables so far in each array of tables
	for x.NextExpression() {
		e := x.Expression()
		switch e.Kind {
		case unstable.Table:
			table = x.keys(e.Key(), nil)
		case unstable.ArrayTable:
			table = x.keys(e.Key(), nil)
			path := strings.Join(table, ".")
			table = sub(table, strconv.Itoa(count[path]))
			count[path]++
			x.lines[strings.Join(table, ".")] = x.lines[path]
		case unstable.KeyValue:
			x.keyValue(e, table)
		}
	}
	return x.lines
}

type indexer struct {
	unstable.Parser
	data     []byte
	at, line int // an offset, and its line
	lines    map[string]int
}

func (x *indexer) keyValue(e *unstable.Node, table []string) {
	x.value(e.Value(), x.keys(e.Key(), table))
}

func (x *indexer) value(v *unstable.Node, path []string) {
	children := v.Children()
	switch v.Kind {
	case unstable.InlineTable:
		for children.Next() {
			x.keyValue(children.Node(), path)
		}
	case unstable.Array:
		for i := 0; children.Next(); i++ {
			element := sub(path, strconv.Itoa(i))
			if table := children.Node(); table.Kind == unstable.InlineTable {
				x.lines[strings.Join(element, ".")] = x.lineOf(table)
			}
			x.value(children.Node(), element)
		}
	}
}

// keys returns table with the dotted key appended, and records the lines of its parts.
func (x *indexer) keys(it unstable.Iterator, table []string) []string {
	path := table
	for it.Next() {
		key := it.Node()
		path = sub(path, string(key.Data))
		line, joined := x.lineOf(key), strings.Join(path, ".")
		if _, seen := x.lines[joined]; !seen || it.IsLast() {
			x.lines[joined] = line
		}
	}
	return path
}

// lineOf returns the line of a node. Calls must be in file order.
func (x *indexer) lineOf(n *unstable.Node) int {
	start := int(n.Raw.Offset)
	x.line += bytes.Count(x.data[x.at:start], []byte("\n"))
	x.at = start
	return x.line
}
