package emulator_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type assertResponse struct {
	Error       string            `json:"error"`
	Filters     map[string]string `json:"filters"`
	Wanted      string            `json:"wanted"`
	Found       int               `json:"found"`
	LeftOutOnly map[string]int    `json:"left_out_by_only"`
	Nearest     []string          `json:"nearest"`
}

func TestAssert(t *testing.T) {
	w, code := shopping(t) // 1
	w.trade(t, code)       // 2
	w.trade(t, code)       // 3, refused
	for query, status := range map[string]int{
		"": 200, "?count=3": 200, "?count=2": 417, "?count=0": 417, "?step=exchange": 200, "?step=exchange&count=2": 200, "?step=exchange&refusal=none&count=1": 200,
		"?profile=own&step=exchange&refusal=invalid_code&count=1": 200, "?step=token": 417, "?step=token&count=0": 200, "?user=王小明&count=2": 200, "?since=2&count=1": 200,
		"?count=x": 400, "?count=-1": 400, "?count=": 400, "?min=1": 400, "?step=exchnage&count=0": 400, "?profile=nobody&count=0": 400, "?limit=1": 400, "?count=1&count=1": 400,
	} {
		var out assertResponse
		if got := w.admin(t, "GET", "/_/assert"+query, "", &out); got != status || (got != 200) != (out.Error != "") {
			t.Errorf("%s: %d %+v, want %d", query, got, out, status)
		}
	}
	var out assertResponse
	w.admin(t, "GET", "/_/assert?profile=own&step=exchange&refusal=expired_code&count=1", "", &out)
	nearest := out.Nearest
	out.Nearest = nil
	want := assertResponse{
		Error:   "wanted 1, found 0 with profile=own refusal=expired_code step=exchange",
		Filters: map[string]string{"profile": "own", "step": "exchange", "refusal": "expired_code"},
		Wanted:  "1", LeftOutOnly: map[string]int{"refusal": 2},
	}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
	if len(nearest) != 3 || !strings.HasPrefix(nearest[0], "#3 own exchange: POST /own/trade 400 refused: bad_code invalid_code: json.code: was redeemed 0.0 s ago by request 2") ||
		!strings.HasSuffix(nearest[0], "(differs in refusal)") || nearest[1] != "#2 own exchange: POST /own/trade 200 for 王小明 (differs in refusal)" {
		t.Errorf("%q", nearest)
	}
}
