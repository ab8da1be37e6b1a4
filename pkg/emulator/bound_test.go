package emulator_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// many is more of each thing than an emulator remembers.
const many = 10_001

// direct sends a request to s without a network, and reads nothing.
func (c *party) direct(w *wire) *httptest.ResponseRecorder {
	r := httptest.NewRequest(w.Method, w.URL.String(), strings.NewReader(string(w.body)))
	r.Header = w.Header
	rec := httptest.NewRecorder()
	c.ServeHTTP(rec, r)
	return rec
}

// TestBounds fills what is remembered and sees the oldest forgotten, and
// nothing else.
func TestBounds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *party) {
		s := c.p.Exchange
		if s == nil {
			s = c.p.UserInfo
		}
		c.ready(s)
		challenge, _ := c.values.Text("code_challenge")
		var codes []string
		for range many {
			code, err := c.IssueCode(c.p.Name, emulator.Grant{CodeChallenge: challenge})
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, code)
		}
		for i, forgotten := range map[int]bool{0: true, 1: false, many - 1: false} {
			c.values["code"] = codes[i]
			if got := c.send(s, c.build(s)); got.verdict.OK == forgotten {
				t.Errorf("code %d of %d: accepted %v", i+1, many, got.verdict.OK)
			}
		}
	})
}

// TestUUIDBound: the oldest {uuid} may come again once too many others came.
func TestUUIDBound(t *testing.T) {
	t.Parallel()
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		if _, ok := holding(s, "uuid"); !ok || s.Name != "token" {
			return // one step that needs nothing else is enough
		}
		first, second := c.build(s), c.build(s)
		c.direct(first)
		c.direct(second)
		for range many - 2 {
			c.direct(c.build(s))
		}
		if got := c.send(s, second); got.verdict.OK {
			t.Error("the second of them is forgotten already")
		}
		if got := c.send(s, first); !got.verdict.OK {
			t.Errorf("the first of them is still known: %s", got.event.Diagnosis)
		}
	})
}

// TestTokenBound does the same for tokens, which every answer adds to.
func TestTokenBound(t *testing.T) {
	t.Parallel()
	eachUser(t, profile.AppToken, func(t *testing.T, c *party, s *profile.Step) {
		c.pass(c.p.Token)
		first := c.values[profile.AppToken]
		c.pass(c.p.Token)
		second := c.values[profile.AppToken]
		for range many - 2 {
			c.direct(c.build(c.p.Token))
		}
		c.login()
		c.values[profile.AppToken] = first
		c.refused(c.send(s, c.build(s)), "invalid_token", "expired_token")
		c.values[profile.AppToken] = second
		c.pass(s)
	})
}
