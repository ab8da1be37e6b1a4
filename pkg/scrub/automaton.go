package scrub

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// automaton finds every form in a text in one pass, in time proportional to the text: Aho
// and Corasick, "Efficient string matching" (1975). It treats + and space as equal,
// because queries may use either for a space.
type automaton struct {
	forms []form
	ascii bool // every form is ASCII
	root  [256]int32
	nodes []node // nodes[0] is the root
}

// node is the state after reading the start of a form.
type node struct {
	child, sibling int32 // 0 if none
	suffix         int32 // the state of the longest proper suffix of what was read
	found          int32 // the longest form that ends here, -1 if none
	char           byte
}

// longestForm limits the depth of the automaton, in bytes. A longer form is searched for by its first
// longestForm bytes; a match is then extended as far as the text equals the form.
const longestForm = 16 << 10

func newAutomaton(forms []form) *automaton {
	size := 0
	for _, f := range forms {
		size += min(len(f.text), longestForm)
	}
	a := &automaton{forms: forms, ascii: true, nodes: make([]node, 1, 1+size)}
	a.nodes[0].found = -1
	for i, f := range forms {
		a.ascii = a.ascii && !strings.ContainsFunc(f.text, func(r rune) bool { return r >= utf8.RuneSelf })
		at := int32(0)
		for _, c := range []byte(f.text[:min(len(f.text), longestForm)]) {
			at = a.grow(at, plusIsSpace(c))
		}
		if same := a.nodes[at].found; same < 0 || f.stub < forms[same].stub { // if two secrets have the same form, their order must not decide
			a.nodes[at].found = int32(i)
		}
	}
	var queue []int32
	for _, first := range a.root {
		if first != 0 {
			queue = append(queue, first)
		}
	}
	for i := 0; i < len(queue); i++ { // breadth first
		n := a.nodes[queue[i]]
		if suffix := a.nodes[n.suffix].found; n.found < 0 {
			a.nodes[queue[i]].found = suffix
		} else {
			a.forms[n.found].shorter = suffix
		}
		for child := n.child; child != 0; child = a.nodes[child].sibling {
			a.nodes[child].suffix = a.step(n.suffix, a.nodes[child].char)
			queue = append(queue, child)
		}
	}
	return a
}

func plusIsSpace(c byte) byte {
	if c == '+' {
		return ' '
	}
	return c
}

// grow returns the state after c in the state at, creating it if necessary.
func (a *automaton) grow(at int32, c byte) int32 {
	if child := a.child(at, c); child != 0 {
		return child
	}
	child := int32(len(a.nodes))
	if at == 0 {
		a.root[c] = child
	}
	a.nodes = append(a.nodes, node{sibling: a.nodes[at].child, found: -1, char: c})
	a.nodes[at].child = child
	return child
}

// child returns the state after c in the state at, or 0 if there is none.
func (a *automaton) child(at int32, c byte) int32 {
	if at == 0 {
		return a.root[c]
	}
	child := a.nodes[at].child
	for child != 0 && a.nodes[child].char != c {
		child = a.nodes[child].sibling
	}
	return child
}

// step returns the state after reading c in the state at.
func (a *automaton) step(at int32, c byte) int32 {
	for {
		if next := a.child(at, c); next != 0 || at == 0 {
			return next
		}
		at = a.nodes[at].suffix
	}
}

// each calls do with the longest form that ends at each position of the text. It skips
// forms that have to be whole words but are not.
func (a *automaton) each(text string, do func(start, end int, f *form)) {
	at, covered := int32(0), 0
	for i := range len(text) {
		at = a.step(at, plusIsSpace(text[i]))
		for found := a.nodes[at].found; found >= 0; found = a.forms[found].shorter {
			f, end := &a.forms[found], i+1
			start := end - min(len(f.text), longestForm)
			if f.whole && withinWord(text, start, end) {
				continue
			}
			if len(f.text) > longestForm { // do not compare again what is already covered
				covered = max(covered, end)
				covered += agreement(text[covered:], f.text[min(len(f.text), covered-start):])
				end = covered
			}
			do(start, end, f)
			break
		}
	}
}

// agreement returns the length of the common prefix of two texts.
func agreement(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// within reports whether a stub contains any form, even inside a word: a stub that shows
// a part of one secret may show all of another.
func (a *automaton) within(stub string) bool {
	at := int32(0)
	return slices.ContainsFunc([]byte(stub), func(c byte) bool {
		at = a.step(at, plusIsSpace(c))
		return a.nodes[at].found >= 0
	})
}
