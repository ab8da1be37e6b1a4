package clients_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/slack-go/slack"
)

// TestSlack logs in with github.com/slack-go/slack, which leaves the authorize URL to the
// application.
func TestSlack(t *testing.T) {
	login{
		profile:      "slack",
		hosts:        []string{"slack.com"},
		client:       func(in inputs) client { return &slackClient{in: in} },
		want:         user{ID: "U10086", Name: "王小明", Email: "emulated@example.com"},
		usedCode:     "invalid_code",
		wrongSecret:  "bad_client_secret",
		invalidToken: "invalid_auth",
	}.run(t)
}

// slackClient is one login.
type slackClient struct {
	in    inputs
	token string
}

func (c *slackClient) authorizeURL(state string) (string, error) {
	return "https://slack.com/oauth/v2/authorize?" + url.Values{
		"client_id": {c.in["client_id"]}, "user_scope": {"identity.basic,identity.email"},
		"redirect_uri": {c.in["redirect_uri"]}, "state": {state},
	}.Encode(), nil
}

func (c *slackClient) exchange(code string) error {
	r, err := slack.GetOAuthV2Response(http.DefaultClient, c.in["client_id"], c.in["client_secret"], code, c.in["redirect_uri"])
	if err == nil {
		c.token = r.AuthedUser.AccessToken
	}
	return err
}

func (c *slackClient) setToken(token string) { c.token = token }

func (c *slackClient) user() (user, error) {
	u, err := slack.New(c.token, slack.OptionHTTPClient(http.DefaultClient)).GetUserIdentity()
	if err != nil {
		return user{}, err
	}
	return user{ID: u.User.ID, Name: u.User.Name, Email: u.User.Email}, nil
}
