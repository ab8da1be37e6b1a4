package lang_test

import (
	"testing"

	"ssoctl/pkg/lang"
)

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 profiles", 1: "1 profile", 2: "2 profiles", 1000: "1000 profiles"} {
		if got := lang.Count(n, "profile"); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
