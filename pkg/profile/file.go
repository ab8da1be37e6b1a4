package profile

import (
	"errors"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// File is one TOML file, decoded but not yet understood, with the line of
// every key.
type File struct {
	Path string
	// Dir is where relative file: references of this file start.
	Dir string
	// Trusted is false for a file that came with a repository: it may not read
	// files outside Dir, nor send the user's secrets to an address of its own.
	Trusted bool

	builtin bool
	raw     map[string]any
	lines   map[string]int // by dotted path
}

// ParseFile decodes a TOML file. The error is an *Error with the line.
func ParseFile(path string, data []byte) (*File, error) {
	f := &File{Path: path, raw: map[string]any{}, lines: map[string]int{}}
	if err := toml.Unmarshal(data, &f.raw); err != nil {
		e := &Error{File: path, Problem: strings.TrimPrefix(err.Error(), "toml: ")}
		var at *toml.DecodeError
		if errors.As(err, &at) {
			e.Line, _ = at.Position()
			e.Key = strings.Join(at.Key(), ".")
		}
		return nil, e
	}
	f.index(data)
	return f, nil
}

// Line returns the line of the key, or of the nearest table around it.
func (f *File) Line(path ...string) int {
	for n := len(path); n > 0; n-- {
		if line, ok := f.lines[strings.Join(path[:n], ".")]; ok {
			return line
		}
	}
	return 0
}

// index notes the line of every key.
func (f *File) index(data []byte) {
	var p unstable.Parser
	p.Reset(data)
	var table []string
	count := map[string]int{} // tables of each array
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = f.keys(&p, e.Key(), nil)
			if e.Kind == unstable.ArrayTable {
				path := strings.Join(table, ".")
				table = append(table, strconv.Itoa(count[path]))
				count[path]++
				f.lines[strings.Join(table, ".")] = f.lines[path]
			}
		case unstable.KeyValue:
			f.keyValue(&p, e, table)
		}
	}
}

func (f *File) keyValue(p *unstable.Parser, e *unstable.Node, table []string) {
	f.value(p, e.Value(), f.keys(p, e.Key(), table))
}

func (f *File) value(p *unstable.Parser, v *unstable.Node, path []string) {
	children := v.Children()
	switch v.Kind {
	case unstable.InlineTable:
		for children.Next() {
			f.keyValue(p, children.Node(), path)
		}
	case unstable.Array:
		for i := 0; children.Next(); i++ {
			f.value(p, children.Node(), append(path[:len(path):len(path)], strconv.Itoa(i)))
		}
	}
}

// keys returns table and the dotted key behind it, and notes their lines.
func (f *File) keys(p *unstable.Parser, it unstable.Iterator, table []string) []string {
	path := table[:len(table):len(table)]
	for it.Next() {
		path = append(path, string(it.Node().Data))
		joined := strings.Join(path, ".")
		if _, seen := f.lines[joined]; !seen || !it.Node().Next().Valid() {
			f.lines[joined] = p.Shape(it.Node().Raw).Start.Line
		}
	}
	return path
}
