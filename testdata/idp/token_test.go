package idp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRevoke revokes an access token, which the server and userinfo then know, and a refresh
// token.
func TestRevoke(t *testing.T) {
	for _, s := range []stranger{zitadel, fositeServer} {
		t.Run(s.name, func(t *testing.T) {
			u := s.client(t, s.start(t), clientID, s.secret)
			token := u.succeeds(u.begin(s.scope).exchange()...)
			u.introspects(token.AccessToken, s.subject)
			u.succeeds("token", "--revoke", "--access-token", token.AccessToken)
			u.introspects(token.AccessToken, "")
			want := invalidToken
			if s.name == zitadel.name {
				want = refusal{Exit: 4, Kind: "no_permission", Status: 403} // README.md
			}
			if diff := cmp.Diff(want, u.refused("userinfo", "--access-token", token.AccessToken), said); diff != "" {
				t.Errorf("userinfo (-want +got):\n%s", diff)
			}
			u.succeeds("token", "--revoke", "--refresh-token", token.RefreshToken)
			if diff := cmp.Diff(invalidGrant, u.refused("token", "--refresh-token", token.RefreshToken), said); diff != "" {
				t.Errorf("refresh (-want +got):\n%s", diff)
			}
			u.succeeds("token", "--revoke", "--access-token", "unknown") // RFC 7009 §2.2
		})
	}
}

// TestIntrospect asks a server that cannot revoke about tokens.
func TestIntrospect(t *testing.T) {
	u := dexServer.client(t, dexServer.start(t), clientID, secret)
	token := u.succeeds(u.begin(dexServer.scope).exchange()...)
	u.introspects(token.AccessToken, dexServer.subject)
	u.introspects("unknown", "")
	if got := u.run("token", "--revoke", "--access-token", token.AccessToken); got.exit != 5 {
		t.Errorf("revoke: exit code %d, want 5:\n%s", got.exit, got.stderr)
	}
}

// introspects asks the server about an access token, and expects it to be that of a person; ""
// means that it is not active.
func (u *user) introspects(token, subject string) {
	u.t.Helper()
	var got struct {
		Active bool
		Sub    string
	}
	u.reads(&got, "token", "--introspect", "--access-token", token)
	if got.Active != (subject != "") || got.Sub != subject {
		u.t.Errorf("introspect: %+v, want %q", got, subject)
	}
}
