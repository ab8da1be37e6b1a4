package fault_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/lang"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]fault.Fault{
		"exchange:expired_code:times=1":           {Step: "exchange", Kind: "expired_code", Times: 1},
		"crm/exchange:latency=2s:nth=3":           {Profile: "crm", Step: "exchange", Kind: "latency", Delay: 2 * time.Second, Nth: 3},
		"*:reset_middle":                          {Kind: "reset_middle"},
		"crm/*:drip=64:user=王小明":                  {Profile: "crm", Kind: "drip", Rate: 64, User: "王小明"},
		"userinfo:drip":                           {Step: "userinfo", Kind: "drip"},
		"token:invalid_client:status=200:times=2": {Step: "token", Kind: "invalid_client", Status: 200, Times: 2},
	} {
		got, err := fault.Parse(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", text, err, diff)
		}
		if again, err := fault.Parse(got.String()); err != nil || again != got {
			t.Errorf("%s: written as %s: %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"":                            "STEP:KIND",
		"exchange":                    "STEP:KIND",
		":denied":                     "expected STEP or PROFILE/STEP",
		"/exchange:denied":            "expected STEP or PROFILE/STEP",
		"a/b/c:denied":                "expected STEP or PROFILE/STEP",
		"exchange:":                   "the kind is missing",
		"exchange:latency":            "not a duration",
		"exchange:latency=soon":       "not a duration",
		"exchange:latency=2h":         "up to 1h",
		"exchange:latency=-1s":        "must not be negative",
		"exchange:drip=0":             "bytes per second",
		"exchange:denied=1":           "takes no value",
		"exchange:denied:tmes=1":      "unknown option \"tmes\": expected one of times, nth, user, status; did you mean times?",
		"exchange:denied:times=0":     "at least 1",
		"exchange:denied:nth=x":       "at least 1",
		"exchange:denied:user=":       "expected a subject",
		"exchange:denied:status=99":   "200, or 400 to 599",
		"exchange:denied:status=302":  "200, or 400 to 599",
		"exchange:empty:status=500":   "only a refusal takes a status",
		"exchange:denied:nth=1:nth=2": "twice",
	} {
		if f, err := fault.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v %v, want %q", text, f, err, want)
		} else if lang.Of(err).ZH == "" {
			t.Errorf("%q: no Chinese for %v", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"exchange:expired_code:times=1", "crm/exchange:latency=2s:nth=3", "*:drip=64:user=王小明:status=200", "a/*:b:user=x=y"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := fault.Parse(text)
		if err != nil {
			if got != (fault.Fault{}) {
				t.Errorf("%q: an error, and %+v", text, got)
			}
			return
		}
		again, err := fault.Parse(got.String())
		if err != nil || again != got {
			t.Errorf("%q is %+v, written as %q, which is %+v, %v", text, got, got, again, err)
		}
		data, err := json.Marshal(got)
		var back fault.Fault
		if err2 := json.Unmarshal(data, &back); err != nil || err2 != nil || !strings.Contains(string(data), "\uFFFD") && !strings.Contains(string(data), `\ufffd`) && back != got {
			t.Errorf("%q: %s is %+v, not %+v: %v %v", text, data, back, got, err, err2)
		}
	})
}

// TestListIsBounded checks that a full list accepts a new fault only if it can drop faults
// that are over.
func TestListIsBounded(t *testing.T) {
	const limit = 1000
	once := fault.Fault{Kind: "empty", Times: 1}
	l, err := fault.NewList(slices.Repeat([]fault.Fault{once}, limit))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Add(once); err == nil || err.Error() != "1000 faults are armed, which is the limit" {
		t.Errorf("a fault too many: %v", err)
	}
	if due := l.Due(fault.Request{}); len(due) != 1 {
		t.Errorf("%d faults affect one request", len(due))
	}
	if err := l.Add(fault.Fault{Kind: "drip"}); err != nil {
		t.Error("the fault that is over was not dropped:", err)
	}
	if got := l.Copy(); len(got) != limit || got[limit-1].Kind != "drip" {
		t.Errorf("%d faults, the last is %s", len(got), got[len(got)-1])
	}
	if _, err := fault.NewList(make([]fault.Fault, limit+1)); err == nil || err.Error() != "1001 faults: at most 1000 can be armed" {
		t.Errorf("a list too long: %v", err)
	}
}

// TestForgeriesAreDocumented checks that the documentation names each forgery.
func TestForgeriesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fault.Forgeries {
		if !strings.Contains(string(text), "| `"+f.Kind+"` |") {
			t.Errorf("docs/emulator.md does not list %s", f.Kind)
		}
	}
}

// TestForges checks for which steps a kind is a forgery.
func TestForges(t *testing.T) {
	for text, want := range map[string]bool{
		"exchange:id_token.aud": true, "*:id_token.none": true, "jwks:empty": true, "jwks:rotated": true, "callback:iss": true,
		"authorize:iss": true, "*:iss": true, "discovery:issuer_mismatch": true,
		"exchange:iss": false, "exchange:empty": false, "discovery:rotated": false, "jwks:latency=1s": false, "exchange:aud": false,
	} {
		f, err := fault.Parse(text)
		if err != nil || f.Forges() != want {
			t.Errorf("%s: %v %v", text, f.Forges(), err)
		}
	}
}
