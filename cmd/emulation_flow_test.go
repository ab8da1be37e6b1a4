package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// standingStill is the time on the clock of tests that do not need the real time.
var standingStill = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// TestClientMeetsEmulator runs everything that each profile offers with the real client
// and the emulator of that profile.
func TestClientMeetsEmulator(t *testing.T) {
	t.Parallel()
	for _, p := range usableProfiles(t) {
		for _, person := range emulator.DefaultUsers() {
			t.Run(p.Name+"/"+person.Username, func(t *testing.T) {
				t.Parallel()
				e := emulateWith(t, p.Name, nil, standingStill, func(o *emulator.Options) { o.Approve = person.Username })
				e.meets(t, e.client(t))
			})
		}
	}
}

// meets runs everything that the profile offers and checks the results.
func (e *emulation) meets(t *testing.T, c *client.Client) {
	t.Helper()
	p := e.vendor
	got, err := c.Login(t.Context(), e.login(t, c))
	if err != nil {
		t.Fatalf("%v\n%s", err, e.last().Diagnosis)
	}
	e.checkUser(t, got.User)
	if p.Exchange != nil {
		e.checkToken(t, got.Token)
	}
	if p.Refresh != nil {
		e.refreshes(t, c, *got.Token)
	}
	if p.Token != nil {
		token, err := c.AppToken(t.Context())
		if err != nil {
			t.Fatalf("%v\n%s", err, e.last().Diagnosis)
		}
		e.checkToken(t, &token)
	}
	if p.UserInfo != nil {
		user, err := c.UserInfo(t.Context(), e.login(t, c), p.Details != nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, e.last().Diagnosis)
		}
		e.checkUser(t, &user)
	}
	e.checkNothingWrong(t)
}

// login gets a code as a user does: with the authorize address, a browser and a listener,
// or from the platform if the vendor has no such address.
func (e *emulation) login(t *testing.T, c *client.Client) recipe.Values {
	t.Helper()
	if e.vendor.Authorize == nil {
		return recipe.Values{"code": e.code(t, emulator.Grant{})}
	}
	caught, err := e.caught(t, c)
	if err != nil {
		t.Fatalf("%v\n%s", err, e.last().Diagnosis)
	}
	if !caught.Bound {
		t.Error("the callback was accepted without proof that it belongs to this login")
	}
	return caught.Given(caught.Code)
}

func (e *emulation) caught(t *testing.T, c *client.Client) (login.Caught, error) {
	t.Helper()
	visited := make(chan error, 1)
	flow := login.Flow{Client: c, Wait: 10 * time.Second, View: visitor{visited}}
	caught, err := flow.Code(t.Context())
	caught.Finish(loopback.Ending{})
	if err := <-visited; err != nil {
		t.Errorf("opening the authorize address: %v", err)
	}
	return caught, err
}

// visitor is a [login.View] whose browser opens the address at once.
type visitor struct{ visited chan<- error }

func (v visitor) Show(ctx context.Context, a client.Authorization, _ *loopback.Listener) error {
	go func() { v.visited <- browse(context.WithoutCancel(ctx), a.URL) }()
	return nil
}

// browse is a browser that follows redirects, and sends the form of a page for
// response_mode=form_post.
func browse(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	page, err := load(req)
	if err != nil {
		return err
	}
	target, query := postedForm(page)
	if target == "" {
		return nil
	}
	if req, err = http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(query)); err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, err = load(req)
	return err
}

// load returns the page at the end of the redirects.
func load(req *http.Request) (page string, err error) {
	browser := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := browser.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// checkNothingWrong checks that the emulator found no fault in any request.
func (e *emulation) checkNothingWrong(t *testing.T) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.events {
		if ev.Diagnosis != "" {
			t.Errorf("%s: the emulator reports: %s", ev.Step, ev.Diagnosis)
		}
	}
}

