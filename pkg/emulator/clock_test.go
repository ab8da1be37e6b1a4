package emulator_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
)

type clockResponse struct {
	Now    time.Time
	Frozen bool
	Offset string
	Error  string
}

func (w *world) setClock(t *testing.T, body string, status int) clockResponse {
	t.Helper()
	var out clockResponse
	if got := w.admin(t, "POST", "/_/clock", body, &out); got != status {
		t.Errorf("%s: %d %+v, want %d", body, got, out, status)
	}
	return out
}

func TestClockMoves(t *testing.T) {
	w, code := shopping(t)
	began := w.now()
	var c clockResponse
	w.admin(t, "GET", "/_/clock", "", &c)
	if want := (clockResponse{Now: began, Offset: "0s"}); c != want {
		t.Errorf("%+v, want %+v", c, want)
	}
	if c = w.setClock(t, `{"advance":"10m"}`, 200); c != (clockResponse{Now: began.Add(10 * time.Minute), Offset: "10m0s"}) {
		t.Errorf("%+v", c)
	}
	got := w.trade(t, code)
	if !strings.Contains(got.body, "old_code") || !strings.Contains(got.diagnosis(), "expired 0.0 s ago; it was valid for 10 min; it was issued to request 1") {
		t.Errorf("a code after 10 minutes: %s\n%s", got.body, got.diagnosis())
	}
	token := w.trade(t, w.loginAtShop(t)).token(t)
	me := func() reply { return w.call(t, "GET", "/own/me", "", "Authorization", "Bearer "+token) }
	w.setClock(t, `{"advance":"1h59m59s"}`, 200)
	if got := me(); got.status != 200 {
		t.Errorf("a token before its 2 hours are over: %s", got.diagnosis())
	}
	w.setClock(t, `{"advance":"1s"}`, 200)
	if got := me(); got.status != 401 || !strings.Contains(got.diagnosis(), "expired 0.0 s ago; it was valid for 2 h") {
		t.Errorf("a token after 2 hours: %d %s", got.status, got.diagnosis())
	}
	if got := w.signed(t, rightly); got.status != 200 {
		t.Errorf("a timestamp of the emulator's time: %s", got.diagnosis())
	}
	late := func(params, _ string) string { // signed with a clock that did not move
		return rightly(params, strconv.FormatInt(w.Now().UnixMilli(), 10))
	}
	params := "client=shop-client&at=" + strconv.FormatInt(began.UnixMilli(), 10)
	got = w.call(t, "GET", "/own/app?"+params+"&sign="+late(params, ""), "")
	if got.status != 401 || !strings.Contains(got.diagnosis(), "query.at: is 2 h 10 min behind the emulator's clock (2026-11-21T11:10:00Z), more than the 5 min allowed") {
		t.Errorf("%d %s", got.status, got.diagnosis())
	}
}

func TestClockFreezes(t *testing.T) {
	w, _ := shopping(t)
	w.setClock(t, `{"advance":"1h"}`, 200)
	at := w.Now()
	if c := w.setClock(t, `{"freeze":true}`, 200); !c.Frozen || !c.Now.Equal(at) {
		t.Errorf("%+v", c)
	}
	w.advance(time.Hour)
	if now := w.Now(); !now.Equal(at) {
		t.Errorf("frozen at %v, then %v", at, now)
	}
	w.setClock(t, `{"advance":"1m"}`, 200)
	if now := w.Now(); !now.Equal(at.Add(time.Minute)) {
		t.Errorf("a frozen clock advanced to %v", now)
	}
	if c := w.setClock(t, `{"run":true}`, 200); c.Frozen || !c.Now.Equal(at.Add(time.Minute)) {
		t.Errorf("%+v", c)
	}
	w.advance(time.Second)
	if now := w.Now(); !now.Equal(at.Add(61 * time.Second)) {
		t.Errorf("one second after Run: %v", now)
	}
	want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if c := w.setClock(t, `{"freeze":"2026-01-02T03:04:05Z"}`, 200); !c.Frozen || !c.Now.Equal(want) {
		t.Errorf("%+v", c)
	}
	w.trade(t, "none")
	if r := w.Requests(emulator.Filter{})[1]; !r.Time.Equal(want) {
		t.Errorf("the ledger's time is %v", r.Time)
	}
	if err := w.Run(); err != nil {
		t.Fatal(err)
	}
	if err := w.Run(); err != nil { // a second Run changes nothing
		t.Fatal(err)
	}
	if err := w.Freeze(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Advance(-time.Hour); err != nil || !w.Now().Equal(want.Add(-time.Hour)) {
		t.Errorf("%v %v", w.Now(), err)
	}
}

func TestClockRefuses(t *testing.T) {
	w, _ := shopping(t)
	before := w.Now()
	for _, body := range []string{
		``, `{}`, `[]`, `null`, `{"advance":"10m","run":true}`, `{"forward":"10m"}`, `{"advance":"soon"}`, `{"advance":10}`, `{"advance":null}`,
		`{"freeze":false}`, `{"freeze":"tomorrow"}`, `{"freeze":null}`, `{"freeze":"0001-01-01T00:00:00Z"}`, `{"freeze":"1969-12-31T23:59:59Z"}`,
		`{"run":false}`, `{"run":1}`, `{"advance":"10m"} {}`, `{"advance":"-600000h"}`,
	} {
		if c := w.setClock(t, body, 400); c.Error == "" {
			t.Errorf("%s: refused without a reason", body)
		}
	}
	for range 40 { // repeated, because a time.Duration is at most 292 years
		was := w.Now()
		w.call(t, "POST", "/_/clock", `{"advance":"2500000h"}`)
		if w.Now().Before(was) {
			t.Fatalf("from %v to %v", was, w.Now())
		}
	}
	if year := w.Now().Year(); year > 9999 {
		t.Errorf("the year is %d", year)
	}
	w.setClock(t, `{"freeze":"9999-12-31T23:59:59Z"}`, 200)
	w.setClock(t, `{"advance":"1s"}`, 400)
	w.setClock(t, `{"run":true}`, 400) // the offset would overflow a time.Duration
	if before.After(w.Now()) {
		t.Error("the clock went back")
	}
}
