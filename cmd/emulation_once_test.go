package cmd_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
	"ssoctl/pkg/recipe"
)

// TestCodeIsSentOnce has each step of a login fail in each way in which a connection can, once
// and always. At the emulator, a request with a code, a device code or a refresh token arrives
// once. Other requests are repeated if that may help.
func TestCodeIsSentOnce(t *testing.T) {
	t.Parallel()
	passing := []string{"reset_before", "reset_middle", "truncated", "html_502"}
	kinds := slices.DeleteFunc(slices.Sorted(maps.Keys(fault.Transports())), func(kind string) bool {
		return kind == "latency" || kind == "drip" // TestSlowCodeIsSentOnce
	})
	for _, p := range profiletest.Covering(usableProfiles(t), waysOfSending) {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			e := emulate(t, p.Name, nil, standingStill)
			c := e.impatient(t, client.DefaultTimeout)
			for _, s := range p.Requests() {
				if s == p.Authorize {
					continue // the browser sends it
				}
				for _, kind := range kinds {
					for times, repeated := range []int{client.MostRetries, 1} { // always (0), or once
						want := 1
						if !carriesCode(s) && p.IsRepeatable(s) && slices.Contains(passing, kind) {
							want += repeated
						}
						got := e.meeting(t, c, s, emulator.Fault{Kind: kind, Times: times})
						if got == want+1 && want > 1 && s.Method == http.MethodGet {
							continue // net/http may send a GET again if a reused connection was cut
						}
						if got != want {
							t.Errorf("%s: %s (times %d): the emulator received %d requests, want %d", s.Name, kind, times, got, want)
						}
					}
				}
			}
		})
	}
}

// TestSlowCodeIsSentOnce is TestCodeIsSentOnce for responses that do not arrive in time.
func TestSlowCodeIsSentOnce(t *testing.T) {
	t.Parallel()
	p := builtinProfile(t, "oauth2")
	for _, f := range []emulator.Fault{{Kind: "latency", Delay: time.Hour}, {Kind: "drip", Rate: 1}} {
		for s, want := range map[*profile.Step]int{p.Exchange: 1, p.Refresh: 1, p.UserInfo: 1 + client.MostRetries} {
			t.Run(f.Kind+"/"+string(s.Name), func(t *testing.T) {
				t.Parallel()
				e := emulate(t, p.Name, nil, standingStill)
				if got := e.meeting(t, e.impatient(t, 2*time.Second), s, f); got != want {
					t.Errorf("the emulator received %d requests, want %d", got, want)
				}
			})
		}
	}
}

// TestResumedCodeIsSentOnce has each step that can be given a code succeed, then goes on with a
// whole login, as login --resume does. No step sends the code again.
func TestResumedCodeIsSentOnce(t *testing.T) {
	t.Parallel()
	for _, p := range usableProfiles(t) {
		for _, s := range p.Requests() {
			if s == p.Authorize || s.Uses("device_code") || !p.TakesCode(s.Name) {
				continue
			}
			t.Run(p.Name+"/"+string(s.Name), func(t *testing.T) {
				t.Parallel()
				e := emulate(t, p.Name, nil, standingStill)
				c := e.client(t)
				given := recipe.Values{"code": e.code(t, emulator.Grant{})}
				if _, err := c.Step(t.Context(), s.Name, given); err != nil {
					t.Fatal(err)
				}
				sent := e.withCode()
				if sent != 1 {
					t.Fatalf("%d requests have a code, want 1", sent)
				}
				if _, err := c.Resume(t.Context(), c.LoginSteps(), given, c.Done()); err != nil {
					t.Error(err)
				}
				if again := e.withCode() - sent; again != 0 {
					t.Errorf("%d more requests have the code", again)
				}
			})
		}
	}
}

// withCode returns how many requests of steps that take a code the emulator has received.
func (e *emulation) withCode() (n int) {
	for _, ev := range e.Requests(emulator.Filter{}) {
		if s := e.vendor.Step(ev.Step); s != nil && s.Uses("code") {
			n++
		}
	}
	return n
}

func carriesCode(s *profile.Step) bool {
	return slices.ContainsFunc([]string{"code", "device_code", "refresh_token"}, s.Uses)
}

// waysOfSending returns how the steps of a profile send what works only once, and what else is
// sent in a login.
func waysOfSending(p *profile.Profile) (ways []string) {
	for _, s := range p.Requests() {
		kind := string(s.Name)
		if s.Name.IsOwn() && !slices.Contains(profile.KnownSteps, s.Name) {
			kind = "own"
		}
		ways = append(ways, fmt.Sprint(kind, s.Method, p.IsRepeatable(s), p.OfApplication(s)))
		s.EachTemplate(func(member string, template recipe.Template) {
			part, _, _ := strings.Cut(member, ".")
			for _, ph := range template.Placeholders() {
				if profile.IsSecretName(ph.Name) {
					ways = append(ways, fmt.Sprint(s.Method, part, ph.Name))
				}
			}
		})
	}
	slices.Sort(ways)
	return slices.Compact(ways)
}

// impatient returns a client that repeats requests without a wait.
func (e *emulation) impatient(t *testing.T, timeout time.Duration) *client.Client {
	t.Helper()
	now := make(chan time.Time)
	close(now)
	return e.clientWith(t, func(d *client.Deps) {
		d.Timeout, d.Retries.Most = timeout, client.MostRetries
		d.After = func(time.Duration) <-chan time.Time { return now }
	})
}

// meeting runs a step whose requests meet a fault, and returns how many the emulator received.
func (e *emulation) meeting(t *testing.T, c *client.Client, s *profile.Step, f emulator.Fault) (received int) {
	t.Helper()
	f.Profile, f.Step = e.vendor.Name, s.Name
	if err := e.SetFaults([]emulator.Fault{f}); err != nil {
		t.Fatal(err)
	}
	_ = e.runs(t, c, s) // the number of requests counts
	return e.Faults()[0].Met
}
