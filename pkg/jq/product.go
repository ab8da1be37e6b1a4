package jq

import (
	"reflect"
	"slices"
	"sync"

	"github.com/itchyny/gojq"
)

// In jq, a string times a number repeats the string. This is the one operation that can
// allocate gigabytes at once, before anything can stop it, so multiplication is replaced.

// bound makes a query multiply with [product] only, and reports whether it does multiply.
func bound(query *gojq.Query) bool {
	multiplies := replaceProducts(reflect.ValueOf(query))
	query.FuncDefs = slices.Concat(ownProduct().FuncDefs, query.FuncDefs)
	return multiplies
}

// ownProduct defines a function that shadows gojq's own. gojq calls it for updates such
// as .a *= 2.
var ownProduct = sync.OnceValue(func() *gojq.Query {
	return parsed("def _multiply(l; r): bounded_product(l; r); .")
})

// parsed parses a query that is known to be valid.
func parsed(text string) *gojq.Query {
	query, _ := gojq.Parse(text)
	return query
}

// replaceProducts turns each L * R in a syntax tree into a call of _multiply, and reports
// whether the tree has any product.
func replaceProducts(v reflect.Value) (found bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return false
		}
		found = replaceProducts(v.Elem())
		q, _ := v.Interface().(*gojq.Query)
		if q != nil && q.Op == gojq.OpUpdateMul {
			return true
		}
		if q != nil && q.Op == gojq.OpMul {
			call := &gojq.Func{Name: "_multiply", Args: []*gojq.Query{q.Left, q.Right}}
			q.Op, q.Left, q.Right = 0, nil, nil
			q.Term = &gojq.Term{Type: gojq.TermTypeFunc, Func: call}
			return true
		}
	case reflect.Struct:
		for i := range v.NumField() {
			found = replaceProducts(v.Field(i)) || found
		}
	case reflect.Slice:
		for i := range v.Len() {
			found = replaceProducts(v.Index(i)) || found
		}
	}
	return found
}

// multiply is gojq's own product.
var multiply = sync.OnceValue(func() *gojq.Code {
	code, _ := gojq.Compile(parsed("$l * $r"), gojq.WithVariables([]string{"$l", "$r"}))
	return code
})

// product multiplies its two arguments, but returns an error instead of a string that is
// too long.
func product(_ any, args []any) any {
	for i, arg := range args {
		text, isText := arg.(string)
		times, isNumber := gojq.ToFloat64(args[1-i])
		if isText && isNumber && float64(len(text))*times > mostMemory/2 {
			return errMemory
		}
	}
	result, _ := multiply().Run(nil, args...).Next()
	return result
}