// checkUser checks that everything that the profile reads about a user arrived unchanged,
// even an id that does not fit a float64 and a name that is not ASCII.
func (e *emulation) checkUser(t *testing.T, u *client.User) {
	t.Helper()
	person := e.Users()[0]
	fields := map[string]string{
		"subject": person.Subject, "name": person.Name, "nickname": person.Nickname, "username": person.Username,
		"email": person.Email, "phone": person.Phone, "avatar": person.Avatar,
		"tenant.id": person.Tenant.ID, "tenant.code": person.Tenant.Code, "tenant.name": person.Tenant.Name,
	}
	got, want := userMembers(*u), map[string]any{}
	for _, s := range e.vendor.Steps() {
		exchanged := s.Name == "exchange" && e.vendor.UserInfo != nil && !e.vendor.UserInfo.Uses("code")
		own := s.Name.IsOwn() && !slices.Contains(profile.KnownSteps, s.Name) && s.Sends() && !e.vendor.OfApplication(s) && (s.With != "details" || u.Step == "details")
		if s.Name != u.Step && !(s.Name == "userinfo" && u.Step == "details") && !own && !exchanged {
			continue // its values are not the user's
		}
		for name := range s.Read {
			if value, ours := fields[name]; ours && value == "" {
				continue // this user lacks the value, so the client has no member
			} else if ours {
				want[name] = value
			} else {
				delete(got, name) // only this vendor has it
			}
		}
	}
	if subject, _ := got["subject"].(string); strings.HasSuffix(subject, person.Subject) { // some vendors add a prefix
		got["subject"] = person.Subject
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: the user (-emulated +client):\n%s", u.Step, diff)
	}
	_, tells := e.vendor.Step(u.Step).Read["subject"]
	if tells && u.Raw != nil && !strings.Contains(string(u.Raw), person.Subject) {
		t.Errorf("%s: raw: want the subject %s in %s", u.Step, person.Subject, u.Raw)
	}
}

func (e *emulation) checkToken(t *testing.T, k *client.Token) {
	t.Helper()
	step := e.vendor.Step(k.Step)
	for name := range step.Read {
		held := slices.ContainsFunc(step.Example.Placeholders(), func(p recipe.Placeholder) bool { return p.Name == name })
		if held && tokenMembers(*k)[name] == nil {
			t.Errorf("%s: the token has no %s", k.Step, name)
		}
	}
	if lasts := k.ExpiresAt.Sub(standingStill); step.Lifetime > 0 && lasts != step.Lifetime {
		t.Errorf("%s: the token's lifetime: got %s, want %s", k.Step, lasts, step.Lifetime)
	}
}

// refreshes uses a refresh token, then the refresh token from its response.
func (e *emulation) refreshes(t *testing.T, c *client.Client, token client.Token) {
	t.Helper()
	for range 2 {
		next, err := c.Refresh(t.Context(), token.RefreshToken)
		if err != nil {
			t.Fatalf("%v\n%s", err, e.last().Diagnosis)
		}
		e.checkToken(t, &next)
		if next.AccessToken == token.AccessToken {
			t.Error("refresh returned the same access token")
		}
		if next.RefreshToken.IsZero() {
			next.RefreshToken = token.RefreshToken
		}
		token = next
	}
}

// TestRefusalsKeepTheirKind makes the emulator refuse each step of each profile, and for each
// reason that the profile lists, but only authorize for each of them. The client has to see
// that reason.
func TestRefusalsKeepTheirKind(t *testing.T) {
	t.Parallel()
	for _, p := range usableProfiles(t) {
		kinds := slices.DeleteFunc(slices.Clone(profile.Kinds), func(kind profile.Kind) bool {
			_, listed := p.RefusalOf(kind)
			return !listed
		})
		if len(kinds) == 0 {
			t.Errorf("%s lists no refusals", p.Name)
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			e := emulate(t, p.Name, nil, standingStill)
			c := e.client(t)
			if p.Authorize != nil {
				for _, kind := range kinds {
					e.checkDenial(t, kind, e.refuses(t, c, p.Authorize, kind))
				}
			}
			steps := slices.DeleteFunc(p.Requests(), func(s *profile.Step) bool { return s == p.Authorize })
			for i := range max(len(steps), len(kinds)) {
				s, kind := steps[i%len(steps)], kinds[i%len(kinds)]
				e.checkRefusal(t, s, kind, e.refuses(t, c, s, kind))
			}
		})
	}
}

