package explain_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/jq"
	"ssoctl/pkg/profiletest"
)

// TestFieldsDecide: an expression of a profile has the same output for two objects that
// differ only in fields that jq.Fields does not list.
func TestFieldsDecide(t *testing.T) {
	values := []any{nil, true, false, "", "0", "no", "ok/error", json.Number("0"), json.Number("1"), json.Number("400")}
	random := rand.New(rand.NewPCG(1, 2))
	exprs := map[string]bool{}
	for _, p := range profiletest.Builtin(t) {
		for _, s := range p.Requests() {
			judge, err := client.NewJudge(p, s)
			if s == p.Authorize || err != nil {
				continue
			}
			for _, expr := range judge.Expressions() {
				exprs[expr] = expr != ""
			}
		}
	}
	others := map[string]bool{} // fields that some expression reads
	for expr, given := range exprs {
		if read, ok := jq.Fields(expr); given && ok {
			for _, name := range fieldsLike(read) {
				others[name] = true
			}
		} else if given {
			t.Errorf("%s may read any field, so it must judge every object in a log", expr)
		}
	}
	for expr, given := range exprs {
		read, ok := jq.Fields(expr)
		fields := fieldsLike(read)
		if !given || !ok {
			continue
		}
		code, err := jq.Compile(expr, "$headers", "$status")
		if err != nil {
			t.Fatal(err)
		}
		output := func(object map[string]any) string {
			v, err := code.First(t.Context(), object, map[string]any{}, nil)
			return fmt.Sprintf("%v, failed: %v", v, err != nil)
		}
		for range 30 {
			same := map[string]any{}
			for _, name := range fields {
				if i := random.IntN(len(values) + 1); i < len(values) {
					same[name] = values[i]
				}
			}
			other := maps.Clone(same)
			for name := range others {
				if !read.Has(name) && random.IntN(3) == 0 {
					other[name] = values[random.IntN(len(values))]
				}
			}
			if diff := cmp.Diff(output(same), output(other)); diff != "" {
				t.Fatalf("%s reads more than %q: %v and %v (-want +got):\n%s", expr, fields, same, other, diff)
			}
		}
	}
}

// fieldsLike returns the names in a set, and one name for each of its endings.
func fieldsLike(read jq.FieldSet) []string {
	out := slices.Clone(read.Names)
	for _, ending := range read.Endings {
		out = append(out, "some"+ending)
	}
	return out
}
