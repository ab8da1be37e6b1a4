package contract

import "testing"

// TestMeanings: every meaning belongs to a member and is in both languages.
func TestMeanings(t *testing.T) {
	names := map[string]bool{}
	var collect func([]Member)
	collect = func(members []Member) {
		for _, m := range members {
			names[m.Name] = true
			collect(m.Members)
		}
	}
	for _, r := range append(Results(), Error()) {
		collect(r.Members)
	}
	for name, about := range meanings() {
		if !names[name] {
			t.Errorf("no result has %s", name)
		}
		if about.EN == "" || about.ZH == "" {
			t.Errorf("the meaning of %s is in one language", name)
		}
	}
}
