package loopback

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
)

// reports records the calls of Report.
type reports struct {
	mu     sync.Mutex
	strays []Stray
}

// reporting returns awaited with a Strays, and a record of the strays that it reports.
func reporting() (Expect, *reports) {
	got := new(reports)
	expect := awaited
	expect.Strays = &Strays{Report: func(s Stray) {
		got.mu.Lock()
		defer got.mu.Unlock()
		got.strays = append(got.strays, s)
	}}
	return expect, got
}

func (got *reports) reasons() []Reason {
	got.mu.Lock()
	defer got.mu.Unlock()
	var out []Reason
	for _, s := range got.strays {
		out = append(out, s.Reason)
	}
	return out
}

// check checks that every report is in both languages and shows no secret.
func (got *reports) check(t *testing.T) {
	t.Helper()
	for _, s := range got.strays {
		text := lang.Join(s.Text(), s.Hint())
		if text.EN == "" || text.ZH == "" || text.EN == text.ZH || strings.Contains(text.EN+text.ZH, "%!") {
			t.Errorf("empty or the same in both languages: %+v", text)
		}
		for _, secret := range secrets {
			if strings.Contains(text.EN+text.ZH, secret) {
				t.Errorf("a report shows a secret: %+v", text)
			}
		}
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	for r := Unlisted + 1; r < reasonCount; r++ {
		about := reasons[r]
		for _, text := range []lang.Text{about.problem, about.hint} {
			if (text.EN == "") != (text.ZH == "") || strings.Count(text.EN, "%s") != strings.Count(text.ZH, "%s") {
				t.Errorf("reason %d: the languages differ: %+v", r, text)
			}
		}
		if about.problem.EN == "" {
			t.Errorf("reason %d has no text", r)
		}
	}
}

// Repeated strays are all counted, but reported only a few times.
func TestRepeatsAreReportedSeldom(t *testing.T) {
	l := listen(t)
	expect, got := reporting()
	done := catch(t, l, expect)
	const each = 40
	for i := range each {
		hit(t, l, "GET", fmt.Sprintf("/other/%d", i), "")
		hit(t, l, "GET", "/cb/Zx81Qm?code=C-evil&state=wrong", "")
	}
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
	var times []string
	for _, s := range got.strays {
		times = append(times, fmt.Sprintf("%d: %d %v", s.Reason, s.Times, s.Last()))
	}
	var want []string
	for _, n := range []int{1, 2, 4, 8, 16} {
		want = append(want, fmt.Sprintf("%d: %d %v", OtherPath, n, n == 16), fmt.Sprintf("%d: %d %v", StateOther, n, n == 16))
	}
	if diff := cmp.Diff(want, times); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
	if n, last := expect.Strays.Counted(); n != 2*each || last.Reason != StateOther {
		t.Errorf("counted %d, the last %v", n, last)
	}
}

// A stray that came before the redirect is reported, even if Catch notices the
// redirect first.
func TestStrayBeforeTheRedirectIsReported(t *testing.T) {
	expect, got := reporting()
	expect.RedirectURI = "http://127.0.0.1:1/cb"
	f, err := newFlow(listen(t), expect)
	if err != nil {
		t.Fatal(err)
	}
	const strays = 20
	for r := range Reason(strays) {
		f.strays <- Stray{StrayError: &StrayError{Reason: r}}
	}
	f.outcome <- outcome{callback: good.Callback}
	out, err := f.wait(t.Context(), nil)
	if diff := cmp.Diff(good.Callback, out.callback); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if len(got.strays) != strays {
		t.Errorf("reported %v", got.reasons())
	}
}

// Strays that come after the redirect are not reported.
func TestStrayAfterTheRedirectIsNotReported(t *testing.T) {
	l := listen(t)
	l.limits.linger = patience
	expect, got := reporting()
	done := catch(t, l, expect)
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
	hit(t, l, "GET", "/other", "")
	hit(t, l, "GET", "/cb/Zx81Qm?state=wrong", "")
	if n, _ := expect.Strays.Counted(); n != 0 || len(got.strays) != 0 {
		t.Errorf("counted %d, reported %v", n, got.reasons())
	}
}

// All problems with a state get the same response, so that nobody can guess the state
// piece by piece.
func TestPageHidesHowTheStateDiffers(t *testing.T) {
	l := listen(t)
	done := catch(t, l, awaited)
	want := hit(t, l, "GET", "/cb/Zx81Qm?code=C&state=wrong", "")
	for _, state := range []string{"S-7f3", "S-7f", "S-7f3ax", "xS-7f3a", "S%252D7f3a", "", "S"} {
		got := hit(t, l, "GET", "/cb/Zx81Qm?code=C&state="+state, "")
		got.Header, want.Header = nil, nil // their Date differs
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", state, diff)
		}
	}
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
}

// The page says what is wrong, but quotes nothing from the request.
func TestPageSaysWhatIsWrong(t *testing.T) {
	l := listen(t)
	expect := awaited
	expect.Lang = lang.ZH
	done := catch(t, l, expect)
	got := hit(t, l, "GET", "/cb/Zx81Qm?errcode=1&%3Cb%3E=1&state=S-7f3a", "")
	if want := "<p>回调的 state 正确，但没有 code 或 auth_code，也没有 error，只有其他参数。</p>"; !strings.Contains(got.Body, want) {
		t.Errorf("no %s in\n%s", want, got.Body)
	}
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
}
