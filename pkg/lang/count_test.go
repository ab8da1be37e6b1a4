package lang_test

import (
	"testing"

	"ssoctl/pkg/lang"
)

func TestAmount(t *testing.T) {
	if got, want := [2]lang.Text{lang.Amount(1, "byte", "字节"), lang.Amount(2, "token", "个令牌")}, [2]lang.Text{{EN: "1 byte", ZH: "1 字节"}, {EN: "2 tokens", ZH: "2 个令牌"}}; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 profiles", 1: "1 profile", 2: "2 profiles", 1000: "1000 profiles"} {
		if got := lang.Count(n, "profile"); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
