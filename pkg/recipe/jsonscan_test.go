package recipe_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
)

// members parses a JSON object with the standard library; false if body is not an object.
func members(body string) (map[string][]string, bool) {
	dec := json.NewDecoder(strings.NewReader(body))
	if first, err := dec.Token(); err != nil || first != json.Delim('{') || !json.Valid([]byte(body)) {
		return nil, false
	}
	out := map[string][]string{}
	for dec.More() {
		name, _ := dec.Token()
		var v json.RawMessage
		if err := dec.Decode(&v); err != nil {
			return nil, false
		}
		out[name.(string)] = append(out[name.(string)], string(v))
	}
	return out, true
}

// FuzzJSONBody compares this package's parsing of objects with the standard library's.
func FuzzJSONBody(f *testing.F) {
	for _, body := range []string{
		`{}`, ` { } `, `{"a":1}`, "\t{\"a\" :\r\n{\"b\":[1,\"]\",{}]} , \"c\" : -1.5e3,\"d\":null}\n", `{"a":"\"\\","\u0061":true,"é":false}`,
		"{\"\xff\":\"\xff\"}", `{"a":[[],[]],"a":{}}`, `[1]`, `{"a":1}x`, `{"a"`, `"{}"`, `{"a":[{"b":"}"}]}`, `{"":""}`,
	} {
		f.Add(body)
	}
	r := recipe.Recipe{Method: "POST", URL: "http://h/p", JSON: map[string]any{}}
	f.Fuzz(func(t *testing.T, body string) {
		req, err := http.NewRequest("POST", "http://h/p", bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		seen := r.Recognise(req, []byte(body), recipe.Expect{})
		want, isObject := members(body)
		if !isObject {
			if len(seen.Problems) != 1 || seen.Problems[0].Kind != recipe.Malformed {
				t.Errorf("%q is not an object: got %v, want one malformed member", body, seen.Problems)
			}
			return
		}
		got, first := map[string]string{}, map[string]string{}
		for _, p := range seen.Problems {
			got[strings.TrimPrefix(p.Member, "json.")] = p.Got.Reveal()
		}
		for _, name := range slices.Collect(maps.Keys(want)) {
			first[name] = want[name][0]
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("%q: %s", body, diff)
		}
	})
}

// TestJSONArrays reads elements at any depth.
func TestJSONArrays(t *testing.T) {
	r := recipe.Recipe{Method: "POST", URL: "http://h/p", JSON: map[string]any{"list": []any{"{a}", []any{"x", "{b}"}, map[string]any{"c": "{c}"}}}}
	for body, problems := range map[string]int{
		`{"list":["A",["x","B"],{"c":"C"}]}`:                            0,
		"{ \"list\" : [ \"A\" , [ \"x\" ,\"B\" ] , { \"c\":\"C\" } ] }": 0,
		`{"list":["A",["y","B"],{"c":"C"}]}`:                            1,
		`{"list":["A",["x"],{"c":"C"}]}`:                                1,
		`{"list":[]}`:                                                   1,
		`{"list":{}}`:                                                   1,
		`{"list":["A",["x","B"],{"c":"C","d":[1,2]}]}`:                  1,
	} {
		req, _ := http.NewRequest("POST", "http://h/p", nil)
		req.Header.Set("Content-Type", "application/json")
		seen := r.Recognise(req, []byte(body), recipe.Expect{})
		if len(seen.Problems) != problems {
			t.Errorf("%s: %v", body, seen.Problems)
		}
		if problems > 0 {
			continue
		}
		for name, want := range map[string]string{"a": "A", "b": "B", "c": "C"} {
			if got := seen.Values[name].Reveal(); got != want {
				t.Errorf("%s: %s is %q", body, name, got)
			}
		}
	}
}
