package emulator_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/key"
	"ssoctl/pkg/profile"
)

// TestOwnUsers logs in users from Options.Users.
func TestOwnUsers(t *testing.T) {
	users := []emulator.User{
		{Subject: "9007199254740995", Name: "李雷", Username: "lilei", Email: "lilei@example.com", Tenant: emulator.Tenant{ID: "7", Name: "二中"}},
		{Subject: "0", Name: `Han "Meimei"`},
	}
	_, others := scanning(t)
	w := startWith(t, func(o *emulator.Options) { o.Users = users }, others...)
	for _, p := range others {
		for _, u := range users {
			c := w.party(t, p)
			challenge, _ := c.values.Text("code_challenge")
			code, err := c.IssueCode(p.Name, emulator.Grant{User: u.Subject, CodeChallenge: challenge})
			if err != nil {
				t.Fatal(err)
			}
			c.values["code"] = code
			if !teller(p).Uses("code") {
				c.pass(p.Exchange)
			}
			c.alsoReady(teller(p))
			if got := c.pass(teller(p)); !strings.Contains(claimsIn(got.body), u.Subject) || got.event.User != u.Label() {
				t.Errorf("%s: %s as %q: %s", p.Name, u.Subject, got.event.User, got.body)
			}
		}
	}
}

// claimsIn returns a body followed by the claims of its id_token, if it has one.
func claimsIn(body string) string {
	var response struct {
		IDToken string `json:"id_token"`
	}
	if json.Unmarshal([]byte(body), &response) != nil || response.IDToken == "" {
		return body
	}
	token, err := key.ReadToken(response.IDToken)
	if err != nil {
		return body
	}
	return body + string(token.Payload)
}

// TestSubjectsOfAnyKind checks that a subject may be any text, but that New refuses one that
// is not a number if the vendor writes subjects as numbers.
func TestSubjectsOfAnyKind(t *testing.T) {
	const subject = `ada"@acme.example`
	refused := 0
	for _, p := range builtins(t) {
		users := []emulator.User{{Subject: subject, Name: "Ada"}}
		o := emulator.Options{Profiles: []*profile.Profile{p}, Address: "http://127.0.0.1:1", Now: time.Now, Rand: rand.Reader, Users: users}
		if _, err := emulator.New(o); err != nil {
			step := "userinfo"
			if !strings.Contains(string(teller(p).Example), ":{subject}") {
				step = "details"
			}
			want := "emulator: user Ada: " + step + " of " + p.Name + " writes subject as a JSON number, so it cannot be " + subject + ": use digits, or do not serve " + p.Name
			if refused++; err.Error() != want {
				t.Errorf("%s:\n got %v\nwant %s", p.Name, err, want)
			}
			continue
		}
		c := startWith(t, func(o *emulator.Options) { o.Users = users }, p).party(t, p)
		c.ready(teller(p))
		example := string(teller(p).Example)
		tells := strings.Contains(example, "{subject}") || strings.Contains(example, "{id_token}") // otherwise the exchange does
		if got := c.pass(teller(p)); strings.Contains(fmt.Sprint(got.read), subject) != tells {
			t.Errorf("%s: read %v from %s", p.Name, got.read, got.body)
		}
	}
	if n := len(builtins(t)); refused == 0 || refused == n {
		t.Errorf("%d of %d profiles want numbers", refused, n)
	}
}

func TestUsersAndApproveAreChecked(t *testing.T) {
	all := builtins(t)
	twins := []emulator.User{{Subject: "1", Name: "张伟"}, {Subject: "2", Name: "张伟"}}
	for what, c := range map[string]struct {
		edit func(*emulator.Options)
		want string
	}{
		"no subject": {func(o *emulator.Options) { o.Users = []emulator.User{{Name: "x"}} }, "user 1: needs subject"},
		"twice":      {func(o *emulator.Options) { o.Users = []emulator.User{{Subject: "1"}, {Subject: "1"}} }, "user 2: subject 1 is used twice"},
		"nobody":     {func(o *emulator.Options) { o.Approve = "nobody" }, "expected auto, ask, deny or a user: there is no user nobody, only 王小明, 欧阳思远, Grace O'Malley"},
		"twins":      {func(o *emulator.Options) { o.Users, o.Approve = twins, "张伟" }, "2 users have this name; use the subject"},
	} {
		w := start(t, all[0])
		o := emulator.Options{Profiles: all[:1], Address: w.address, Now: w.now, Rand: w.rand}
		c.edit(&o)
		if _, err := emulator.New(o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestOneUserAgreesEverywhere(t *testing.T) {
	for _, who := range []string{"Grace O'Malley", "grace o'malley", "GRACE", "42"} {
		w := startWith(t, func(o *emulator.Options) { o.Approve = who }, builtins(t)...)
		for _, p := range w.profiles {
			c := w.party(t, p)
			c.ready(teller(p))
			if got := c.pass(teller(p)); got.event.User != "Grace O'Malley" {
				t.Errorf("%s: %s: %q", who, p.Name, got.event.User)
			}
		}
	}
}

func TestCodesForAUser(t *testing.T) {
	w := start(t, builtins(t)...)
	for _, p := range w.profiles {
		c := w.party(t, p)
		challenge, _ := c.values.Text("code_challenge")
		in, _ := json.Marshal(map[string]string{"profile": p.Name, "user": "欧阳思远", "code_challenge": challenge})
		status, body := w.ask(t, "POST", "/_/codes", string(in), nil)
		var out struct{ Code string }
		if err := json.Unmarshal([]byte(body), &out); err != nil || status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		c.values["code"] = out.Code
		if !teller(p).Uses("code") {
			c.alsoReady(p.Exchange)
			c.pass(p.Exchange)
		}
		c.alsoReady(teller(p))
		if got := c.pass(teller(p)); got.event.User != "欧阳思远" {
			t.Errorf("%s: %q: %s", p.Name, got.event.User, got.body)
		}
	}
	status, body := w.ask(t, "POST", "/_/codes", `{"profile":"`+w.profiles[0].Name+`","user":"nobody"}`, nil)
	if status != 400 || !strings.Contains(body, "there is no user nobody, only") {
		t.Errorf("%d %s", status, body)
	}
}

// alsoReady gets the application's token if s needs one besides a code.
func (c *party) alsoReady(s *profile.Step) {
	c.t.Helper()
	if s.Uses(profile.AppToken) {
		c.pass(c.p.Token)
	}
}

func TestEveryLoginIsDenied(t *testing.T) {
	w := startWith(t, func(o *emulator.Options) { o.Approve = emulator.ApproveDeny }, builtins(t)...)
	for _, p := range w.profiles {
		if p.Authorize == nil {
			continue
		}
		c := w.party(t, p)
		back := c.authorize(c.build(p.Authorize)).Query()
		standard := back.Get("error") == "access_denied" && back.Get("error_description") != ""
		if !standard && p.Authorize.RefusalExample == "" || back.Has(p.Authorize.CodeParams()[0]) {
			t.Errorf("%s: %v", p.Name, back)
		}
		if p.Authorize.Uses("state") && back.Get("state") != "State0123456789" {
			t.Errorf("%s: state %q", p.Name, back.Get("state"))
		}
		if e := w.last(); e.Refusal != "denied" || e.Diagnosis == "" {
			t.Errorf("%s: %+v", p.Name, e)
		}
	}
}
