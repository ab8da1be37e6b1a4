package client_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
)

// TestProbe checks that an empty request takes only the method, the URL and the type of the
// body from the profile and its inputs.
func TestProbe(t *testing.T) {
	type asked struct {
		Call, Type, Body string
		Extra            []string // headers that not every client sends
	}
	var got asked
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = asked{Call: r.Method + " " + r.URL.String(), Type: r.Header.Get("Content-Type"), Body: string(body)}
		for name := range r.Header {
			if !slices.Contains([]string{"Accept", "Accept-Encoding", "Content-Length", "Content-Type", "User-Agent"}, name) {
				got.Extra = append(got.Extra, name)
			}
		}
		w.Header()["Date"] = []string{now.Add(-90 * time.Second).UTC().Format(http.TimeFormat)}
		io.WriteString(w, `{"code":41,"message":"no"}`)
	})
	c := newClient(t, server.URL)
	p := c.Profile()
	for step, want := range map[profile.StepName]asked{
		"token":    {Call: "POST /token", Type: "application/json", Body: "{}"},
		"exchange": {Call: "POST /exchange", Type: "application/x-www-form-urlencoded"},
		"userinfo": {Call: "GET /user"},
	} {
		probed, err := c.Probe(t.Context(), p.Step(step))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
		var refusal *client.Refusal
		if !errors.As(err, &refusal) || refusal.Code != "41" || probed.Status != 200 || probed.Skew.Seconds() != 90 || !strings.HasSuffix(server.URL, probed.Peer) {
			t.Errorf("%s: %+v, %v", step, probed, err)
		}
	}
	probed, err := c.Probe(t.Context(), p.Authorize)
	if diff := cmp.Diff(asked{Call: "HEAD /"}, got); diff != "" || err != nil || probed.Status != 200 {
		t.Errorf("authorize: %+v, %v\n%s", probed, err, diff)
	}
	if c.CodeSent() {
		t.Error("a probe counts as sending a code")
	}
}

// TestNoProbe covers URLs that contain values an empty request lacks.
func TestNoProbe(t *testing.T) {
	for name, change := range map[string][]string{
		"a secret": {`"{base_url}/token"`, `"{base_url}/{client_secret}"`},
		"a code":   {`"{base_url}/token"`, `"{base_url}/{code}"`},
	} {
		c := newClient(t, "http://127.0.0.1:1", change...)
		if _, err := c.Probe(t.Context(), c.Profile().Token); !errors.Is(err, client.ErrNoProbe) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
