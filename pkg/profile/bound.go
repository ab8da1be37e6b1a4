package profile

import (
	"bytes"

	"ssoctl/pkg/lang"
)

// Limits that no real file reaches. They keep the cost of a stranger's file, in time
// and memory, proportional to its length.
const (
	MaxFile = 1 << 20 // bytes of a configuration file

	maxDepth    = 64        // nested tables and lists
	maxTables   = 20_000    // [tables] in a file: parsing n of them can take O(n²)
	maxKeys     = 1_000     // keys in one [table], for the same reason
	maxProfiles = 1_000     // profiles in a file
	maxExtends  = 20        // profiles in a chain of extends
	maxInputs   = 300       // inputs of a profile
	maxMembers  = 5_000     // keys and list elements of a merged profile
	maxProfile  = 128 << 10 // bytes of those keys and of all strings
	maxFaults   = 1_000     // errors reported at once
	maxDefault  = 64 << 10  // bytes of an expanded default
)

// checkSize returns an *Error for a file that would take more than linear time to
// parse.
func checkSize(path string, data []byte) error {
	if len(data) > MaxFile {
		return Error{File: path}.saying(lang.Text{EN: "larger than %d MiB", ZH: "超过 %d MiB"}, MaxFile>>20)
	}
	s := sizer{line: 1, depths: []int{0}}
	if problem := s.scan(data); !problem.IsZero() {
		return &Error{File: path, Line: s.line, Problem: problem}
	}
	return nil
}

// sizer scans TOML just far enough to skip strings and comments. After a syntax error its
// counts mean nothing, but the parser rejects such a file anyway.
type sizer struct {
	line         int
	tables, keys int   // tables in the file so far; keys since the last table header
	begun        bool  // the line contains more than white space
	dots         int   // dots in the current dotted key
	depths       []int // nesting depth inside each open bracket
}

// scan returns a description of the first limit that is exceeded and leaves its line
// in s.line. It returns an empty text if there is none.
func (s *sizer) scan(data []byte) (problem lang.Text) {
	for i := 0; i < len(data); {
		n := 1
		switch data[i] {
		case ' ', '\t', '\r':
		case '#':
			n = lineLength(data[i:])
		case '"', '\'':
			n, s.begun = stringLength(data[i:]), true
		default:
			s.mark(data[i])
			s.begun = data[i] != '\n'
		}
		switch {
		case s.depths[len(s.depths)-1]+s.dots > maxDepth:
			return lang.Sprintf(lang.Text{EN: "tables and lists are nested more than %d levels deep", ZH: "表和列表嵌套超过 %d 层"}, maxDepth)
		case s.tables > maxTables:
			return lang.Sprintf(lang.Text{EN: "more than %d tables", ZH: "表超过 %d 个"}, maxTables)
		case s.keys > maxKeys:
			return lang.Sprintf(lang.Text{EN: "more than %d keys in a table", ZH: "一个表里的键超过 %d 个"}, maxKeys)
		}
		s.line += bytes.Count(data[i:i+n], []byte("\n"))
		i += n
	}
	return lang.Text{}
}

// mark counts one character that is outside strings and comments.
func (s *sizer) mark(c byte) {
	last := len(s.depths) - 1
	switch c {
	case '\n', ',':
		s.dots = 0
	case '.':
		s.dots++
	case '=':
		s.keys++
	case '[', '{':
		if c == '[' && last == 0 && !s.begun {
			s.tables, s.keys = s.tables+1, 0
		}
		s.depths, s.dots = append(s.depths, s.depths[last]+s.dots+1), 0
	case ']', '}':
		s.depths, s.dots = s.depths[:max(1, last)], 0
	}
}

// lineLength returns the number of bytes before the end of the line.
func lineLength(text []byte) int {
	if n := bytes.IndexByte(text, '\n'); n >= 0 {
		return n
	}
	return len(text)
}

// stringLength returns the length in bytes of the string literal at the start of text.
// A single-line string ends at the end of its line at the latest: that is a syntax
// error.
func stringLength(text []byte) int {
	quote := text[0]
	long := bytes.HasPrefix(text, []byte{quote, quote, quote})
	i := 1
	if long {
		i = 3
	}
	for i < len(text) {
		switch c := text[i]; {
		case c == '\\' && quote == '"':
			i++
		case c == '\n' && !long, c == quote && !long:
			return i + 1
		case c == quote:
			run := len(text[i:]) - len(bytes.TrimLeft(text[i:], string(quote)))
			if i += run; run >= 3 { // up to two more are part of the string
				return i
			}
			continue
		}
		i++
	}
	return len(text)
}

// weight returns how many keys and list elements v contains at all depths, and their
// size in bytes.
func weight(v any) (members, bytes int) {
	add := func(key string, member any) {
		m, b := weight(member)
		members, bytes = members+m+1, bytes+b+len(key)
	}
	switch x := v.(type) {
	case map[string]any:
		for key, member := range x {
			add(key, member)
		}
	case []any:
		for _, member := range x {
			add("", member)
		}
	case string:
		bytes = len(x)
	}
	return members, bytes
}
