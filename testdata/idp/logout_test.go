package idp_test

import (
	"net/url"
	"strings"
	"testing"
)

// TestLogout ends the session of a login. Its access token ends, too.
func TestLogout(t *testing.T) {
	u := zitadel.client(t, zitadel.start(t), clientID, secret)
	token := u.succeeds(u.begin(zitadel.scope).exchange()...)
	begun := u.succeeds("logout", "--id-token", token.IDToken)
	ended, err := newBrowser().open(begun.URL)
	if err != nil || !strings.HasSuffix(ended, "/logged-out") {
		t.Errorf("the browser ended at %s: %v", ended, err)
	}
	u.introspects(token.AccessToken, "")
}

// TestLogoutAndReturn ends a session, and has the browser return with the state. The refresh
// tokens of dex outlive sessions unless it is configured otherwise.
func TestLogoutAndReturn(t *testing.T) {
	u := dexServer.client(t, dexServer.start(t), clientID, secret)
	b := newBrowser()
	token := u.succeeds(u.beginIn(b, dexServer.scope).exchange()...)
	begun := u.succeeds("logout", "--id-token", token.IDToken, "--redirect-uri", redirectURI)
	ended, err := b.open(begun.URL)
	if want := redirectURI + "?state=" + url.QueryEscape(begun.State); err != nil || ended != want {
		t.Errorf("the browser ended at %s: %v, want %s", ended, err, want)
	}
}
