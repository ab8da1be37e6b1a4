package emulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// standIns maps a kind to the kinds that replace it if the profile does not list it.
var standIns = map[profile.Kind][]profile.Kind{
	"expired_code": {"invalid_code"}, "invalid_code": {"expired_code"}, "used_code": {"invalid_code", "expired_code"},
	"expired_token": {"invalid_token"}, "invalid_token": {"expired_token"},
	"missing_parameter": {"bad_request"},
}

// refusalFor returns the profile's refusal of a kind at a step, or of a kind in standIns. RFC
// 8628 §3.5 has a separate code for an expired device_code.
func refusalFor(p *profile.Profile, s *profile.Step, kind profile.Kind) (profile.Refusal, bool) {
	if _, general := p.RefusalOf(kind); kind == profile.KindExpiredCode && s.Name == profile.StepDeviceToken && !general {
		if r, listed := p.RefusalAbout(kind, "device_code"); listed {
			return r, true
		}
	}
	for _, kind := range append([]profile.Kind{kind}, standIns[kind]...) {
		if r, listed := p.RefusalOf(kind); listed {
			return r, true
		}
	}
	return profile.Refusal{}, false
}

// TestRefusalIsOfTheKindAtFault checks, for every list of refusals, that the emulator
// responds with a refusal of the right kind, or with a general refusal whose code the profile
// does not list.
func TestRefusalIsOfTheKindAtFault(t *testing.T) {
	want := map[profile.Kind]int{
		"bad_request": 400, "missing_parameter": 400, "invalid_client": 401, "invalid_code": 400, "expired_code": 400, "used_code": 400,
		"invalid_token": 401, "expired_token": 401, "denied": 403, "no_permission": 403, "rate_limited": 429, "quota": 429,
		"not_found": 404, "server_error": 500,
	}
	served, all := builtins(t), map[*profile.Profile][]profile.Refusal{}
	for _, p := range served {
		all[p] = p.Refusals
	}
	for _, missing := range append([]profile.Kind{""}, profile.Kinds...) {
		for _, p := range served {
			p.Refusals = slices.DeleteFunc(slices.Clone(all[p]), func(r profile.Refusal) bool { return r.Kind == missing })
		}
		w := start(t, served...)
		for _, p := range served {
			for _, kind := range profile.Kinds {
				code, status, listed := w.RefusalOf(p.Name, kind)
				fits := func(r profile.Refusal) bool {
					return r.Member == "" && (r.Kind == kind || slices.Contains(standIns[kind], r.Kind))
				}
				of := slices.IndexFunc(p.Refusals, func(r profile.Refusal) bool { return r.CodeText() == code && fits(r) })
				if listed != slices.ContainsFunc(p.Refusals, fits) || listed && of < 0 {
					t.Errorf("%s without %q: %s is refused with %s, listed %v", p.Name, missing, kind, code, listed)
				}
				if _, taken := p.Refusal(code, ""); !listed && (taken || status != want[kind]) {
					t.Errorf("%s without %q: %s is refused with %s by HTTP %d, want HTTP %d and a code that the profile does not list", p.Name, missing, kind, code, status, want[kind])
				}
			}
		}
	}
}

