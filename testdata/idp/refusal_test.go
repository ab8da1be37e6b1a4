package idp_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A mistake is a request that a server has to refuse.
type mistake struct {
	name string
	make func(t *testing.T, s stranger, at running) refusal
	want refusal
	// but is what a server says instead, by its name: README.md lists these.
	but  map[string]refusal
	hint string // a part of what ssoctl advises
}

var (
	invalidGrant  = refusal{Exit: 4, Kind: "invalid_code", Code: "invalid_grant", Status: 400}
	invalidClient = refusal{Exit: 4, Kind: "invalid_client", Code: "invalid_client", Status: 401}
	invalidToken  = refusal{Exit: 4, Kind: "invalid_token", Code: "invalid_token", Status: 401}
	badRequest    = refusal{Exit: 4, Kind: "bad_request", Code: "invalid_request", Status: 400}
	serverError   = refusal{Exit: 4, Kind: "server_error", Code: "server_error", Status: 500}

	grant401     = refusal{Exit: 4, Kind: "invalid_code", Code: "invalid_grant", Status: 401}
	noCode401    = refusal{Exit: 4, Kind: "invalid_token", Status: 401}
	accessDenied = refusal{Exit: 4, Kind: "denied", Code: "access_denied", Status: 403}
)

var mistakes = []mistake{
	{
		name: "replayed code", want: invalidGrant, but: map[string]refusal{"go-oauth2": grant401},
		hint: "This code was sent",
		make: exchanged(func(l *login, u *user, _ running) { u.succeeds(l.exchange()...) }),
	},
	{
		name: "unknown code", want: invalidGrant, but: map[string]refusal{"go-oauth2": grant401},
		make: exchanged(func(l *login, _ *user, _ running) { l.code = "unknown" }),
	},
	{
		name: "wrong verifier", want: invalidGrant, but: map[string]refusal{"go-oauth2": grant401},
		hint: "code_verifier",
		make: exchanged(func(l *login, _ *user, _ running) { l.verifier = strings.Repeat("another-verifier", 3) }),
	},
	{
		name: "no verifier", want: invalidGrant, but: map[string]refusal{"zitadel": badRequest, "go-oauth2": serverError},
		hint: "lacks the verifier",
		make: exchanged(func(l *login, _ *user, _ running) { l.verifier = "" }),
	},
	{
		name: "another redirect_uri", want: invalidGrant, but: map[string]refusal{"dex": badRequest, "go-oauth2": grant401},
		hint: "redirect_uri",
		make: exchanged(func(l *login, _ *user, _ running) { l.redirectURI += "/other" }),
	},
	{
		name: "wrong secret", want: invalidClient, hint: "secret",
		make: exchanged(func(_ *login, u *user, _ running) { u.secret = "wrong" }),
	},
	{
		name: "wrong secret of an application", want: invalidClient, hint: "secret",
		make: func(t *testing.T, s stranger, at running) refusal {
			return s.client(t, at, s.machine, "wrong").refused("token")
		},
	},
	{
		name: "unknown client", want: invalidClient, but: map[string]refusal{"go-oauth2": serverError},
		make: func(t *testing.T, s stranger, at running) refusal {
			return s.client(t, at, "unknown", "secret").refused("token")
		},
	},
	{
		name: "used refresh token", want: invalidGrant, but: map[string]refusal{"dex": badRequest, "go-oauth2": grant401},
		make: func(t *testing.T, s stranger, at running) refusal {
			u := s.client(t, at, clientID, s.secret)
			token := u.succeeds(u.begin(s.scope).exchange()...).RefreshToken
			u.succeeds("token", "--refresh-token", token)
			return u.refused("token", "--refresh-token", token)
		},
	},
	{
		name: "unknown access token", want: invalidToken,
		but: map[string]refusal{"zitadel": noCode401, "go-oauth2": noCode401, "dex": accessDenied},
		make: func(t *testing.T, s stranger, at running) refusal {
			return s.client(t, at, clientID, s.secret).refused("userinfo", "--access-token", "unknown")
		},
	},
	{ // the last one, because it changes the clock of the server
		name: "expired code", want: invalidGrant, but: map[string]refusal{"go-oauth2": grant401, "fosite": badRequest},
		make: exchanged(func(_ *login, _ *user, at running) { at.expire() }),
	},
}

// said leaves out the texts of a refusal.
var said = cmpopts.IgnoreFields(refusal{}, "Message", "Hint")

// exchanged makes an exchange, before which something happens to the login.
func exchanged(happen func(*login, *user, running)) func(*testing.T, stranger, running) refusal {
	return func(t *testing.T, s stranger, at running) refusal {
		u := s.client(t, at, clientID, s.secret)
		l := u.begin(s.scope)
		happen(&l, u, at)
		return u.refused(l.exchange()...)
	}
}

// TestRefusals makes each mistake at each server, and expects ssoctl to say which it was.
func TestRefusals(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			at := s.start(t)
			for _, m := range mistakes {
				if m.name == "expired code" && at.expire == nil {
					continue
				}
				t.Run(m.name, func(t *testing.T) { m.run(t, s, at) })
			}
		})
	}
}

func (m mistake) run(t *testing.T, s stranger, at running) {
	want, other := m.but[s.name]
	if !other {
		want = m.want
	}
	got := m.make(t, s, at)
	if diff := cmp.Diff(want, got, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Hint == "" || !strings.Contains(got.Hint, m.hint) {
		t.Errorf("hint %q, want %q in it", got.Hint, m.hint)
	}
}
