package secret

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// automaton finds every form in a text in one pass, in time that depends on the text
// alone: Aho and Corasick, "Efficient string matching" (1975). A space and a + are the
// same to it, since queries write one as the other.
type automaton struct {
	forms []form
	ascii bool // every form is
	root  [256]int32
	nodes []node // nodes[0] is the root
}

// node is the state after the beginning of a form was read.
type node struct {
	child, sibling int32 // 0 for none
	suffix         int32 // the state of the longest proper suffix of what was read
	found          int32 // the longest form that ends here, -1 for none
	char           byte
}

// longestForm bounds the automaton's memory. Of a longer form only the beginning is
// in it; an occurrence goes on as far as the text agrees with the form.
const longestForm = 16 << 10

func newAutomaton(forms []form) *automaton {
	a := &automaton{forms: forms, ascii: true, nodes: []node{{found: -1}}}
	for i, f := range forms {
		a.ascii = a.ascii && !strings.ContainsFunc(f.text, func(r rune) bool { return r >= utf8.RuneSelf })
		at := int32(0)
		for _, c := range []byte(f.text[:min(len(f.text), longestForm)]) {
			at = a.grow(at, plusIsSpace(c))
		}
		if same := a.nodes[at].found; same < 0 || f.stub < forms[same].stub { // of two secrets, in no order
			a.nodes[at].found = int32(i)
		}
	}
	var queue []int32
	for _, first := range a.root {
		if first != 0 {
			queue = append(queue, first)
		}
	}
	for i := 0; i < len(queue); i++ { // level by level
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

// grow returns the state that c leads to from at, a new one where there is none.
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

// child returns the state that c leads to from at, 0 for none.
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

// step returns the state after c was read in the state at.
func (a *automaton) step(at int32, c byte) int32 {
	for {
		if next := a.child(at, c); next != 0 || at == 0 {
			return next
		}
		at = a.nodes[at].suffix
	}
}

// each calls do with the longest form that ends at each place of a text. It passes
// over forms that may only stand as a word where they do not.
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
			if len(f.text) > longestForm { // what is covered is not compared again
				covered = max(covered, end)
				covered += agreement(text[covered:], f.text[min(len(f.text), covered-start):])
				end = covered
			}
			do(start, end, f)
			break
		}
	}
}

// agreement returns the length of the beginning that two texts share.
func agreement(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// within reports whether a stub holds any of the forms, also within a word: a stub
// that shows a part of one secret may thereby show all of another.
func (a *automaton) within(stub string) bool {
	at := int32(0)
	return slices.ContainsFunc([]byte(stub), func(c byte) bool {
		at = a.step(at, plusIsSpace(c))
		return a.nodes[at].found >= 0
	})
}
