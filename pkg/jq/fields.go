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

// Fields returns the fields that an expression reads in an object. ok means that two objects in
// which these fields are equal give the same output, if the variables are equal, too. It is
// false if the expression may read other fields, as tostring does, or is invalid.
func Fields(text string) (read FieldSet, ok bool) {
	query, err := gojq.Parse(text)
	if err != nil {
		return FieldSet{}, false
	}
	var r fieldReader
	whole, ok := r.query(query, true)
	return r.read.Union(FieldSet{}), ok && !whole
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

// fieldReader follows the input of an expression through its syntax tree. In its methods, of
// says that a part of the expression gets the whole input, and whole that its output may contain
// the whole input. ok is false if the part may read more than fields by their names.
type fieldReader struct{ read FieldSet }

func (r *fieldReader) query(q *gojq.Query, of bool) (whole, ok bool) {
	switch {
	case q.Meta != nil, len(q.Imports) > 0, len(q.FuncDefs) > 0, len(q.Patterns) > 0:
		return false, false
	case q.Term != nil:
		return r.term(q.Term, of)
	case q.Left == nil: // nothing
		return false, false
	case of && q.Op == gojq.OpPipe && q.Left.String() == "to_entries[]":
		return r.entries(q.Right)
	}
	left, ok := r.query(q.Left, of)
	if !ok {
		return false, false
	}
	if q.Op == gojq.OpPipe {
		return r.query(q.Right, left)
	}
	right, ok := r.query(q.Right, of)
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

// entries is for a query that gets the entries of the whole input and first selects those whose
// keys have an ending.
func (r *fieldReader) entries(q *gojq.Query) (whole, ok bool) {
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

// part is for a query whose output must not contain the whole input. q may be nil.
func (r *fieldReader) part(q *gojq.Query, of bool) (ok bool) {
	if q == nil {
		return true
	}
	whole, ok := r.query(q, of)
	return ok && !whole
}

func (r *fieldReader) term(t *gojq.Term, of bool) (whole, ok bool) {
	switch t.Type {
	case gojq.TermTypeIdentity:
		whole, ok = of, true
	case gojq.TermTypeNull, gojq.TermTypeTrue, gojq.TermTypeFalse, gojq.TermTypeNumber:
		ok = true
	case gojq.TermTypeString:
		ok = !slices.ContainsFunc(t.Str.Queries, func(q *gojq.Query) bool { return !r.part(q, of) })
	case gojq.TermTypeIndex:
		ok = r.index(t.Index, of, of)
	case gojq.TermTypeQuery:
		whole, ok = r.query(t.Query, of)
	case gojq.TermTypeArray:
		if ok = t.Array.Query == nil; !ok {
			whole, ok = r.query(t.Array.Query, of)
		}
	case gojq.TermTypeUnary:
		ok = r.part(&gojq.Query{Term: t.Unary.Term}, of)
	case gojq.TermTypeIf:
		whole, ok = r.branches(t.If, of)
	case gojq.TermTypeFunc:
		whole, ok = r.function(t.Func, of)
	}
	for _, s := range t.SuffixList {
		if s.Index != nil {
			whole, ok = false, ok && r.index(s.Index, whole, of)
		}
		ok = ok && !(s.Iter && whole)
	}
	return whole, ok
}

// index is for .name or [INDEX] after a term whose output has the whole input or not.
func (r *fieldReader) index(i *gojq.Index, after, of bool) (ok bool) {
	if !after {
		return (i.Str == nil || len(i.Str.Queries) == 0) && r.part(i.Start, of) && r.part(i.End, of)
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

func (r *fieldReader) branches(i *gojq.If, of bool) (whole, ok bool) {
	if object, known := isObject(i.Cond); of && known && len(i.Elif) == 0 {
		switch {
		case object:
			return r.query(i.Then, of)
		case i.Else == nil: // the output is the input
			return true, true
		}
		return r.query(i.Else, of)
	}
	_, ok = r.query(i.Cond, of)
	branches := []*gojq.Query{i.Then}
	for _, e := range i.Elif {
		_, known := r.query(e.Cond, of)
		ok = ok && known
		branches = append(branches, e.Then)
	}
	if whole = of; i.Else != nil { // otherwise the output is the input
		whole, branches = false, append(branches, i.Else)
	}
	for _, b := range branches {
		out, known := r.query(b, of)
		whole, ok = whole || out, ok && known
	}
	return whole, ok
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

func (r *fieldReader) function(f *gojq.Func, of bool) (whole, ok bool) {
	switch {
	case f.Name == "$status", f.Name == "$headers", f.Name == "empty", f.Name == "not", f.Name == "type":
		return false, true
	case f.Name == "select" && len(f.Args) == 1:
		_, ok := r.query(f.Args[0], of)
		return of, ok
	case f.Name == "arrays", f.Name == "objects":
		return of, true
	case slices.Contains([]string{"booleans", "nulls", "numbers", "strings"}, f.Name): // never the whole object
		return false, true
	case of && f.Name == "has" && len(f.Args) == 1:
		name, ok := literal(f.Args[0])
		r.read.Names = append(r.read.Names, name)
		return false, ok
	case of || !slices.Contains([]string{"IN", "capture", "endswith", "has", "join", "length", "ltrimstr", "map", "rtrimstr", "split", "startswith", "sub", "test", "tonumber", "tostring"}, f.Name):
		return false, false
	}
	for _, arg := range f.Args {
		if !r.part(arg, false) {
			return false, false
		}
	}
	return false, true
}
