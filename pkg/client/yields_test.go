package client_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// wrapping returns a client of a vendor that takes the code as part of another value, which a
// step with yields makes. Both the exchange and userinfo take it.
func wrapping(t *testing.T, baseURL string) *client.Client {
	t.Helper()
	p := newClient(t, baseURL,
		`code = "{code}", redirect_uri`, `data = "{payload}", redirect_uri`, `{ code = "{code}" }`, `{ data = "{payload}" }`,
		"[refresh]", "[step.wrap]\nyields = { payload = \"{client_id}|{code}\" }\n[refresh]").Profile()
	d := client.Deps{HTTP: &http.Client{}, Now: time.Now, Rand: zeros{}, Timeout: 10 * time.Second}
	d.Retries.Most = client.MostRetries
	return client.New(p, d)
}

// TestYieldedCodeIsSentOnce: a code in a value that another step makes is a code, too. The
// exchange is refused, userinfo is not.
func TestYieldedCodeIsSentOnce(t *testing.T) {
	var requests atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.URL.Path == "/exchange" {
			says(503, "", "{}")(w, r)
			return
		}
		says(200, "", `{"code":0,"id":"7"}`)(w, r)
	})
	c := wrapping(t, server.URL)
	if diff := cmp.Diff([]profile.StepName{profile.StepExchange}, c.LoginSteps()); diff != "" {
		t.Errorf("the steps of a login (-want +got):\n%s", diff)
	}
	_, err := c.Exchange(t.Context(), given())
	var refusal *client.Refusal
	if !errors.As(err, &refusal) || errors.As(err, new(*client.UnfinishedError)) || !c.CodeSent() || requests.Load() != 1 {
		t.Errorf("%v after %d requests, code sent: %v; want a refusal after 1 request with the code", err, requests.Load(), c.CodeSent())
	}

	requests.Store(0)
	c = wrapping(t, server.URL)
	values := given()
	values[profile.AppToken] = secret.New("T")
	if _, err := c.Step(t.Context(), profile.StepUserInfo, values); err != nil {
		t.Fatal(err)
	}
	// The exchange would send the code again. Whether nothing to do is an error is not tested here.
	_, _ = c.Resume(t.Context(), c.LoginSteps(), values, c.Done())
	if requests.Load() != 1 {
		t.Errorf("%d requests; want 1, because userinfo has sent the code", requests.Load())
	}
}
