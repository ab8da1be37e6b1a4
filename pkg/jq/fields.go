package jq

import (
	"slices"
	"strings"

	"github.com/itchyny/gojq"
)

// FieldSet is a set of fields of an object. Both lists are sorted.
type FieldSet struct {
	Names   []string
	Endings []string // the set has every field whose name has one of these endings
}

// Fields returns the fields of an object that an expression reads. If ok, two objects with
// equal values in these fields give the same output, provided that the variables are equal,
// too. ok is false if the expression may read other fields, as tostring does, or is invalid.
func Fields(text string) (read FieldSet, ok bool) {
	query, err := gojq.Parse(text)
	if err != nil {
		return FieldSet{}, false
	}
	var r fieldReader
	wholeOut, ok := r.query(query, true)
	return r.read.Union(FieldSet{}), ok && !wholeOut
}

// Has reports whether a field is in the set.
func (s FieldSet) Has(name string) bool {
	return slices.Contains(s.Names, name) || slices.ContainsFunc(s.Endings, func(ending string) bool { return strings.HasSuffix(name, ending) })
}

// Union returns the fields in s or o.
func (s FieldSet) Union(o FieldSet) FieldSet {
	join := func(a, b []string) []string {
		all := slices.Concat(a, b)
		slices.Sort(all)
		return slices.Compact(all)
	}
	return FieldSet{join(s.Names, o.Names), join(s.Endings, o.Endings)}
}

// fieldReader follows the input of an expression through its syntax tree. In its methods,
// wholeIn is true if a part of the expression gets the whole input, wholeOut if the output of
// the part may contain the whole input. ok is false if the part may read more than fields by
// their names.
type fieldReader struct{ read FieldSet }

func (r *fieldReader) query(q *gojq.Query, wholeIn bool) (wholeOut, ok bool) {
	switch {
	case q.Meta != nil, len(q.Imports) > 0, len(q.FuncDefs) > 0, len(q.Patterns) > 0:
		return false, false
	case q.Term != nil:
		return r.term(q.Term, wholeIn)
	case q.Left == nil: // nothing
		return false, false
	case wholeIn && q.Op == gojq.OpPipe && q.Left.String() == "to_entries[]":
		return r.entries(q.Right)
	}
	left, ok := r.query(q.Left, wholeIn)
	if !ok {
		return false, false
	}
	if q.Op == gojq.OpPipe {
		return r.query(q.Right, left)
	}
	right, ok := r.query(q.Right, wholeIn)
	switch q.Op {
	case gojq.OpComma, gojq.OpAlt:
		return left || right, ok
	case gojq.OpAnd, gojq.OpOr: // every object is true
		return false, ok
	case gojq.OpEq, gojq.OpNe, gojq.OpLt, gojq.OpLe, gojq.OpGt, gojq.OpGe, gojq.OpAdd, gojq.OpSub:
		return false, ok && !left && !right
	}
	return false, false
}

// entries reads a query that gets the entries of the whole input, and first has to select
// those whose keys have an ending.
func (r *fieldReader) entries(q *gojq.Query) (wholeOut, ok bool) {
	first := q
	if q.Op == gojq.OpPipe {
		first = q.Left
	}
	const before, after = "select(.key | endswith(", "))"
	text := first.String()
	if !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
		return false, false
	}
	argument, err := gojq.Parse(text[len(before) : len(text)-len(after)])
	if err != nil {
		return false, false
	}
	ending, ok := literal(argument)
	r.read.Endings = append(r.read.Endings, ending)
	if !ok || first == q {
		return false, ok
	}
	return r.query(q.Right, false)
}

// part reads a query whose output must not contain the whole input. q may be nil.
func (r *fieldReader) part(q *gojq.Query, wholeIn bool) (ok bool) {
	if q == nil {
		return true
	}
	wholeOut, ok := r.query(q, wholeIn)
	return ok && !wholeOut
}

