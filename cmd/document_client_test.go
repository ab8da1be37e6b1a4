package cmd_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// basePath is the path of every base_url here. A request whose URL ignores base_url lacks
// it, and fails the test.
const basePath = "/v"

const userAgent = "ssoctl/test"

// keysPath is the path of jwks_url in fixtures with keys.
const keysPath = "/jwks"

// TestClientMeetsDocument runs each documented exchange with the real client. The client
// has to send the documented request, and to read the documented response as the fixture's
// want says.
func TestClientMeetsDocument(t *testing.T) {
	t.Parallel()
	all := fixtures(t)
	for _, f := range all {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if f.step == "authorize" {
				clientAuthorizes(t, f)
				return
			}
			clientAsks(t, f, all)
		})
	}
}

// before returns the exchanges that the client always makes before that of f: details
// needs a userinfo first.
func before(t *testing.T, f *documented, all []*documented) []*documented {
	if f.step != "details" {
		return nil
	}
	i := slices.IndexFunc(all, func(g *documented) bool { return g.name == f.profile+"/userinfo" })
	if i < 0 {
		t.Fatalf("the step details needs the fixture %s/userinfo, which does not exist", f.profile)
	}
	return []*documented{all[i]}
}

// after returns the exchanges that the client makes after that of f: the vendor's own steps
// that run with its step, unless one of their optional values is missing.
func after(t *testing.T, f *documented, before, all []*documented) (out []*documented) {
	for _, s := range builtinProfile(t, f.profile).Own {
		if s.With != f.step || f.want["refusal"] != nil {
			continue
		}
		has := func(name string) bool {
			return slices.ContainsFunc(append(before, f), func(g *documented) bool { return g.want[name] != nil })
		}
		if slices.ContainsFunc(s.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Optional && !has(ph.Name) }) {
			continue
		}
		i := slices.IndexFunc(all, func(g *documented) bool { return g.name == f.profile+"/"+string(s.Name) })
		if i < 0 {
			t.Fatalf("%s needs the fixture %s/%s, which does not exist", f.name, f.profile, s.Name)
		}
		out = append(out, all[i])
	}
	return out
}

func clientAsks(t *testing.T, f *documented, all []*documented) {
	before := before(t, f, all)
	after := after(t, f, before, all)
	v := newDocumentedVendor(t, slices.Concat(before, []*documented{f}, after))
	v.asked, v.keys = len(before), f.keys
	p, step, given := v.profile(t, f)
	got, err := v.run(t, p, f, given)
	first := v.request(t)
	compareRequest(t, f, step, first)
	want := maps.Clone(f.want)
	for _, b := range before {
		for name, value := range b.want {
			if _, own := want[name]; !own && want["refusal"] == nil {
				want[name] = value
			}
		}
	}
	for _, a := range after {
		maps.Copy(want, a.want)
	}
	if _, says := want["expires_in"]; !says && want["access_token"] != nil && step.Lifetime > 0 {
		want["expires_in"] = jsonNumber(int64(step.Lifetime / time.Second)) // the response has no lifetime, so the profile's is used
	}
	if diff := cmp.Diff(want, outcome(t, f, got, err)); diff != "" {
		t.Errorf("the result (-document +client):\n%s", diff)
	}
	v.again(t)
	_, _ = v.run(t, p, f, given)
	compareFresh(t, f, step, first, v.request(t))
}

// documentedVendor responds with the fixtures' responses, one after the other. At keysPath, it has
// the keys of the tested fixture.
type documentedVendor struct {
	*httptest.Server
	plays []*documented
	asked int    // index of the fixture that is tested
	keys  string // of that fixture

	mu   sync.Mutex
	sent []message
}

func newDocumentedVendor(t *testing.T, plays []*documented) *documentedVendor {
	v := &documentedVendor{plays: plays}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v.keys != "" && r.URL.Path == basePath+keysPath {
			_, _ = io.WriteString(w, v.keys)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		v.sent = append(v.sent, message{Start: r.Method + " " + r.RequestURI, Header: r.Header, Body: string(body)})
		if len(v.sent) > len(plays) {
			t.Errorf("got request %d, %s %s, want %d requests", len(v.sent), r.Method, r.URL, len(plays))
			return
		}
		answer := plays[len(v.sent)-1]
		w.Header()["Content-Type"] = nil // none, unless documented
		w.Header()["Date"] = nil
		maps.Copy(w.Header(), answer.response.Header)
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.response.Body)
	}))
	t.Cleanup(v.Close)
	return v
}

// request returns the request that the tested fixture answered.
func (v *documentedVendor) request(t *testing.T) message {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.sent) != len(v.plays) {
		t.Fatalf("got %d requests, want %d", len(v.sent), len(v.plays))
	}
	return v.sent[v.asked]
}

// again makes the vendor start again with the first response.
func (v *documentedVendor) again(t *testing.T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sent = nil
}

// profile returns the fixture's profile and step with the given inputs set, those of
// earlier fixtures included, and the other given values.
func (v *documentedVendor) profile(t *testing.T, f *documented) (*profile.Profile, *profile.Step, recipe.Values) {
	p := builtinProfile(t, f.profile)
	step, err := p.Offer(f.step)
	if err != nil {
		t.Fatal(err)
	}
	given := recipe.Values{}
	for _, f := range v.plays {
		maps.Copy(given, giveTo(t, p, f, v.URL+basePath))
	}
	return p, step, given
}

