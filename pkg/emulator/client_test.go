package emulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// party is a client of one profile, with the values that it has received.
type party struct {
	*world
	t      testing.TB
	p      *profile.Profile
	values recipe.Values
	skew   time.Duration // added to the time of its clock
}

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636, appendix B

func (w *world) party(t testing.TB, p *profile.Profile) *party {
	c := &party{world: w, t: t, p: p, values: w.Inputs(p.Name)}
	c.values["state"] = "State0123456789"
	if _, ok := p.Inputs["response_mode"]; ok {
		c.values["response_mode"] = "query" // callback_test.go has the others
	}
	if p.Authorize != nil && p.Authorize.Uses("nonce") {
		c.values["nonce"] = "n-0S6_WzA2Mj"
	}
	if p.Authorize != nil && p.Authorize.Uses("code_challenge") {
		c.values["code_verifier"] = verifier
		c.values["code_challenge"] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	}
	return c
}

// wire is a request that tests may change before it is sent.
type wire struct {
	*http.Request
	body []byte
}

func (c *party) build(s *profile.Step) *wire {
	c.t.Helper()
	now := func() time.Time { return c.now().Add(c.skew) }
	r, err := s.Build(context.Background(), c.values, recipe.Fresh{Now: now, Rand: c.rand})
	if err != nil {
		c.t.Fatalf("%s: %s: %v", c.p.Name, s.Name, err)
	}
	return &wire{r.Request, r.Body}
}

// set changes a member such as query.code, json.appId or json.uris.0; nil removes it, or the
// list that it is in.
func (w *wire) set(t testing.TB, key string, value any) {
	t.Helper()
	group, name, _ := strings.Cut(key, ".")
	text, _ := value.(string)
	switch group {
	case "query", "form":
		raw := w.URL.RawQuery
		if group == "form" {
			raw = string(w.body)
		}
		members, err := url.ParseQuery(raw)
		if err != nil {
			t.Fatal(err)
		}
		members.Set(name, text)
		if value == nil {
			members.Del(name)
		}
		if group == "form" {
			w.body = []byte(members.Encode())
		} else {
			w.URL.RawQuery = members.Encode()
		}
	case "headers":
		w.Header.Set(name, text)
		if value == nil {
			w.Header.Del(name)
		}
	case "json":
		members := map[string]any{}
		if err := json.Unmarshal(w.body, &members); err != nil {
			t.Fatal(err)
		}
		list, index, _ := strings.Cut(name, ".")
		if elements, ok := members[list].([]any); ok {
			i, err := strconv.Atoi(index)
			if err != nil {
				t.Fatal(err)
			}
			if value != nil {
				elements[i] = value
				value = elements
			}
			name = list
		}
		members[name] = value
		if value == nil {
			delete(members, name)
		}
		w.body, _ = json.Marshal(members)
	default:
		t.Fatalf("cannot set %s", key)
	}
}

// answer is a response, as the profile reads it.
type answer struct {
	status  int
	header  http.Header
	body    string
	verdict profile.Verdict
	kind    profile.Kind // kind of the refusal
	read    map[string]any
	event   emulator.Event
}

