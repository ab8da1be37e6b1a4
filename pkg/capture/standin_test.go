package capture

import "testing"

// TestWithin: if several secrets start at one place, the longest is replaced. Adjacent
// secrets get one stand-in each.
func TestWithin(t *testing.T) {
	s := newStandins()
	for _, value := range []string{"abcd", "abcdefgh", "xy", "abce-long"} {
		s.of("key", value)
	}
	for text, want := range map[string]string{
		"abcdefgh":          "key-0002",
		"abcdefg":           "key-0001efg",
		"<abcdxyabce-long>": "<key-0001key-0003key-0004>",
		"abc x y":           "abc x y",
		"":                  "",
	} {
		if got := s.within(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