// giveTo sets the given inputs and returns the other given values. A private key is the one
// that an RFC publishes. A value that the step does not use is an error in the fixture.
func giveTo(t *testing.T, p *profile.Profile, f *documented, base string) recipe.Values {
	t.Helper()
	if _, ok := p.Inputs["base_url"]; ok {
		setInput(t, p, "base_url", base)
	}
	for _, name := range p.InputNames() {
		if text := p.ExampleKey(name); text != "" {
			setInput(t, p, name, text)
		}
	}
	others := recipe.Values{}
	for name, value := range f.given {
		if _, ok := p.Inputs[name]; ok {
			setInput(t, p, name, strings.ReplaceAll(value, "{base_url}", base))
			continue
		}
		uses := p.Step(f.step).Uses
		if ofLogin := name == "code_verifier" && uses("code_challenge") || name == "nonce" && uses("code"); !uses(name) && !ofLogin {
			t.Errorf("%s is given, but the step %s does not use it", name, f.step)
		}
		if others[name] = any(value); name == "code" || name == "code_verifier" || strings.HasSuffix(name, "_token") {
			others[name] = secret.New(value)
		}
	}
	return others
}

// run runs the fixture's step.
func (v *documentedVendor) run(t *testing.T, p *profile.Profile, f *documented, given recipe.Values) (any, error) {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := client.New(p, client.Deps{
		HTTP: &http.Client{Transport: transport}, Now: func() time.Time { return f.now }, Rand: rand.Reader,
		Timeout: 10 * time.Second, UserAgent: userAgent, NoVerify: f.keys == "",
	})
	switch f.step {
	case "exchange":
		got, err := c.Exchange(t.Context(), given)
		return got.Token, err
	case "token":
		if len(given) == 0 {
			got, err := c.AppToken(t.Context())
			return &got, err
		}
	case "refresh":
		if token, _ := given["refresh_token"].(secret.String); len(given) == 1 {
			got, err := c.Refresh(t.Context(), token)
			return &got, err
		}
	case "userinfo", "details":
		got, err := c.UserInfo(t.Context(), given, f.step == "details")
		return &got, err
	}
	// A step of the vendor's own, or one that is given what another step reads.
	got, err := c.Step(t.Context(), f.step, given)
	return &got, err
}

// outcome returns a result of the client under the names of a fixture's want. It also checks
// what a want does not contain: the step, the status, expires_at and the raw response.
func outcome(t *testing.T, f *documented, got any, err error) map[string]any {
	t.Helper()
	var refusal *client.Refusal
	if errors.As(err, &refusal) {
		if refusal.Profile != f.profile || refusal.Step != f.step || refusal.Status != f.status {
			t.Errorf("the refusal: got %s, %s, HTTP %d, want %s, %s, HTTP %d", refusal.Profile, refusal.Step, refusal.Status, f.profile, f.step, f.status)
		}
		return map[string]any{"refusal": map[string]any{"code": refusal.Code, "kind": string(refusal.Kind), "message": refusal.Message}}
	}
	if err != nil {
		t.Fatal(err)
	}
	var raw []byte
	var out map[string]any
	switch got := got.(type) {
	case *client.Token:
		raw, out = got.Raw, tokenMembers(*got)
		if got.Verified != (f.keys != "") {
			t.Errorf("the id_token: got verified %t, want %t", got.Verified, f.keys != "")
		}
		if left := got.ExpiresAt.Sub(f.now); got.ExpiresIn > 0 && int64(left/time.Second) != got.ExpiresIn {
			t.Errorf("expires_in is %d s, but expires_at is in %s", got.ExpiresIn, left)
		}
	case *client.User:
		raw, out = got.Raw, userMembers(*got)
	case *client.Result:
		raw, out = got.Raw, maps.Clone(got.Values)
		if got.ExpiresIn != 0 {
			out["expires_in"] = jsonNumber(got.ExpiresIn)
		}
	}
	if string(raw) != f.response.Body {
		t.Errorf("raw: got %q, want %q", raw, f.response.Body)
	}
	return out
}

// tokenMembers reveals secrets, because a redacted token would compare equal to a lost one.
func tokenMembers(k client.Token) map[string]any {
	out := knownMembers(map[string]string{
		"access_token": k.AccessToken.Reveal(), "refresh_token": k.RefreshToken.Reveal(), "id_token": k.IDToken.Reveal(),
		"token_type": k.TokenType, "scope": k.Scope, "subject": k.Subject,
	}, k.Tenant, k.Extra)
	if k.ExpiresIn != 0 {
		out["expires_in"] = jsonNumber(k.ExpiresIn)
	}
	return out
}

func userMembers(u client.User) map[string]any {
	return knownMembers(map[string]string{
		"subject": u.Subject, "name": u.Name, "nickname": u.Nickname, "username": u.Username,
		"email": u.Email, "phone": u.Phone, "avatar": u.Avatar,
	}, u.Tenant, u.Extra)
}

func knownMembers(members map[string]string, tenant client.Tenant, extra map[string]any) map[string]any {
	members["tenant.id"], members["tenant.code"], members["tenant.name"] = tenant.ID, tenant.Code, tenant.Name
	out := map[string]any{}
	for name, value := range members {
		if value != "" {
			out[name] = value
		}
	}
	maps.Copy(out, extra)
	return out
}

func jsonNumber(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }
