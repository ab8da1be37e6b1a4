package jq

import (
	"strings"
	"sync"

	"github.com/itchyny/gojq"
)

// operation is a function of gojq whose result can be much larger than its input, or that
// compares values.
type operation struct {
	name  string
	arity int
	// cost estimates the result in bytes. It may stop at any number above maxResult.
	cost    func(input any, args []any) int
	builtin func() *gojq.Code // gojq's own function; nil if run returns the input
	// compares is true if the function compares values in its input and arguments.
	compares bool
}

// operations are all functions that need a bound. The result of any other function is at most
// a few times as large as its input, or the function is written in jq and takes many
// operations.
var operations = sync.OnceValue(func() []operation {
	return []operation{
		builtin("_multiply", 2, func(_ any, args []any) int { return productCost(args[0], args[1]) }),
		builtin("_divide", 2, func(_ any, args []any) int { return splitCost(args[0], args[1]) }),
		builtin("split", 1, func(v any, args []any) int { return splitCost(v, args[0]) }),
		builtin("setpath", 2, func(_ any, args []any) int { return pathCost(args[0]) }),
		builtin("add", 0, func(v any, _ []any) int { return sumCost(v, "") }),
		builtin("join", 1, func(v any, args []any) int { return sumCost(v, args[0]) }),
		builtin("flatten", 0, func(v any, _ []any) int { return maxResult - leaves(v, -1, maxResult) }),
		builtin("flatten", 1, flattenCost),
		builtin("transpose", 0, func(v any, _ []any) int { return transposeCost(v) }),
		comparing("sort", 0, func(v any, _ []any) int { return shallowCost(v) }),
		comparing("unique", 0, func(v any, _ []any) int { return shallowCost(v) }),
		builtin("keys", 0, func(v any, _ []any) int { return shallowCost(v) }),
		builtin("explode", 0, func(v any, _ []any) int { return explodeCost(v) }),
		comparing("indices", 1, func(v any, args []any) int { return explodeCost(v) + explodeCost(args[0]) }),
		comparing("index", 1, func(v any, args []any) int { return explodeCost(v) + explodeCost(args[0]) }),
		comparing("rindex", 1, func(v any, args []any) int { return explodeCost(v) + explodeCost(args[0]) }),
		builtin("fromjson", 0, func(v any, _ []any) int { return decodedCost(v) }),
		builtin("strftime", 1, func(_ any, args []any) int { return dateCost(args[0]) }),
		builtin("strflocaltime", 1, func(_ any, args []any) int { return dateCost(args[0]) }),
		builtin("tostring", 0, tostringCost), builtin("tojson", 0, textCost), builtin("format", 1, textCost),
		builtin("_tohtml", 0, textCost), builtin("_touri", 0, textCost), builtin("_tourid", 0, textCost), builtin("_tocsv", 0, textCost),
		builtin("_totsv", 0, textCost), builtin("_tosh", 0, textCost), builtin("_tobase64", 0, textCost), builtin("_tobase64d", 0, textCost),
		comparing("_equal", 2, noCost), comparing("_notequal", 2, noCost), comparing("_less", 2, noCost), comparing("_lesseq", 2, noCost),
		comparing("_greater", 2, noCost), comparing("_greatereq", 2, noCost), comparing("_subtract", 2, noCost),
		comparing("min", 0, noCost), comparing("max", 0, noCost), comparing("_min_by", 1, noCost), comparing("_max_by", 1, noCost),
		comparing("_sort_by", 1, noCost), comparing("_group_by", 1, noCost), comparing("_unique_by", 1, noCost),
		comparing("bsearch", 1, noCost), comparing("contains", 1, noCost), comparing("inside", 1, noCost),
		// These return their input. The first argument of bounded_regex is the name of the
		// calling function.
		{name: "regex", arity: 3, cost: func(v any, args []any) int { return matchCost(v, args[1], args[2]) }},
		{name: "path", arity: 0, cost: func(v any, _ []any) int { return pathCost(v) }},
	}
})

// builtin describes one of gojq's functions.
func builtin(name string, arity int, cost func(any, []any) int) operation {
	variables := []string{"$a", "$b", "$c"}[:arity]
	return operation{name: name, arity: arity, cost: cost, builtin: sync.OnceValue(func() *gojq.Code {
		call := name
		if arity > 0 {
			call += "(" + strings.Join(variables, "; ") + ")"
		}
		code, _ := gojq.Compile(parsed(call), gojq.WithVariables(variables))
		return code
	})}
}

// comparing describes one of gojq's functions that compare values.
func comparing(name string, arity int, cost func(any, []any) int) operation {
	o := builtin(name, arity, cost)
	o.compares = true
	return o
}

func noCost(any, []any) int { return 0 }

// bounded is the name of the function that replaces o.
func (o operation) bounded() string { return "bounded_" + o.name }

// run is the function that replaces o. It returns an error if the result would be too large,
// or if it would have to compare values that are nested too deeply.
func (o operation) run(input any, args []any) any {
	if result := comparison(o.name); result != nil {
		order, err := compare(args[0], args[1], 0)
		if err != nil {
			return err
		}
		return result(order)
	}
	if o.compares {
		if err := checkDepth(append(args, input)...); err != nil {
			return err
		}
	}
	if cost := o.cost(input, args); cost < 0 || cost > maxResult {
		return &largeError{o.title(input, args)}
	}
	if o.builtin == nil {
		return input
	}
	if text, is := input.(string); is && o.name == "tostring" {
		return text
	}
	result, _ := o.builtin().Run(input, args...).Next()
	return result
}

// title returns the name of the operation in error messages.
func (o operation) title(input any, args []any) string {
	switch o.name {
	case "_multiply":
		return "*"
	case "_divide":
		return "/"
	case "path":
		return "." + indexOf(input) + " ="
	case "setpath":
		return "setpath(" + indexOf(args[0]) + ")"
	case "regex":
		name, _ := args[0].(string)
		return name
	case "format":
		return "format"
	}
	if format, is := strings.CutPrefix(o.name, "_to"); is {
		return "@" + format
	}
	return strings.TrimPrefix(o.name, "_")
}

// indexOf shows the largest index of a path.
func indexOf(path any) string {
	var shown any
	largest := 0
	list, _ := path.([]any)
	for _, step := range list {
		if i, is := gojq.ToInt(step); is && i >= largest {
			shown, largest = step, i
		}
	}
	return "[" + gojq.Preview(shown) + "]"
}
