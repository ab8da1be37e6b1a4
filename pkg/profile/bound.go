package profile

import (
	"bytes"
	"fmt"
)

// Bounds that no real file meets. A file of a stranger costs time and memory in
// proportion to its length, whatever is in it.
const (
	MaxFile = 1 << 20 // bytes of a configuration file

	maxDepth    = 64        // of tables and lists in each other
	maxTables   = 20_000    // [tables] of a file: with many in one, the parser takes the square of their number
	maxKeys     = 1_000     // of one [table], for the same reason
	maxProfiles = 1_000     // of a file
	maxExtends  = 20        // of profiles that extend each other
	maxInputs   = 300       // of a profile
	maxMembers  = 5_000     // keys and list members of a profile, with what it extends
	maxProfile  = 128 << 10 // bytes of them
	maxFaults   = 1_000     // that are told at once
	maxDefault  = 64 << 10  // bytes of a default with its inputs' values in it
	maxWord     = 40        // bytes of a word that may be misspelt
)

// checkSize finds a file that would cost more than its length to parse.
func checkSize(path string, data []byte) error {
	if len(data) > MaxFile {
		return &Error{File: path, Problem: fmt.Sprintf("larger than %d MiB", MaxFile>>20)}
	}
	s := sizer{line: 1, depths: []int{0}}
	if problem := s.scan(data); problem != "" {
		return &Error{File: path, Line: s.line, Problem: problem}
	}
	return nil
}

// sizer reads a file as far as its strings and comments, as the parser does, up to the
// first syntax error.
type sizer struct {
	line         int
	tables, keys int   // of the file; since the last table began
	begun        bool  // the line holds something
	dots         int   // of a dotted key
	depths       []int // inside each bracket that is open
}

// scan returns the first thing that is too large, at the line, "" where nothing is.
func (s *sizer) scan(data []byte) (problem string) {
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
			return fmt.Sprintf("tables and lists are nested more than %d deep", maxDepth)
		case s.tables > maxTables:
			return fmt.Sprintf("more than %d tables", maxTables)
		case s.keys > maxKeys:
			return fmt.Sprintf("more than %d keys in a table", maxKeys)
		}
		s.line += bytes.Count(data[i:i+n], []byte("\n"))
		i += n
	}
	return ""
}

// mark takes one character outside strings and comments.
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

// lineLength is the number of bytes before the line's end.
func lineLength(text []byte) int {
	if n := bytes.IndexByte(text, '\n'); n >= 0 {
		return n
	}
	return len(text)
}

// stringLength is the number of bytes of the string at the start of text. One that
// does not end on its line, where it has to, is a syntax error there.
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

// weight is how many keys and list members v holds, at every depth, and their bytes.
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
