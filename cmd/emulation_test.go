package cmd_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// emulation is an emulator of one profile behind a real server, with its users.
type emulation struct {
	*emulator.Emulator
	vendor *profile.Profile
	base   string // its base_url
	now    time.Time

	mu     sync.Mutex
	events []emulator.Event
}

// emulate starts an emulator of a profile, with the inputs among the given values
// registered.
func emulate(t *testing.T, name string, given map[string]string, now time.Time) *emulation {
	t.Helper()
	return emulateWith(t, name, given, now, func(*emulator.Options) {})
}

// emulateWith is emulate with options changed.
func emulateWith(t *testing.T, name string, given map[string]string, now time.Time, edit func(*emulator.Options)) *emulation {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	address := "http://" + server.Listener.Addr().String()
	e := &emulation{vendor: builtinProfile(t, name), base: address + "/" + name, now: now}
	for input, value := range given {
		if _, ok := e.vendor.Inputs[input]; ok {
			setInput(t, e.vendor, input, strings.ReplaceAll(value, "{base_url}", e.base))
		}
	}
	options := emulator.Options{
		Profiles: []*profile.Profile{e.vendor}, Address: address, Now: func() time.Time { return now }, Rand: rand.Reader,
		Report: func(ev emulator.Event) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.events = append(e.events, ev)
		},
	}
	edit(&options)
	var err error
	if e.Emulator, err = emulator.New(options); err != nil {
		server.Close()
		t.Fatal(err)
	}
	server.Config.Handler = e
	server.Start()
	t.Cleanup(server.Close)
	return e
}

func (e *emulation) last() emulator.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.events) == 0 {
		return emulator.Event{}
	}
	return e.events[len(e.events)-1]
}

// client returns the real client, with the inputs that the emulator has registered.
func (e *emulation) client(t *testing.T) *client.Client {
	t.Helper()
	return e.clientWith(t, func(*client.Deps) {})
}

