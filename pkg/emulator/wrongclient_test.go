package emulator_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// TestRefusalsNameTheWrongInput sends each vendor a wrong client_id and a wrong
// client_secret, and checks that the profile's explanation of the refusal names that input.
// Otherwise users would look for the mistake elsewhere.
func TestRefusalsNameTheWrongInput(t *testing.T) {
	for _, p := range builtins(t) {
		for _, problem := range misleading(t, p) {
			t.Errorf("%s: %s", p.Name, problem)
		}
	}
}

// TestRefusalsOfClientsNeedTheirMembers removes the member from each refusal of an unknown
// client_id, and checks that TestRefusalsNameTheWrongInput would notice: the emulator would
// send the refusal also for a wrong secret, or never.
func TestRefusalsOfClientsNeedTheirMembers(t *testing.T) {
	removed := 0
	for _, p := range builtins(t) {
		carriers := membersWith(p, "client_id")
		for i, r := range p.Refusals {
			if r.Kind != profile.KindInvalidClient || !slices.Contains(carriers, r.Member) {
				continue
			}
			removed++
			all := p.Refusals
			p.Refusals = slices.Clone(all)
			p.Refusals[i].Member = ""
			if len(misleading(t, p)) == 0 {
				t.Errorf("%s: nothing fails if %s is not about %s", p.Name, r.CodeText(), r.Member)
			}
			p.Refusals = all
		}
	}
	if removed < 20 {
		t.Errorf("tried %d refusals, want at least 20", removed)
	}
}

// misleading returns what is wrong with the refusals of clients in a profile.
func misleading(t *testing.T, p *profile.Profile) (problems []string) {
	t.Helper()
	id, key := wordsFor(p, "client_id"), append(wordsFor(p, "client_secret"), "secret")
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	ofIDAlone := func(r profile.Refusal) bool {
		return r.Kind == profile.KindInvalidClient && r.Member == "" && names(r, id) && !names(r, key)
	}
	hasSecret := false
	w := start(t, p)
	for _, s := range p.Requests() {
		if s.Name == profile.StepAuthorize {
			continue
		}
		for _, method := range authMethods(s) {
			c := w.party(t, p)
			c.ready(s)
			wrongID, sendsID := c.refusalOfWrong(s, method, "client_id")
			wrongSecret, sendsSecret := c.refusalOfWrong(s, method, "client_secret")
			hasSecret = hasSecret || sendsSecret
			if sendsID && !names(wrongID, id) {
				report("%s %s: the refusal %s of an unknown client_id does not name it: %s", s.Name, method, wrongID.CodeText(), wrongID.EN)
			}
			if sendsSecret && !names(wrongSecret, key) {
				report("%s %s: the refusal %s of a wrong client_secret does not name it: %s", s.Name, method, wrongSecret.CodeText(), wrongSecret.EN)
			}
			if sendsID && sendsSecret && wrongID == wrongSecret && slices.ContainsFunc(p.Refusals, ofIDAlone) {
				report("%s %s: an unknown client_id has a refusal of its own, but gets %s, that of a wrong secret", s.Name, method, wrongID.CodeText())
			}
		}
	}
	if general, listed := p.RefusalOf(profile.KindInvalidClient); listed && hasSecret && ofIDAlone(general) {
		report("the refusal %s of any fault of the client is about its client_id alone", general.CodeText())
	}
	return problems
}

// refusalOfWrong sends a wrong input and returns the refusal. It returns false if the step
// does not send the input or the profile does not list the refusal.
func (c *party) refusalOfWrong(s *profile.Step, method, input string) (profile.Refusal, bool) {
	c.t.Helper()
	if _, is := c.p.Inputs[input]; !is {
		return profile.Refusal{}, false
	}
	before := []any{c.values[recipe.AuthMethod], c.values[input]}
	defer func() { c.values[recipe.AuthMethod], c.values[input] = before[0], before[1] }()
	if method != "" {
		c.values[recipe.AuthMethod] = method
	}
	right := c.sent(s)
	c.values[input] = "wrong"
	if c.p.Inputs[input].Secret {
		c.values[input] = secret.New("wrong")
	}
	if wrong := c.sent(s); wrong == right {
		return profile.Refusal{}, false
	}
	got := c.send(s, c.build(s))
	return c.p.Refusal(got.verdict.Code, got.verdict.Message)
}

// sent returns a step's request as text. It is built at a fixed time and without randomness,
// so that two such requests differ only if their values do.
func (c *party) sent(s *profile.Step) string {
	c.t.Helper()
	r, err := s.Build(context.Background(), c.values, recipe.Fresh{Now: c.now, Rand: zeros{}})
	if err != nil {
		c.t.Fatalf("%s: %s: %v", c.p.Name, s.Name, err)
	}
	return fmt.Sprint(r.URL, r.Header, string(r.Body))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// authMethods returns the methods of client authentication that a step can use, or only "" if
// it uses none of them.
func authMethods(s *profile.Step) (all []string) {
	for method, placeholder := range map[string]string{recipe.AuthMethodBasic: "basic_auth", recipe.AuthMethodPost: "post_secret"} {
		if s.Uses(placeholder) {
			all = append(all, method)
		}
	}
	if len(all) == 0 {
		return []string{""}
	}
	slices.Sort(all)
	return all
}

// wordsFor returns the names that a text may use for an input: its name, the vendor's name,
// and the members of requests with its value.
func wordsFor(p *profile.Profile, input string) []string {
	all := append(membersWith(p, input), input)
	if vendor := p.Inputs[input].Vendor; vendor != "" {
		all = append(all, vendor)
	}
	for i := range all {
		all[i] = plain(all[i])
	}
	return all
}

// membersWith returns the names of the members of requests whose value is the input. Basic
// contains it under the input's name.
func membersWith(p *profile.Profile, input string) (all []string) {
	posted := map[string]string{"client_id": "post_id", "client_secret": "post_secret"}[input]
	for _, s := range p.Requests() {
		for key, template := range members(s) {
			if ph, only := template.Only(); only && (ph.Name == input || ph.Name == posted) {
				_, name, _ := strings.Cut(key, ".")
				all = append(all, name)
			}
		}
		if s.Uses("basic_auth") {
			all = append(all, input)
		}
	}
	return all
}

// names reports whether the explanation of a refusal contains one of the words.
func names(r profile.Refusal, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(plain(r.EN), word) })
}

// plain returns the same for Client ID and client_id.
func plain(text string) string {
	return strings.NewReplacer(" ", "", "_", "").Replace(strings.ToLower(text))
}
