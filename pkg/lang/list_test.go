package lang_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
)

func TestAndOr(t *testing.T) {
	for _, test := range []struct {
		words   []string
		and, or lang.Text
	}{
		{nil, lang.Text{}, lang.Text{}},
		{[]string{"a"}, lang.Text{EN: "a", ZH: "a"}, lang.Text{EN: "a", ZH: "a"}},
		{[]string{"a", "b"}, lang.Text{EN: "a and b", ZH: "a 和 b"}, lang.Text{EN: "a or b", ZH: "a 或 b"}},
		{[]string{"a", "b", "c"}, lang.Text{EN: "a, b and c", ZH: "a、b 和 c"}, lang.Text{EN: "a, b or c", ZH: "a、b 或 c"}},
	} {
		if diff := cmp.Diff([]lang.Text{test.and, test.or}, []lang.Text{lang.And(test.words), lang.Or(test.words)}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.words, diff)
		}
	}
}

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30": 30 * time.Second, "0.5": time.Second / 2, "2m": 2 * time.Minute, "1h30m": 90 * time.Minute,
	} {
		if got, err := lang.ParseSpan(text); got != want || err != nil {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"": "expected a duration", "x": "expected a duration", "NaN": "expected a duration", "1e300": "expected a duration", "Inf": "expected a duration",
		"0": "expected a positive duration", "-1s": "expected a positive duration",
	} {
		if got, err := lang.ParseSpan(text); got != 0 || err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
}
