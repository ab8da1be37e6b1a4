package profile

import (
	"bytes"
	"fmt"
)

// Bounds that no real file meets. A file of a stranger costs time and memory in
// proportion to its length, whatever is in it.
const (
	MaxFile = 1 << 20 // bytes of a configuration file

	maxDepth    = 64       // of tables and lists in each other
	maxProfiles = 10_000   // of a file
	maxExtends  = 100      // of profiles that extend each other
	maxInputs   = 1_000    // of a profile
	maxFaults   = 1_000    // that are told at once
	maxDefault  = 64 << 10 // bytes of a default with its inputs' values in it
	maxWord     = 100      // bytes of a word that may be misspelt
)

// checkSize finds a file that would cost more than its length to parse.
func checkSize(path string, data []byte) error {
	if len(data) > MaxFile {
		return &Error{File: path, Problem: fmt.Sprintf("larger than %d MiB", MaxFile>>20)}
	}
	if line := tooDeep(data); line > 0 {
		return &Error{File: path, Line: line, Problem: fmt.Sprintf("tables and lists are nested more than %d deep", maxDepth)}
	}
	return nil
}

// tooDeep returns the first line with more tables and lists in each other than
// maxDepth, 0 where there is none. It counts brackets and the parts of dotted keys,
// and reads strings and comments as the parser does, up to the first syntax error.
func tooDeep(data []byte) int {
	line, dots := 1, 0
	depths := []int{0} // inside each bracket that is open
	for i := 0; i < len(data); {
		n, last := 1, len(depths)-1
		switch data[i] {
		case '#':
			n = lineLength(data[i:])
		case '"', '\'':
			n = stringLength(data[i:])
		case '\n', ',':
			dots = 0
		case '.':
			dots++
		case '[', '{':
			depths, dots = append(depths, depths[last]+dots+1), 0
		case ']', '}':
			depths, dots = depths[:max(1, last)], 0
		}
		if depths[len(depths)-1]+dots > maxDepth {
			return line
		}
		line += bytes.Count(data[i:i+n], []byte("\n"))
		i += n
	}
	return 0
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
