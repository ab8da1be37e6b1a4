package clients_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/endpoints"
)

// TestOAuth2 logs in with golang.org/x/oauth2 and its endpoints. The library returns
// the token, and each test reads the user with it.
func TestOAuth2(t *testing.T) {
	for name, l := range map[string]login{
		"github": {
			profile: "github",
			hosts:   []string{"github.com", "api.github.com"},
			client: oauth2s(endpoints.GitHub, "https://api.github.com/user", func(u answer) user {
				return user{ID: u.text("id"), Name: u.text("name"), Nickname: u.text("login"), Email: u.text("email")}
			}),
			want:         user{ID: "10086", Name: "王小明", Nickname: "emulated", Email: "emulated@example.com"},
			usedCode:     "bad_verification_code",
			wrongSecret:  "incorrect_client_credentials",
			invalidToken: "401 Unauthorized",
		},
		"discord": {
			profile: "discord",
			hosts:   []string{"discord.com"},
			client: oauth2s(endpoints.Discord, "https://discord.com/api/v10/users/@me", func(u answer) user {
				return user{ID: u.text("id"), Nickname: u.text("global_name"), Name: u.text("username"), Email: u.text("email")}
			}, oauth2.SetAuthURLParam("scope", "identify email")),
			want:         user{ID: "10086", Name: "emulated", Nickname: "小明", Email: "emulated@example.com"},
			usedCode:     "invalid_grant",
			wrongSecret:  "invalid_client",
			invalidToken: "401 Unauthorized",
		},
		"facebook": {
			profile: "facebook",
			hosts:   []string{"www.facebook.com", "graph.facebook.com"},
			client: oauth2s(endpoints.Facebook, "https://graph.facebook.com/v22.0/me?fields=id,name,email", func(u answer) user {
				return user{ID: u.text("id"), Name: u.text("name"), Email: u.text("email")}
			}),
			want:         user{ID: "10086", Name: "王小明", Email: "emulated@example.com"},
			usedCode:     `"code":100`,
			wrongSecret:  `"code":101`,
			invalidToken: "400 Bad Request",
		},
		"x": {
			profile: "x",
			hosts:   []string{"x.com", "api.x.com"},
			client: oauth2s(endpoints.X, "https://api.x.com/2/users/me", func(u answer) user {
				data, _ := u["data"].(map[string]any)
				return user{ID: answer(data).text("id"), Name: answer(data).text("name"), Nickname: answer(data).text("username")}
			}, oauth2.SetAuthURLParam("scope", "users.read tweet.read")),
			want:         user{ID: "10086", Name: "王小明", Nickname: "emulated"},
			usedCode:     "invalid_request",
			wrongSecret:  "unauthorized_client",
			invalidToken: "401 Unauthorized",
		},
		"feishu": {
			profile: "feishu",
			hosts:   []string{"accounts.feishu.cn", "open.feishu.cn"},
			client: oauth2s(oauth2.Endpoint{
				AuthURL:  "https://accounts.feishu.cn/open-apis/authen/v1/authorize",
				TokenURL: "https://open.feishu.cn/open-apis/authen/v2/oauth/token",
			}, "https://open.feishu.cn/open-apis/authen/v1/user_info", func(u answer) user {
				data, _ := u["data"].(map[string]any)
				return user{ID: answer(data).text("union_id"), Name: answer(data).text("name"), Email: answer(data).text("email")}
			}),
			want:         user{ID: "on_10086", Name: "王小明", Email: "emulated@example.com"},
			usedCode:     "used code",
			wrongSecret:  "invalid client",
			invalidToken: "400 Bad Request",
		},
	} {
		t.Run(name, l.run)
	}
}

// TestOAuth2WithoutToken logs in at a platform whose response has the user's token in an inner
// object. The library does not find it there, and sends the code a second time.
func TestOAuth2WithoutToken(t *testing.T) {
	e := emulate(t, "slack")
	e.lead(t, "slack.com")
	c := oauth2s(endpoints.Slack, "", nil, oauth2.SetAuthURLParam("user_scope", "identity.basic"))(e.inputs)
	address, err := c.authorizeURL("emulated-state")
	if err != nil {
		t.Fatal(err)
	}
	refused(t, c.exchange(e.approve(t, address)), "invalid_code")
}

// oauth2s makes the constructor of a client from an endpoint, the address of the user's data,
// and the function that reads them.
func oauth2s(endpoint oauth2.Endpoint, address string, read func(answer) user, options ...oauth2.AuthCodeOption) func(inputs) client {
	return func(in inputs) client {
		return &oauth2Client{
			config: oauth2.Config{
				ClientID: in["client_id"], ClientSecret: in["client_secret"], RedirectURL: in["redirect_uri"],
				Endpoint: endpoint,
			},
			options: options, address: address, read: read,
		}
	}
}

// oauth2Client is one login with golang.org/x/oauth2.
type oauth2Client struct {
	config  oauth2.Config
	options []oauth2.AuthCodeOption // of the authorize URL
	token   *oauth2.Token
	address string // of the user
	read    func(answer) user
}

func (c *oauth2Client) authorizeURL(state string) (string, error) {
	return c.config.AuthCodeURL(state, c.options...), nil
}

func (c *oauth2Client) exchange(code string) (err error) {
	c.token, err = c.config.Exchange(context.Background(), code)
	return err
}

func (c *oauth2Client) setToken(token string) { c.token.AccessToken = token }

func (c *oauth2Client) user() (user, error) {
	response, err := c.config.Client(context.Background(), c.token).Get(c.address)
	if err != nil {
		return user{}, err
	}
	defer response.Body.Close()
	u := answer{}
	decoder := json.NewDecoder(response.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&u); err != nil || response.StatusCode != http.StatusOK || u["error"] != nil {
		return user{}, fmt.Errorf("%s: %v %v", response.Status, u["error"], err)
	}
	return c.read(u), nil
}

// answer is a JSON object of a platform.
type answer map[string]any

func (a answer) text(name string) string {
	if a[name] == nil {
		return ""
	}
	return fmt.Sprint(a[name])
}