// refuses runs a step that the emulator refuses for this reason.
func (e *emulation) refuses(t *testing.T, c *client.Client, s *profile.Step, kind profile.Kind) error {
	t.Helper()
	if err := e.AddFault(emulator.Fault{Profile: e.vendor.Name, Step: s.Name, Kind: string(kind), Times: 1}); err != nil {
		t.Fatal(err)
	}
	return e.runs(t, c, s)
}

// checkRefusal checks the error of a step that the vendor refused.
func (e *emulation) checkRefusal(t *testing.T, s *profile.Step, kind profile.Kind, err error) {
	t.Helper()
	var refusal *client.Refusal
	if !errors.As(err, &refusal) {
		t.Errorf("%s: got %v, want a refusal of the kind %s", s.Name, err, kind)
		return
	}
	p := e.vendor
	listed, _ := p.RefusalOf(kind)
	want := client.Refusal{
		Profile: p.Name, Step: s.Name, Kind: kind, Code: listed.CodeText(), ListedMessage: listed.Message, Status: listed.Status,
		Meaning: listed.Text(), Guess: listed.GuessText(),
	}
	if want.Message = listed.Message; want.Message == "" {
		want.Message = strings.ReplaceAll(string(kind), "_", " ") + " (emulated)"
	}
	if example, _ := profile.ParseExample(s.Response, p.ReplyOf(s).RefusalExample); want.Status == 0 {
		want.Status = max(example.Status, http.StatusOK)
	}
	want.TraceID = refusal.TraceID       // random
	want.RetryAfter = refusal.RetryAfter // only some have it
	want.Skew = refusal.Skew             // the clock here is the test's
	want.Scheme, want.Host = refusal.Scheme, refusal.Host
	if p.ReplyOf(s).Trace != "" && refusal.TraceID == "" {
		t.Errorf("%s: the refusal has no trace ID", s.Name)
	}
	if diff := cmp.Diff(want, *refusal); diff != "" {
		t.Errorf("%s: a refusal of the kind %s (-emulated +client):\n%s", s.Name, kind, diff)
	}
}

// checkDenial checks the error of a login that the vendor refused in the browser.
func (e *emulation) checkDenial(t *testing.T, kind profile.Kind, err error) {
	t.Helper()
	var denial *loopback.CallbackError
	if !errors.As(err, &denial) || denial.Code == "" || denial.StateMissing {
		t.Errorf("authorize: got %v, want a callback error with code and state, for the kind %s", err, kind)
	} else if known, _ := e.vendor.Refusal(denial.Code, denial.Description); (denial.Code == "access_denied" || known.Kind == profile.KindDenied) != (kind == profile.KindDenied) {
		t.Errorf("authorize: got %v for the kind %s", err, kind)
	}
}

// runs runs a step and the steps that have to run before it.
func (e *emulation) runs(t *testing.T, c *client.Client, s *profile.Step) error {
	t.Helper()
	var err error
	code := recipe.Values{}
	if e.vendor.Exchange != nil || e.vendor.UserInfo != nil {
		code["code"] = e.code(t, emulator.Grant{})
	}
	if s.Uses("device_code") {
		code["device_code"] = secret.New("device-code-not-real")
	}
	if s.Uses("token") {
		code["token"] = secret.New("token-not-real")
	}
	switch s.Name {
	case "authorize":
		_, err = e.caught(t, c)
	case "exchange":
		_, err = c.Exchange(t.Context(), code)
	case "token":
		_, err = c.AppToken(t.Context())
	case "refresh":
		_, err = c.Refresh(t.Context(), secret.New("refresh-token-not-real"))
	case "userinfo", "details":
		_, err = c.UserInfo(t.Context(), code, s.Name == "details")
	default:
		_, err = c.Step(t.Context(), s.Name, code)
	}
	return err
}
