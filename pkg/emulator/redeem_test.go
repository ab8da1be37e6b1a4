package emulator_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// eachUser runs f for every step that uses this placeholder.
func eachUser(t *testing.T, placeholder string, f func(t *testing.T, c *party, s *profile.Step)) {
	met := 0
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		if s.Uses(placeholder) && (placeholder != "refresh_token" || renews(s)) {
			met++
			f(t, c, s)
		}
	})
	if met == 0 {
		t.Errorf("no step takes %s", placeholder)
	}
}

// renews reports whether the response of a step has a new refresh token. If not, the old
// refresh token stays valid.
func renews(s *profile.Step) bool { return strings.Contains(string(s.Example), "{refresh_token}") }

func lifetime(c *party) time.Duration {
	if a := c.p.Authorize; a != nil && a.Callback.Lifetime > 0 {
		return a.Callback.Lifetime
	}
	return 10 * time.Minute
}

func TestUnknownCode(t *testing.T) {
	eachUser(t, "code", func(t *testing.T, c *party, s *profile.Step) {
		right := c.values["code"]
		for _, code := range []string{"invented", right.(string) + "x", strings.ToUpper(right.(string))} {
			c.values["code"] = code
			c.refused(c.send(s, c.build(s)), "invalid_code", "expired_code", "bad_request")
		}
		c.values["code"] = right
		c.pass(s)
	})
}

func TestCodeTwice(t *testing.T) {
	eachUser(t, "code", func(t *testing.T, c *party, s *profile.Step) {
		c.pass(s)
		c.advance(1200 * time.Millisecond)
		got := c.send(s, c.build(s))
		c.refusedAsUsed(got)
		if !strings.Contains(got.event.Diagnosis, "was redeemed 1.2 s ago by request ") {
			t.Error(got.event.Diagnosis)
		}
		// RFC 6749 §4.1.2: the tokens from the first use are revoked.
		for _, after := range c.p.Requests() {
			switch {
			case s.Name != "exchange" || after.Uses("code"):
			case after.Uses("access_token"):
				c.refused(c.send(after, c.build(after)), "invalid_token", "expired_token")
			case after.Uses("refresh_token"):
				c.refused(c.send(after, c.build(after)), "invalid_code", "expired_code", "bad_request")
			}
		}
		c.ready(s)
		c.pass(s)
	})
}

func TestCodeExpires(t *testing.T) {
	eachUser(t, "code", func(t *testing.T, c *party, s *profile.Step) {
		c.advance(lifetime(c) - time.Second)
		c.pass(s)
		c.ready(s)
		c.advance(lifetime(c))
		got := c.send(s, c.build(s))
		c.refused(got, "expired_code", "invalid_code", "bad_request")
		if !strings.Contains(got.event.Diagnosis, "expired") {
			t.Error(got.event.Diagnosis)
		}
		// Long after it expired, the code is forgotten.
		c.advance(24 * time.Hour)
		c.ready(s)
		c.ready(s)
		c.values["code"] = strings.Clone(c.values["code"].(string)) + "x"
		c.refused(c.send(s, c.build(s)), "invalid_code", "expired_code", "bad_request")
	})
}

func TestExpiredCodesAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, c *party) {
		s := redeems(c.p)
		c.ready(s)
		old := c.values["code"]
		c.advance(48 * time.Hour)
		c.ready(s)
		c.values["code"] = old
		got := c.send(s, c.build(s))
		c.refused(got, "invalid_code", "expired_code", "bad_request")
		if strings.Contains(got.event.Diagnosis, "expired") {
			t.Error("a forgotten code is reported as expired:", got.event.Diagnosis)
		}
	})
}

func TestOtherRedirectURI(t *testing.T) {
	met := 0
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		if !s.Uses("code") || !s.Uses("redirect_uri") {
			return
		}
		met++
		right := c.values["redirect_uri"]
		for _, other := range []string{right.(string) + "/", "http://127.0.0.1:1/callback", "https://example.com/"} {
			c.values["redirect_uri"] = other
			got := c.send(s, c.build(s))
			c.refused(got, "invalid_code", "expired_code", "bad_request")
			if !strings.Contains(got.event.Diagnosis, "issued for "+right.(string)+", sent with "+other) {
				t.Error(got.event.Diagnosis)
			}
			c.values["redirect_uri"] = right
			if a := c.p.Authorize; a != nil && a.Callback.Once {
				c.refused(c.send(s, c.build(s)), "invalid_code")
				c.ready(s)
			}
		}
		c.pass(s)
	})
	if met == 0 {
		t.Error("no step takes both code and redirect_uri")
	}
}

func TestVerifier(t *testing.T) {
	eachUser(t, "code_verifier", func(t *testing.T, c *party, s *profile.Step) {
		c.values["code_verifier"] = strings.Repeat("w", 43)
		c.refused(c.send(s, c.build(s)), "invalid_code", "bad_request")
		delete(c.values, "code_verifier")
		c.refused(c.send(s, c.build(s)), "missing_parameter", "bad_request")
		c.values["code_verifier"] = verifier
		c.pass(s)

		code, err := c.IssueCode(c.p.Name, emulator.Grant{}) // without a challenge
		if err != nil {
			t.Fatal(err)
		}
		c.values["code"] = code
		c.refused(c.send(s, c.build(s)), "bad_request")
		delete(c.values, "code_verifier")
		c.pass(s)
	})
}