func (r *fieldReader) term(t *gojq.Term, wholeIn bool) (wholeOut, ok bool) {
	switch t.Type {
	case gojq.TermTypeIdentity:
		wholeOut, ok = wholeIn, true
	case gojq.TermTypeNull, gojq.TermTypeTrue, gojq.TermTypeFalse, gojq.TermTypeNumber:
		ok = true
	case gojq.TermTypeString:
		ok = !slices.ContainsFunc(t.Str.Queries, func(q *gojq.Query) bool { return !r.part(q, wholeIn) })
	case gojq.TermTypeIndex:
		ok = r.index(t.Index, wholeIn, wholeIn)
	case gojq.TermTypeQuery:
		wholeOut, ok = r.query(t.Query, wholeIn)
	case gojq.TermTypeArray:
		if ok = t.Array.Query == nil; !ok {
			wholeOut, ok = r.query(t.Array.Query, wholeIn)
		}
	case gojq.TermTypeUnary:
		ok = r.part(&gojq.Query{Term: t.Unary.Term}, wholeIn)
	case gojq.TermTypeIf:
		wholeOut, ok = r.branches(t.If, wholeIn)
	case gojq.TermTypeFunc:
		wholeOut, ok = r.function(t.Func, wholeIn)
	}
	for _, s := range t.SuffixList {
		if s.Index != nil {
			wholeOut, ok = false, ok && r.index(s.Index, wholeOut, wholeIn)
		}
		ok = ok && !(s.Iter && wholeOut)
	}
	return wholeOut, ok
}

// index reads .name or [INDEX] after a term. after is true if the output of the term may
// contain the whole input.
func (r *fieldReader) index(i *gojq.Index, after, wholeIn bool) (ok bool) {
	if !after {
		return (i.Str == nil || len(i.Str.Queries) == 0) && r.part(i.Start, wholeIn) && r.part(i.End, wholeIn)
	}
	name, ok := i.Name, i.Name != ""
	if i.Str != nil {
		name, ok = i.Str.Str, len(i.Str.Queries) == 0
	} else if !ok && !i.IsSlice {
		name, ok = literal(i.Start)
	}
	r.read.Names = append(r.read.Names, name)
	return ok
}

// literal returns the text of a query that is a string.
func literal(q *gojq.Query) (text string, ok bool) {
	if q == nil || q.Term == nil || q.Term.Type != gojq.TermTypeString || len(q.Term.Str.Queries) > 0 || len(q.Term.SuffixList) > 0 {
		return "", false
	}
	return q.Term.Str.Str, true
}

func (r *fieldReader) branches(i *gojq.If, wholeIn bool) (wholeOut, ok bool) {
	if object, known := isObject(i.Cond); wholeIn && known && len(i.Elif) == 0 {
		switch {
		case object:
			return r.query(i.Then, wholeIn)
		case i.Else == nil: // the output is the input
			return true, true
		}
		return r.query(i.Else, wholeIn)
	}
	_, ok = r.query(i.Cond, wholeIn)
	branches := []*gojq.Query{i.Then}
	for _, e := range i.Elif {
		_, known := r.query(e.Cond, wholeIn)
		ok = ok && known
		branches = append(branches, e.Then)
	}
	if wholeOut = wholeIn; i.Else != nil { // otherwise the output is the input
		wholeOut, branches = false, append(branches, i.Else)
	}
	for _, b := range branches {
		out, known := r.query(b, wholeIn)
		wholeOut, ok = wholeOut || out, ok && known
	}
	return wholeOut, ok
}

// isObject returns what a condition such as type == "string" says about an object. known is
// false for other conditions.
func isObject(cond *gojq.Query) (object, known bool) {
	if cond.Op != gojq.OpEq || cond.Left.String() != "type" {
		return false, false
	}
	text, known := literal(cond.Right)
	return text == "object", known
}

func (r *fieldReader) function(f *gojq.Func, wholeIn bool) (wholeOut, ok bool) {
	switch {
	case f.Name == "$status", f.Name == "$headers", f.Name == "empty", f.Name == "not", f.Name == "type":
		return false, true
	case f.Name == "select" && len(f.Args) == 1:
		_, ok := r.query(f.Args[0], wholeIn)
		return wholeIn, ok
	case f.Name == "arrays", f.Name == "objects":
		return wholeIn, true
	case slices.Contains([]string{"booleans", "nulls", "numbers", "strings"}, f.Name): // never the whole object
		return false, true
	case wholeIn && f.Name == "has" && len(f.Args) == 1:
		name, ok := literal(f.Args[0])
		r.read.Names = append(r.read.Names, name)
		return false, ok
	case wholeIn || !slices.Contains([]string{"IN", "capture", "endswith", "has", "join", "length", "ltrimstr", "map", "rtrimstr", "split", "startswith", "sub", "test", "tonumber", "tostring"}, f.Name):
		return false, false
	}
	for _, arg := range f.Args {
		if !r.part(arg, false) {
			return false, false
		}
	}
	return false, true
}