// send sends w and reads the response as one of step s.
func (c *party) send(s *profile.Step, w *wire) answer {
	c.t.Helper()
	w.Body, w.ContentLength = io.NopCloser(bytes.NewReader(w.body)), int64(len(w.body))
	if len(w.body) == 0 {
		w.Body = nil
	}
	resp, err := c.http.Do(w.Request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	out := c.judge(s, body)
	out.status, out.header, out.event = resp.StatusCode, resp.Header, c.last()
	return out
}

func (c *party) judge(s *profile.Step, body []byte) answer {
	c.t.Helper()
	reader, err := c.p.Reader(s)
	if err != nil {
		c.t.Fatal(err)
	}
	decoded, _ := s.Decode(0, nil, body) // a page that a fault sends is judged as text
	out := answer{body: string(body), verdict: reader.Judge(context.Background(), decoded)}
	if out.read, err = reader.Read(context.Background(), decoded); err != nil {
		c.t.Fatal(err)
	}
	if r, ok := c.p.Refusal(out.verdict.Code, out.verdict.Message); ok && !out.verdict.OK {
		out.kind = r.Kind
	}
	return out
}

// login gets a code as a browser does, or by IssueCode if the profile has no authorize
// step.
func (c *party) login() {
	c.t.Helper()
	if c.p.Authorize == nil {
		code, err := c.IssueCode(c.p.Name, emulator.Grant{})
		if err != nil {
			c.t.Fatal(err)
		}
		c.values["code"] = code
		return
	}
	back := c.authorize(c.build(c.p.Authorize))
	code := c.says(back).Code
	if code == "" {
		c.t.Fatalf("%s: no code in %s", c.p.Name, back)
	}
	c.values["code"] = code
}

// says reads a redirect as a client of the profile does.
func (c *party) says(back *url.URL) profile.Redirected {
	c.t.Helper()
	reader, err := c.p.RedirectReader()
	if err != nil {
		c.t.Fatal(err)
	}
	return reader.Says(back.Query())
}

func (c *party) authorize(w *wire) *url.URL {
	c.t.Helper()
	got := c.send(c.p.Authorize, w)
	if got.status != http.StatusFound {
		c.t.Fatalf("%s: authorize: %d %s", c.p.Name, got.status, got.body)
	}
	back, err := url.Parse(got.header.Get("Location"))
	if err != nil {
		c.t.Fatal(err)
	}
	return back
}

// ready runs the steps that yield the values that s needs.
func (c *party) ready(s *profile.Step) {
	c.t.Helper()
	for _, ph := range s.Placeholders() {
		_, have := c.values[ph.Name]
		switch {
		case ph.Name == "code":
			c.login()
		case ph.Name == profile.AppToken:
			c.run(c.p.Token)
		case ph.Name == "access_token" || ph.Name == "refresh_token":
			c.run(c.p.Exchange)
		case ph.Name == "token":
			c.run(c.p.Exchange)
			c.values["token"] = c.values["access_token"]
		case have || ph.Optional || slices.Contains(recipe.Made, ph.Name):
		default:
			for _, source := range c.p.Requests() {
				if _, ok := source.Read[ph.Name]; ok && source.Name != "token" && source.Name != "refresh" && source != s {
					c.run(source)
					break
				}
			}
		}
	}
}

// run gets the values that s needs, sends s, and keeps the values in the response.
func (c *party) run(s *profile.Step) answer {
	c.t.Helper()
	c.ready(s)
	return c.pass(s)
}

// pass is run without ready.
func (c *party) pass(s *profile.Step) answer {
	c.t.Helper()
	got := c.send(s, c.build(s))
	if !got.verdict.OK || got.event.Refusal != "" {
		c.t.Fatalf("%s: %s: refused: %d %s\n%s", c.p.Name, s.Name, got.status, got.body, got.event.Diagnosis)
	}
	for name, v := range got.read {
		if s.Name == "token" && name == "access_token" {
			name = profile.AppToken
		}
		if text := profile.Text(v); text != "" {
			c.values[name] = text
		}
	}
	return got
}

// refused checks that a response is a refusal of the first of these kinds that the profile
// lists, or a general refusal if it lists none of them. The diagnosis must give a reason
// without secrets.
func (c *party) refused(got answer, kinds ...profile.Kind) {
	c.t.Helper()
	members := []string{"", "path"}
	for _, p := range got.event.Problems {
		if p.Kind == recipe.Differs && len(got.event.Problems) > 1 && c.signs(got.event.Step, p.Member) {
			continue // it covers the member at fault
		}
		_, name, _ := strings.Cut(p.Member, ".")
		members = append(members, name)
	}
	i := slices.IndexFunc(kinds, func(kind profile.Kind) bool {
		return slices.ContainsFunc(members, func(m string) bool { _, listed := c.p.RefusalAbout(kind, m); return listed })
	})
	general := i < 0 && strings.Contains(got.event.Diagnosis, "lists no refusal of kind "+string(kinds[0]))
	// A vendor may have one code for several kinds, and a token's code for a refresh token.
	played := general || i >= 0 && slices.ContainsFunc(c.p.Refusals, func(r profile.Refusal) bool {
		ofToken := r.Member != "" && slices.Contains(members, r.Member) && slices.Contains([]profile.Kind{profile.KindInvalidToken, profile.KindExpiredToken}, r.Kind)
		return (r.Kind == kinds[i] || ofToken) && r.CodeText() == got.verdict.Code
	})
	if got.verdict.OK || !played {
		c.t.Errorf("%s: got %d %s (ok %v, %s), want a refusal of the first listed kind of %v\n%s", c.p.Name, got.status, got.body, got.verdict.OK, got.kind, kinds, got.event.Diagnosis)
	}
	if got.event.Refusal != kinds[0] || got.event.Diagnosis == "" || got.event.Status != got.status || len(got.event.Problems) == 0 && got.event.Step != "" {
		c.t.Errorf("%s: wanted %s: event %+v", c.p.Name, kinds[0], got.event)
	}
	if got.event.VendorCode != got.verdict.Code {
		c.t.Errorf("%s: the event has the code %q, the response %q", c.p.Name, got.event.VendorCode, got.verdict.Code)
	}
	c.silent(got.event.Diagnosis)
}

// refusedAsUsed is like refused, for a code that was used before.
func (c *party) refusedAsUsed(got answer) {
	c.t.Helper()
	if _, listed := c.p.RefusalOf(profile.KindUsedCode); listed {
		c.refused(got, profile.KindUsedCode)
		return
	}
	c.refused(got, profile.KindInvalidCode, profile.KindExpiredCode, profile.KindBadRequest)
}

// signs reports whether a member of a step is its signature.
func (c *party) signs(step profile.StepName, member string) bool {
	s := c.p.Step(step)
	if s == nil {
		return false
	}
	name, _ := s.Signature()
	found := false
	s.EachTemplate(func(key string, t recipe.Template) { found = found || key == member && t.Is(name) })
	return found
}

// silent checks that a text contains no secrets.
func (c *party) silent(text string) {
	c.t.Helper()
	for name, value := range c.values {
		_, isSecret := value.(secret.String)
		hidden := []string{"code", "access_token", profile.AppToken, "refresh_token", "code_verifier"}
		if v, _ := c.values.Text(name); (isSecret || slices.Contains(hidden, name)) && strings.Contains(text, v) {
			c.t.Errorf("%s: %s is in %q", c.p.Name, name, text)
		}
	}
}