func TestToken(t *testing.T) {
	for _, name := range []string{"access_token", profile.AppToken} {
		t.Run(name, func(t *testing.T) {
			eachUser(t, name, func(t *testing.T, c *party, s *profile.Step) {
				right := c.values[name]
				for _, wrong := range []any{"invented", right.(string) + "x", c.values["refresh_token"], c.values["code"]} {
					if wrong == nil {
						continue
					}
					c.values[name] = wrong
					c.refused(c.send(s, c.build(s)), "invalid_token", "expired_token")
				}
				c.values[name] = right
				c.pass(s)
				c.advance(25 * time.Hour)
				c.login() // so that the code is not wrong
				got := c.send(s, c.build(s))
				c.refused(got, "expired_token", "invalid_token")
			})
		})
	}
}

// TestForeignToken checks that a token of one profile is invalid at another.
func TestForeignToken(t *testing.T) {
	w := start(t, builtins(t)...)
	tokens := map[string]string{} // by profile
	for _, p := range w.profiles {
		c := w.party(t, p)
		if p.Exchange != nil {
			tokens[p.Name] = profile.Text(c.run(p.Exchange).read["access_token"])
		}
	}
	for _, p := range w.profiles {
		c := w.party(t, p)
		for _, s := range p.Requests() {
			for _, name := range []string{"access_token", profile.AppToken} {
				if !s.Uses(name) {
					continue
				}
				c.ready(s)
				for owner, token := range tokens {
					if owner == p.Name {
						continue
					}
					c.values[name] = token
					got := c.send(s, c.build(s))
					c.refused(got, "invalid_token", "expired_token")
					if !strings.Contains(got.event.Diagnosis, "it is an access_token of "+owner) {
						t.Error(got.event.Diagnosis)
					}
				}
			}
		}
	}
}

func TestRefreshToken(t *testing.T) {
	eachUser(t, "refresh_token", func(t *testing.T, c *party, s *profile.Step) {
		old := c.values["refresh_token"]
		c.pass(s)
		renewed := c.values["refresh_token"]
		if renewed == old {
			t.Fatal("the refresh token is the same")
		}
		c.values["refresh_token"] = old
		got := c.send(s, c.build(s))
		c.refused(got, "invalid_code", "expired_code", "bad_request")
		if !strings.Contains(got.event.Diagnosis, "was already used") {
			t.Error(got.event.Diagnosis)
		}
		c.values["refresh_token"] = c.values["access_token"]
		got = c.send(s, c.build(s))
		c.refused(got, "invalid_code", "expired_code", "bad_request")
		if !strings.Contains(got.event.Diagnosis, "it is an access_token") {
			t.Error(got.event.Diagnosis)
		}
		c.values["refresh_token"] = renewed
		if in, declared := c.p.Inputs["token_url"]; declared && in.Default == "" { // of any server
			c.revoked(s)
		}
		c.pass(s)
		c.advance(61 * 24 * time.Hour)
		if s.Uses(profile.AppToken) { // the application's token has expired, too
			c.run(c.p.Token)
		}
		c.refused(c.send(s, c.build(s)), "expired_code", "invalid_code", "bad_request")
	})
}

// revoked checks that the tokens of a login are invalid after an old refresh token was sent
// again (RFC 9700 §4.14.2), and logs in again.
func (c *party) revoked(s *profile.Step) {
	c.t.Helper()
	for step, kind := range map[*profile.Step]profile.Kind{s: "invalid_code", c.p.UserInfo: "invalid_token"} {
		got := c.send(step, c.build(step))
		c.refused(got, kind)
		if !strings.Contains(got.event.Diagnosis, "is revoked because request ") || !strings.Contains(got.event.Diagnosis, " sent its refresh_token a second time") {
			c.t.Error(got.event.Diagnosis)
		}
	}
	c.ready(s)
}

// TestHandedValue checks that a value from an earlier response, such as a user's id, is
// accepted, and an invented value refused.
func TestHandedValue(t *testing.T) {
	met := 0
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for _, ph := range s.Placeholders() {
			text, ok := c.values[ph.Name].(string)
			if _, input := c.p.Inputs[ph.Name]; input || !ok || issued.MatchString(text) || ph.Name == "state" || ph.Name == "code_verifier" || ph.Name == "code_challenge" {
				continue
			}
			met++
			c.values[ph.Name] = "stranger"
			unknown := profile.KindNotFound
			if profile.IsSecretName(ph.Name) {
				unknown = profile.KindInvalidToken
			}
			c.refused(c.send(s, c.build(s)), unknown, "bad_request")
			c.values[ph.Name] = text
		}
		c.pass(s)
	})
	if met == 0 {
		t.Error("no step takes a value from another step's response")
	}
}

// TestOneCodeOneWinner checks that only one of many simultaneous requests with the same
// code gets a token.
func TestOneCodeOneWinner(t *testing.T) {
	for _, name := range []string{"code", "refresh_token"} {
		t.Run(name, func(t *testing.T) {
			eachUser(t, name, func(t *testing.T, c *party, s *profile.Step) {
				const senders = 50
				answers := make([]answer, senders)
				requests := make([]*wire, senders)
				for i := range requests {
					requests[i] = c.build(s)
				}
				var wg sync.WaitGroup
				for i := range senders {
					wg.Go(func() { answers[i] = c.send(s, requests[i]) })
				}
				wg.Wait()
				won := 0
				for _, a := range answers {
					if a.verdict.OK {
						won++
					}
				}
				if won != 1 {
					t.Errorf("%d of %d succeeded", won, senders)
				}
			})
		})
	}
}
