package explain

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
)

// TestIndexLeavesNothingOut: objects that are judged one after another, as in a log, have the
// same meaning as objects that are judged by all expressions of all profiles.
func TestIndexLeavesNothingOut(t *testing.T) {
	var all []*profile.Profile
	for _, p := range profiletest.Builtin(t) {
		if len(p.Steps()) > 0 {
			all = append(all, p)
		}
	}
	log := newExplainer(all)
	log.judged(t.Context(), newParsed(0, nil, []byte("[]"))) // the index exists from the second response on
	found := map[How]int{}
	for _, object := range objectsOf(all) {
		a := newParsed(0, nil, []byte(object))
		want := log.read(a, log.questions.askAll(t.Context(), a), signsOf(a.response.Value()))
		for range 2 { // the second time, the meaning is known
			if got := log.judged(t.Context(), a); !reflect.DeepEqual(want, got) {
				t.Fatalf("%s (-want +got):\n%s", object, cmp.Diff(lines(want), lines(got)))
			}
		}
		for _, f := range want {
			found[f.How]++
		}
	}
	if found[Listed] < 5000 || found[Yes] < 1000 || found[Unlisted] < 10_000 {
		t.Errorf("too few objects of a kind: %v", found)
	}
	if log.questions.always != nil {
		for _, i := range log.questions.always {
			t.Errorf("may read any field, so must judge every object: %q", log.questions.list[i].exprs)
		}
	}
}

// TestIndexKnowsStatus: equal objects with different statuses or headers can differ in
// meaning.
func TestIndexKnowsStatus(t *testing.T) {
	all := profiletest.Builtin(t)
	log := newExplainer(all)
	log.judged(t.Context(), newParsed(0, nil, []byte("[]")))
	for _, object := range []string{"{}", `{"error":"invalid_grant"}`, `{"sub":"86"}`} {
		for _, status := range []int{0, 200, 401, 500, 0} {
			a := newParsed(status, nil, []byte(object))
			want := log.read(a, log.questions.askAll(t.Context(), a), signsOf(a.response.Value()))
			if got := log.judged(t.Context(), a); !reflect.DeepEqual(want, got) {
				t.Errorf("%d %s (-want +got):\n%s", status, object, cmp.Diff(lines(want), lines(got)))
			}
		}
	}
}

func TestMeaningsAreBounded(t *testing.T) {
	var m meanings
	found := make([]Found, 9)
	for i := range 5000 {
		key := fmt.Sprint(i)
		m.keep(key, nil, found)
		if got, known := m.find(key, nil); !known || len(got) != len(found) {
			t.Fatalf("%d: %d readings, known: %t", i, len(got), known)
		}
	}
	if len(m.byKey) > 500 {
		t.Errorf("%d meanings with %d readings each", len(m.byKey), len(found))
	}
}

// lines returns readings as short text, without whole profiles.
func lines(found []Found) []string {
	var out []string
	for _, f := range found {
		name := f.Profiles[0].Name
		f.Profiles = nil
		out = append(out, fmt.Sprintf("%s %+v", name, f))
	}
	return out
}

// objectsOf returns the refusals and successes of the profiles, refusals that no profile lists,
// and log records that have some of their fields.
func objectsOf(profiles []*profile.Profile) []string {
	out := []string{"{}", `{"level":"info","msg":"done","id":7}`, `{"error":{"code":"x"},"data":[1]}`}
	for _, long := range []string{strings.Repeat("x", 300), strings.Repeat("y", 300)} { // a client truncates it
		out = append(out, `{"error":"`+long+`"}`)
	}
	for _, p := range profiles {
		shapes := map[string]bool{}
		for _, s := range p.Requests() {
			if s == p.Authorize {
				continue
			}
			out = append(out, string(s.Example), strings.Replace(string(s.Example), "{", `{"level":"error","error":"refused",`, 1))
			if s.Read[s.Primary()] == "" {
				out = append(out, parts(string(s.Example))...)
			}
			shapes[strings.ReplaceAll(string(p.ReplyOf(s).RefusalExample), `"{code}"`, "{code}")] = true
		}
		shapes[`{"id":1,"error":{code},"error_description":"{message}"}`] = true
		codes := []any{"somecode", 777777, "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", nil}
		for _, r := range p.Refusals {
			if word, _, ok := wordAndNumber(r.CodeText()); ok {
				codes = append(codes, word+"98765") // looks like a listed code
			}
		}
		out = append(out, `{"error":"invalid_grant","errno":"invalid_grant"}`, `{"error":"invalid_grant","errno":"other"}`)
		for _, shape := range slices.Sorted(maps.Keys(shapes)) {
			for _, code := range codes {
				out = append(out, refusal(shape, code, "no"))
			}
			for _, r := range p.Refusals {
				out = append(out, refusal(shape, r.Code, r.Message))
				if r.Message != "" {
					out = append(out, refusal(shape, fmt.Sprint(r.Code), "No: "+r.Message+"!"), refusal(shape, r.Code, "no"))
				}
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(object string) bool { return !json.Valid([]byte(object)) })
}

// parts returns an object with each of its fields alone, and without it.
func parts(object string) (out []string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(object), &fields) != nil {
		return nil
	}
	for name, value := range fields {
		without := maps.Clone(fields)
		delete(without, name)
		for _, part := range []map[string]json.RawMessage{without, {name: value}} {
			text, _ := json.Marshal(part)
			out = append(out, string(text))
		}
	}
	return out
}

// refusal fills the placeholders of an example. {code} is a value, or a part of a text.
func refusal(shape string, code any, message string) string {
	value, _ := json.Marshal(code)
	out := strings.NewReplacer("{code}", string(value), "{message}", message).Replace(shape)
	if json.Valid([]byte(out)) {
		return out
	}
	return strings.NewReplacer("{code}", fmt.Sprint(code), "{message}", message).Replace(shape)
}
