package suggestion_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/suggestion"
)

func TestSuggestions(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 41)
	type found struct {
		Nearest  string
		For, Any lang.Text
	}
	for word, want := range map[string]struct {
		candidates []string
		found
	}{
		"exchnge": {[]string{"token", "exchange", "userinfo"}, found{
			"exchange",
			lang.Text{EN: "; did you mean exchange?", ZH: "；是不是 exchange？"},
			lang.Text{EN: "; did you mean exchange?", ZH: "；是不是 exchange？"},
		}},
		"2001": {[]string{"2005", "2004", "2003", "2002", "2002"}, found{
			"2002",
			lang.Text{EN: "; did you mean 2002?", ZH: "；是不是 2002？"},
			lang.Text{EN: "; did you mean 2002 or 2003 or 2004?", ZH: "；是不是 2002 或 2003 或 2004？"},
		}},
		"login":  {[]string{"explain"}, found{}},
		"x":      {nil, found{}},
		"abcdef": {[]string{"abcxyz"}, found{}}, // 3 of 6 letters differ
		"abcdefghi": {[]string{"abcdefxyz"}, found{
			"abcdefxyz",
			lang.Text{EN: "; did you mean abcdefxyz?", ZH: "；是不是 abcdefxyz？"},
			lang.Text{EN: "; did you mean abcdefxyz?", ZH: "；是不是 abcdefxyz？"},
		}},
		long:      {[]string{long, long[:40]}, found{}},
		long[:40]: {[]string{long}, found{}},
		long[:39]: {[]string{long[:40]}, found{
			long[:40],
			lang.Text{EN: "; did you mean " + long[:40] + "?", ZH: "；是不是 " + long[:40] + "？"},
			lang.Text{EN: "; did you mean " + long[:40] + "?", ZH: "；是不是 " + long[:40] + "？"},
		}},
	} {
		got := found{suggestion.Nearest(word, want.candidates), suggestion.For(word, want.candidates), suggestion.Any(word, want.candidates)}
		if diff := cmp.Diff(want.found, got); diff != "" {
			t.Errorf("%q: %s", word, diff)
		}
	}
}
