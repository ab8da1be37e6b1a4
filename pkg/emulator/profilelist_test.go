package emulator_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"ssoctl/pkg/lang"
)

// TestProvenance checks that each step has the profile's source and guess, in the reader's
// language.
func TestProvenance(t *testing.T) {
	w := start(t, builtins(t)...)
	for accept, in := range map[string]lang.Lang{"": lang.EN, "en-GB,zh;q=0.5": lang.EN, "zh-CN,zh;q=0.9,en;q=0.8": lang.ZH} {
		_, body := w.ask(t, http.MethodGet, "/_/profiles", "", func(r *http.Request) { r.Header.Set("Accept-Language", accept) })
		var got struct {
			Profiles []struct {
				Steps []struct{ Name, Source, Provenance, Guess string }
			}
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Profiles) != len(w.profiles) {
			t.Fatalf("%v %s", err, body)
		}
		guesses := 0
		for i, p := range w.profiles {
			for j, s := range p.Requests() {
				told := got.Profiles[i].Steps[j]
				if told.Name != string(s.Name) || told.Source != s.Source || told.Provenance != s.Provenance().In(in) || told.Guess != s.GuessText().In(in) {
					t.Errorf("%s %s: %+v", p.Name, s.Name, told)
				}
				if told.Guess != "" {
					guesses++
				}
			}
		}
		if guesses == 0 {
			t.Error("no step has a guess")
		}
	}
}
