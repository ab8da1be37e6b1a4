package ledger_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

const clientSecret = "c1ient-s3cret-0123456789"

// called returns the call of a request with this body and the response ok.
func called(e ledger.Event, body string, user ...string) ledger.Call {
	r := httptest.NewRequest("POST", "/crm/token?app_secret="+clientSecret, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+clientSecret)
	vendors := &scrub.Scrubber{Stub: true}
	vendors.Add(secret.New(clientSecret))
	return ledger.Call{
		Event: e, User: user, Vendors: vendors, Request: r, RequestBody: []byte(body),
		ResponseText: "ok", ResponseSize: 2,
	}
}

// TestRecord checks that secrets are masked before a part is cut, so that no half of a secret
// is visible at the cut.
func TestRecord(t *testing.T) {
	const shown = 4096
	masked := secret.Mask(clientSecret)
	pad := strings.Repeat("p", shown-len(masked)-1)
	e := ledger.Event{ID: 7, Profile: "crm", Step: "token", Method: "POST", Path: "/crm/token", Status: 200, Problems: []ledger.Problem{}}
	want := ledger.Record{
		Event: e, Target: "/crm/token?app_secret=" + masked,
		Request: ledger.Message{
			Headers: map[string][]string{"Host": {"example.com"}, "Authorization": {"Bearer " + masked}},
			Body:    (pad + " " + masked + strings.Repeat("q", 100))[:shown],
			Size:    len(pad) + 1 + len(clientSecret) + 100, Cut: []string{"body"},
		},
		Response: ledger.Message{Headers: map[string][]string{}, Body: "ok", Size: 2},
	}
	got := ledger.New(called(e, pad+" "+clientSecret+strings.Repeat("q", 100))).Record()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRecordLeavesOutLongSecrets checks that only the event is kept if a secret of the
// request is too long to be recognised at the cut.
func TestRecordLeavesOutLongSecrets(t *testing.T) {
	long := strings.Repeat("x", ledger.LongestSecret+1)
	c := called(ledger.Event{ID: 1, Path: "/crm/token"}, long)
	c.Secrets = []secret.String{secret.New(long)}
	const left = "[left out: it contains a secret of more than 2 KiB]"
	want := ledger.Record{
		Event:    ledger.Event{ID: 1, Path: "/crm/token", Problems: []ledger.Problem{}},
		Target:   "/crm/token",
		Request:  ledger.Message{Headers: map[string][]string{}, Body: left, Size: len(long), Cut: []string{"body", "headers", "target"}},
		Response: ledger.Message{Headers: map[string][]string{}, Body: left, Size: 2, Cut: []string{"body", "headers"}},
	}
	if diff := cmp.Diff(want, ledger.New(c).Record()); diff != "" {
		t.Error(diff)
	}
}

// TestFilter checks which requests match, and the text if none does.
func TestFilter(t *testing.T) {
	var l ledger.Ledger
	for _, c := range []ledger.Call{
		called(ledger.Event{Profile: "crm", Step: "exchange", Method: "POST", Path: "/crm/token", Status: 200, User: "Ada"}, "", "1001", "ada", "Ada"),
		called(ledger.Event{Profile: "crm", Step: "userinfo", Method: "GET", Path: "/crm/me", Status: 401, Refusal: "invalid_token"}, ""),
		called(ledger.Event{Method: "GET", Path: "/", Status: 404}, ""),
	} {
		c.ID = l.Number()
		l.Add(ledger.New(c))
	}
	for _, c := range []struct {
		filter ledger.Filter
		want   []int64
	}{
		{ledger.Filter{}, []int64{1, 2, 3}},
		{ledger.Filter{Limit: 2}, []int64{2, 3}},
		{ledger.Filter{Profile: "crm", Refusal: ledger.Accepted}, []int64{1}},
		{ledger.Filter{Refusal: ledger.Accepted}, []int64{1}},
		{ledger.Filter{User: "ADA"}, []int64{1}},
		{ledger.Filter{Step: "userinfo", Refusal: "invalid_token"}, []int64{2}},
		{ledger.Filter{Since: 2}, []int64{3}},
		{ledger.Filter{Since: 9}, nil},
	} {
		var got []int64
		entries, _ := l.After(c.filter.Since)
		for _, n := range c.filter.Choose(entries) {
			got = append(got, n.ID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v: %s", c.filter, diff)
		}
	}
	entries, _ := l.After(0)
	without, nearest := ledger.Filter{Profile: "crm", Step: "userinfo", User: "1001"}.Explain(entries)
	if diff := cmp.Diff(map[string]int{"step": 1, "user": 1}, without); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"#2 crm userinfo: GET /crm/me 401 refused: invalid_token (differs in user)",
		"#1 crm exchange: POST /crm/token 200 for Ada (differs in step)",
		"#3 no profile: GET / 404 (differs in profile, step, user)",
	}, nearest); diff != "" {
		t.Error(diff)
	}
}