// TestUnlistedKinds removes the refusals of one kind from each profile. It checks that the
// response has the vendor's shape and not the code of another kind, and that the diagnosis
// says that the profile lists no such refusal.
func TestUnlistedKinds(t *testing.T) {
	faults := map[profile.Kind]struct {
		step func(*profile.Profile) *profile.Step
		make func(c *party, s *profile.Step)
	}{
		"invalid_client": {calling("client_secret"), func(c *party, _ *profile.Step) { c.values["client_secret"] = secret.New("wrong") }},
		"invalid_code":   {calling("code"), func(c *party, _ *profile.Step) { c.values["code"] = "nobody's" }},
		"expired_code":   {calling("code"), func(c *party, _ *profile.Step) { c.advance(time.Hour) }},
		"invalid_token":  {calling("access_token"), func(c *party, _ *profile.Step) { c.values["access_token"] = "nobody's" }},
		"expired_token":  {calling("access_token"), func(c *party, _ *profile.Step) { c.advance(3 * time.Hour) }},
	}
	for kind, f := range faults {
		met := 0
		for _, p := range builtins(t) {
			s := f.step(p)
			if s == nil {
				continue
			}
			met++
			t.Run(string(kind)+"/"+p.Name, func(t *testing.T) {
				p.Refusals = slices.DeleteFunc(p.Refusals, func(r profile.Refusal) bool { return r.Kind == kind || slices.Contains(standIns[kind], r.Kind) })
				c := start(t, p).party(t, p)
				c.ready(s)
				f.make(c, s)
				got := c.send(s, c.build(s))
				if _, listed := p.Refusal(got.verdict.Code, got.verdict.Message); listed || got.verdict.OK || got.event.Refusal != kind || got.status < 400 {
					t.Errorf("HTTP %d %s: %+v", got.status, got.body, got.event)
				}
				if says := "lists no refusal of kind " + string(kind) + ", so this response is generic"; !strings.HasSuffix(got.event.Diagnosis, says) {
					t.Error(got.event.Diagnosis)
				}
				if want := strings.ReplaceAll(string(kind), "_", " ") + " (emulated)"; got.verdict.Message != want {
					t.Errorf("the message is %q, want %q", got.verdict.Message, want)
				}
			})
		}
		if met == 0 {
			t.Errorf("no profile has a step for %s", kind)
		}
	}
}

// calling returns a function that finds a profile's step with this placeholder.
func calling(placeholder string) func(*profile.Profile) *profile.Step {
	return func(p *profile.Profile) *profile.Step {
		for _, s := range p.Requests() {
			if s.Name != "authorize" && proves(s, placeholder) {
				return s
			}
		}
		return nil
	}
}

// TestUnknownClientsAreRefusedByTheirCode sends an unknown client_id, in Basic and in the
// body, to each vendor that lists a refusal for it. The refusal of a wrong secret would
// mislead.
func TestUnknownClientsAreRefusedByTheirCode(t *testing.T) {
	met := map[string]int{}
	for _, p := range builtins(t) {
		want, listed := p.RefusalAbout(profile.KindInvalidClient, "client_id")
		if !listed || p.Exchange == nil {
			continue
		}
		for method, placeholder := range map[string]string{recipe.AuthMethodBasic: "basic_auth", recipe.AuthMethodPost: "post_secret"} {
			if !p.Exchange.Uses(placeholder) {
				continue
			}
			met[method]++
			c := start(t, p).party(t, p)
			c.ready(p.Exchange)
			c.values[recipe.AuthMethod], c.values["client_id"] = method, "unknown"
			got := c.send(p.Exchange, c.build(p.Exchange))
			if got.verdict.Code != want.CodeText() || !strings.Contains(got.verdict.Message, want.Message) {
				t.Errorf("%s, %s: refused with %s: %s, want %s: %s", p.Name, method, got.verdict.Code, got.verdict.Message, want.CodeText(), want.Message)
			}
		}
	}
	if len(met) < 2 {
		t.Errorf("tried %v, want both methods", met)
	}
}

// TestRefreshTokensAreRefusedByTheirCode sends each vendor an unknown refresh token. If the
// vendor lists a code for that member of the request, the emulator must refuse with that
// code.
func TestRefreshTokensAreRefusedByTheirCode(t *testing.T) {
	met := 0
	for _, p := range builtins(t) {
		if p.Refresh == nil {
			continue
		}
		var own []string
		for _, r := range p.Refusals {
			if strings.Contains(r.Member, "refresh") && r.Kind == profile.KindInvalidToken {
				own = append(own, r.CodeText())
			}
		}
		if len(own) == 0 {
			continue
		}
		met++
		c := start(t, p).party(t, p)
		c.ready(p.Refresh)
		c.values["refresh_token"] = secret.New("nobody's")
		if got := c.send(p.Refresh, c.build(p.Refresh)); got.verdict.Code != own[0] {
			t.Errorf("%s: an unknown refresh token is refused with %s, want %s", p.Name, got.verdict.Code, own[0])
		}
	}
	if met == 0 {
		t.Error("no profile lists a refusal of a refresh token")
	}
}