// clientWith is client with dependencies changed.
func (e *emulation) clientWith(t *testing.T, edit func(*client.Deps)) *client.Client {
	t.Helper()
	p := builtinProfile(t, e.vendor.Name)
	inputs := e.Inputs(p.Name)
	for name := range inputs {
		if value, ok := inputs.Text(name); ok && name != "state" { // state is generated for each login
			setInput(t, p, name, value)
		}
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	deps := client.Deps{
		HTTP: &http.Client{Transport: transport}, Now: func() time.Time { return e.now }, Rand: rand.Reader, UserAgent: userAgent,
	}
	edit(&deps)
	return client.New(p, deps)
}

// code makes the emulator issue a code.
func (e *emulation) code(t *testing.T, g emulator.Grant) secret.String {
	t.Helper()
	code, err := e.IssueCode(e.vendor.Name, g)
	if err != nil {
		t.Fatal(err)
	}
	return secret.New(code)
}

// issue returns a value of the emulator for each given value that is not an input: a code,
// a token or an id.
func (e *emulation) issue(t *testing.T, f *documented) map[string]string {
	out := map[string]string{}
	var issued map[string]any
	for name, value := range f.given {
		switch _, input := e.vendor.Inputs[name]; {
		case input || name == "code_verifier" || name == "nonce" || name == "token_type_hint" || f.step == "authorize":
		case name == "code":
			g := emulator.Grant{RedirectURI: f.given["redirect_uri"]}
			if verifier := f.given["code_verifier"]; verifier != "" {
				g.CodeChallenge = recipe.CodeChallenge(verifier)
			}
			out[value] = e.code(t, g).Reveal()
		default:
			if issued == nil {
				issued = e.issued(t)
			}
			if out[value] = profile.Text(issued[name]); out[value] == "" {
				t.Fatalf("no response of the emulator contains %s", name)
			}
		}
	}
	return out
}

// issued returns what all steps of the profile return, by placeholder.
func (e *emulation) issued(t *testing.T) map[string]any {
	t.Helper()
	c, out := e.client(t), map[string]any{}
	add := func(members map[string]any, err error) {
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range members {
			if out[name] == nil {
				out[name] = value
			}
		}
	}
	if e.vendor.Exchange != nil {
		got, err := c.Exchange(t.Context(), recipe.Values{"code": e.code(t, emulator.Grant{})})
		add(tokenMembers(*got.Token), err)
	}
	if e.vendor.UserInfo != nil {
		got, err := c.UserInfo(t.Context(), recipe.Values{"code": e.code(t, emulator.Grant{})}, false)
		add(userMembers(got), err)
	}
	if e.vendor.Token != nil {
		got, err := c.AppToken(t.Context())
		members := tokenMembers(got)
		members[profile.AppToken] = members["access_token"]
		add(members, err)
	}
	out["token"] = out["access_token"]
	if e.vendor.Step(profile.StepDevice) != nil {
		got, err := c.Step(t.Context(), profile.StepDevice, nil)
		add(got.Values, err)
	}
	for _, s := range e.vendor.Own {
		given := recipe.Values{}
		if s.Uses("subject") {
			given["subject"] = out["subject"]
		}
		if s.Sends() && (len(given) > 0 || e.vendor.OfApplication(s)) {
			got, err := c.Step(t.Context(), s.Name, given)
			add(got.Values, err)
		}
	}
	return out
}

// documentedRequest returns the documented request, with new generated values, with new codes
// and tokens of this emulator, and with a signature that covers them.
func (e *emulation) documentedRequest(t *testing.T, f *documented) *http.Request {
	t.Helper()
	return e.requestWith(t, f, e.issue(t, f))
}

// requestWith is documentedRequest with the result of [emulation.issue], which several
// requests can share if the emulator refuses them.
func (e *emulation) requestWith(t *testing.T, f *documented, issued map[string]string) *http.Request {
	t.Helper()
	step := e.vendor.Step(f.step)
	var pairs []string
	for documented, own := range issued {
		pairs = append(pairs, documented, own)
	}
	// Replace all at once: a random token of the emulator may contain a documented code.
	substitute := strings.NewReplacer(pairs...).Replace
	signature, _ := step.Signature()
	m := rewritten(t, f.request, func(key, text string) string {
		switch {
		case f.signed != "" && placeholderAt(step, key) == signature:
			return signatureOf(t, e.vendor, f, substitute(f.signed))
		case text == "*":
			return e.anew(t, placeholderAt(step, key))
		}
		return substitute(text)
	})
	method, target, _ := strings.Cut(m.Start, " ")
	req := httptest.NewRequestWithContext(t.Context(), method, e.base+target, strings.NewReader(m.Body))
	req.Header = m.Header
	return req
}

func (e *emulation) anew(t *testing.T, placeholder string) string {
	switch placeholder {
	case "uuid", "nonce":
		return uuid.NewString()
	case "timestamp":
		return strconv.FormatInt(e.now.Unix(), 10)
	case "timestamp_ms":
		return strconv.FormatInt(e.now.UnixMilli(), 10)
	}
	t.Fatalf("a * stands for {%s}, want uuid, nonce, timestamp or timestamp_ms", placeholder)
	return ""
}

// rewritten returns a request with each value replaced by f. The keys are those of
// [exchange.Message.Members].
func rewritten(t *testing.T, m message, f func(key, text string) string) message {
	t.Helper()
	pairs := func(group, raw string) string {
		values, err := url.ParseQuery(raw)
		if err != nil {
			t.Fatal(err)
		}
		for name, list := range values {
			for i, text := range list {
				list[i] = f(group+"."+name, text)
			}
		}
		return values.Encode()
	}
	out := message{Header: http.Header{}}
	path, query, has := strings.Cut(m.Start, "?")
	if out.Start = path; has {
		out.Start += "?" + pairs("query", query)
	}
	for name := range m.Header {
		out.Header.Set(name, f("headers."+name, m.Header.Get(name)))
	}
	if m.Body == "" {
		return out
	}
	v, err := exactjson.Decode([]byte(m.Body))
	if err != nil {
		out.Body = pairs("form", m.Body)
		return out
	}
	var walk func(key string, v any) any
	walk = func(key string, v any) any {
		switch x := v.(type) {
		case string:
			return f(key, x)
		case map[string]any:
			for name := range x {
				x[name] = walk(key+"."+name, x[name])
			}
		case []any:
			for i := range x {
				x[i] = walk(key+"."+strconv.Itoa(i), x[i])
			}
		}
		return v
	}
	body, err := json.Marshal(walk("json", v))
	if err != nil {
		t.Fatal(err)
	}
	out.Body = string(body)
	return out
}
