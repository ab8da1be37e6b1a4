package record

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/scrub"
)

// story records a made-up login step by step.
type story struct {
	*testing.T
	*Recorder
	provoked bool // applies to the calls that follow
}

func newStory(t *testing.T) *story {
	still := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	return &story{T: t, Recorder: &Recorder{Now: func() time.Time { return still }, Scrub: &scrub.Scrubber{}}}
}

func (s *story) browser(kind Kind, profile, step, address string, err error) {
	s.Begin(Call{Kind: kind, Profile: profile, Step: step, Request: request(s.T, "GET", address, ""), Err: err})
}

func (s *story) call(profile, step, method, address string, status int, err error, code string) {
	x := s.Begin(Call{Profile: profile, Step: step, Request: request(s.T, method, address, "")})
	if s.provoked {
		x.Provoke()
	}
	if status > 0 {
		x.SetResponse(&http.Response{StatusCode: status, Proto: "HTTP/1.1"}, nil, false)
	}
	x.End(err, code)
}

// drawn returns the arrows of a page.
func (s *story) drawn(o Report) []arrow { return s.page(o).Diagram.Arrows }

func TestDiagramOfALogin(t *testing.T) {
	s := newStory(t)
	s.browser(Opened, "crm", "authorize", "https://v.example/oauth/authorize?state=1", nil)
	s.browser(Returned, "crm", "callback", "http://127.0.0.1:1/callback?code=1", nil)
	s.call("crm", "exchange", "POST", "https://v.example/a/long/way/to/oauth/token", 200, nil, "")
	s.call("crm", "userinfo", "GET", "https://v.example/api/user", 0, errors.New("connection refused"), "")
	// The x of each lane.
	const you, browser, us, vendor = 80, 300, 520, 740
	want := []arrow{
		{From: you, To: us, Middle: 300, Head: "520,33 511,28 511,38", Label: "ssoctl login", Words: "you → ssoctl: ssoctl login"},
		{From: us, To: browser, Middle: 410, Head: "300,33 309,28 309,38", Label: "authorize: authorize URL", Words: "ssoctl → browser: authorize: authorize URL"},
		{From: browser, To: vendor, Middle: 520, Head: "740,33 731,28 731,38", Class: "unseen", Label: "GET /oauth/authorize", Words: "browser → Vendor: GET /oauth/authorize"},
		{From: vendor, To: browser, Middle: 520, Head: "300,33 309,28 309,38", Class: "unseen", Label: "after the login", Words: "Vendor → browser: after the login"},
		{From: browser, To: us, Middle: 410, Head: "520,33 511,28 511,38", Class: "good", Label: "callback", Words: "browser → ssoctl: callback"},
		{From: us, To: vendor, Middle: 630, Head: "740,33 731,28 731,38", Label: "exchange: POST …/oauth/token", Words: "ssoctl → Vendor: exchange: POST /a/long/way/to/oauth/token"},
		{From: vendor, To: us, Middle: 630, Head: "520,33 529,28 529,38", Class: "good", Label: "200 OK, 0.0 ms", Words: "Vendor → ssoctl: 200 OK, 0.0 ms"},
		{From: us, To: vendor, Middle: 630, Head: "740,33 731,28 731,38", Label: "userinfo: GET /api/user", Words: "ssoctl → Vendor: userinfo: GET /api/user"},
		{From: vendor, To: us, Middle: 630, Head: "520,33 529,28 529,38", Class: "bad", Label: "no response, 0.0 ms", Words: "Vendor → ssoctl: no response, 0.0 ms"},
		{From: us, To: you, Middle: 300, Head: "80,33 89,28 89,38", Class: "bad", Label: "userinfo: no response", Words: "ssoctl → you: userinfo: no response"},
	}
	got := s.drawn(Report{Profile: "crm", Vendor: "Vendor", Command: "ssoctl login", Error: "crm: userinfo: no response"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestDiagramWords covers logins that end in other ways. It compares the sentences of the
// arrows.
func TestDiagramWords(t *testing.T) {
	for name, test := range map[string]struct {
		tell func(*story)
		page Report
		want []string // class and words of each arrow, without the first and the last
	}{
		"an address that perhaps nobody opened": {
			func(s *story) { s.browser(Opened, "crm", "authorize", "https://v.example/login", nil) },
			Report{Profile: "crm"},
			[]string{" ssoctl → you: authorize: authorize URL"},
		},
		"the user declines": {
			func(s *story) {
				s.browser(Returned, "crm", "callback", "http://127.0.0.1:1/?error=access_denied", errors.New("the redirect says access_denied"))
			},
			Report{Profile: "crm", Error: "it failed"},
			[]string{"unseen vendor → browser: after the login", "bad browser → ssoctl: callback: error=access_denied"},
		},
		"an unknown state": {
			func(s *story) {
				s.browser(Returned, "crm", "callback", "http://127.0.0.1:1/?code=1&state=2", errors.New("the state is unknown"))
			},
			Report{Profile: "crm", Error: "it failed"},
			[]string{"unseen vendor → browser: after the login", "bad browser → ssoctl: callback: the state is unknown"},
		},
		"a refusal, in Chinese": {
			func(s *story) {
				s.call("crm", "token", "POST", "https://v.example/token", 200, errors.New("refused"), "20010")
			},
			Report{Profile: "crm", Lang: lang.ZH, Error: "it failed"},
			[]string{" ssoctl → 厂商: token: POST /token", "bad 厂商 → ssoctl: 200, 拒绝：20010"},
		},
		"a response that is not JSON": {
			func(s *story) {
				s.call("crm", "token", "POST", "https://v.example/token", 502, errors.New("no JSON"), "")
			},
			Report{Profile: "crm", Error: "it failed"},
			[]string{" ssoctl → vendor: token: POST /token", "bad vendor → ssoctl: 502 Bad Gateway, 0.0 ms"},
		},
		"a refusal, but the command succeeds": {
			func(s *story) {
				s.call("crm", "userinfo", "GET", "https://v.example/user", 401, errors.New("refused"), "expired")
			},
			Report{Profile: "crm"},
			[]string{" ssoctl → vendor: userinfo: GET /user", "unsure vendor → ssoctl: 401, refused with expired"},
		},
		"a provoked refusal, then no response": {
			func(s *story) {
				s.provoked = true
				s.call("crm", "token", "POST", "https://v.example/token", 401, errors.New("refused"), "")
				s.call("crm", "token", "POST", "https://w.example/token", 0, errors.New("refused"), "")
			},
			Report{Profile: "crm", Error: "it failed"},
			[]string{
				" ssoctl → vendor: token: POST /token", "dim vendor → ssoctl: 401 Unauthorized, 0.0 ms",
				" ssoctl → vendor: token: POST /token", "bad vendor → ssoctl: no response, 0.0 ms",
			},
		},
		"two profiles": {
			func(s *story) {
				s.call("a", "token", "GET", "https://a.example/", 200, nil, "")
				s.call("b", "token", "GET", "https://b.example/", 200, nil, "")
			},
			Report{},
			[]string{
				"of a", " ssoctl → vendor: token: GET /", "good vendor → ssoctl: 200 OK, 0.0 ms",
				"of b", " ssoctl → vendor: token: GET /", "good vendor → ssoctl: 200 OK, 0.0 ms",
			},
		},
	} {
		s := newStory(t)
		test.tell(s)
		var got []string
		arrows := s.drawn(test.page)
		for _, a := range arrows[1 : len(arrows)-1] {
			got = append(got, a.Class+" "+a.Words)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
