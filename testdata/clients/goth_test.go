package clients_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/apple"
	"github.com/markbates/goth/providers/discord"
	"github.com/markbates/goth/providers/facebook"
	"github.com/markbates/goth/providers/gitea"
	"github.com/markbates/goth/providers/github"
	"github.com/markbates/goth/providers/lark"
	"github.com/markbates/goth/providers/slack"
	"github.com/markbates/goth/providers/wechat"
	"github.com/markbates/goth/providers/wecom"
)

// TestGoth logs in with the providers of goth.
func TestGoth(t *testing.T) {
	for name, l := range map[string]login{
		"github": {
			profile: "github",
			hosts:   []string{"github.com", "api.github.com"},
			client: goths(func(in inputs) goth.Provider {
				return github.New(in["client_id"], in["client_secret"], in["redirect_uri"], "user:email")
			}),
			want:         user{ID: "10086", Name: "王小明", Nickname: "emulated", Email: "emulated@example.com"},
			usedCode:     "bad_verification_code",
			wrongSecret:  "incorrect_client_credentials",
			invalidToken: "GitHub API responded with a 401",
		},
		"openidConnect": {
			profile:      "oidc",
			client:       goths(gothOIDC),
			want:         user{ID: "10086", Name: "王小明", Nickname: "小明", Email: "emulated@example.com"},
			usedCode:     "invalid_grant",
			wrongSecret:  "invalid_client",
			invalidToken: `Non-200 response from UserInfo: 401`,
		},
		"apple": {
			profile: "apple",
			hosts:   []string{"appleid.apple.com"},
			client: goths(func(in inputs) goth.Provider {
				return apple.New(in["client_id"], appleSecret(in), in["redirect_uri"], nil)
			}),
			want:         user{ID: "10086", Email: "emulated@example.com"},
			usedCode:     "invalid_grant",
			wrongSecret:  "invalid_client",
			invalidToken: unasked,
		},
		"gitea": {
			profile: "gitea",
			hosts:   []string{"gitea.com"},
			client: goths(func(in inputs) goth.Provider {
				return gitea.New(in["client_id"], in["client_secret"], in["redirect_uri"])
			}),
			want:         user{ID: "10086", Name: "王小明", Nickname: "emulated", Email: "emulated@example.com"},
			usedCode:     "invalid_grant",
			wrongSecret:  "unauthorized_client",
			invalidToken: "gitea responded with a 401",
		},
		"discord": {
			profile: "discord",
			hosts:   []string{"discord.com"},
			client: goths(func(in inputs) goth.Provider {
				return discord.New(in["client_id"], in["client_secret"], in["redirect_uri"])
			}),
			want:         user{ID: "10086", Name: "emulated", Email: "emulated@example.com"},
			usedCode:     "invalid_grant",
			wrongSecret:  "invalid_client",
			invalidToken: "discord responded with a 401",
		},
		"facebook": {
			profile: "facebook",
			hosts:   []string{"www.facebook.com", "graph.facebook.com"},
			client: goths(func(in inputs) goth.Provider {
				return facebook.New(in["client_id"], in["client_secret"], in["redirect_uri"])
			}),
			want:         user{ID: "10086", Name: "王小明", Nickname: "王小明", Email: "emulated@example.com"},
			usedCode:     `"code":100`,
			wrongSecret:  `"code":101`,
			invalidToken: "facebook responded with a 400",
		},
		"slack": {
			profile: "slack-classic",
			hosts:   []string{"slack.com"},
			client: goths(func(in inputs) goth.Provider {
				return slack.New(in["client_id"], in["client_secret"], in["redirect_uri"])
			}),
			want:         user{ID: "U10086", Name: "王小明", Nickname: "emulated", Email: "emulated@example.com"},
			usedCode:     "invalid_code",
			wrongSecret:  "bad_client_secret",
			invalidToken: silent,
		},
		"wechat": {
			profile: "wechat",
			hosts:   []string{"open.weixin.qq.com", "api.weixin.qq.com"},
			client: goths(func(in inputs) goth.Provider {
				return wechat.New(in["client_id"], in["client_secret"], in["redirect_uri"], wechat.WECHAT_LANG_CN)
			}),
			want:         user{ID: "o10086", Name: "小明", Nickname: "小明", Email: "o10086@wechat.com"},
			usedCode:     "CODE: 40163",
			wrongSecret:  "CODE: 40125",
			invalidToken: "CODE: 40014",
		},
		"lark": {
			profile: "feishu-v1",
			hosts:   []string{"open.feishu.cn"},
			client: goths(func(in inputs) goth.Provider {
				return lark.New(in["client_id"], in["client_secret"], in["redirect_uri"])
			}),
			want:         user{ID: "e10086", Name: "王小明", Nickname: "王小明", Email: "emulated@example.com"},
			usedCode:     "code:20007",
			wrongSecret:  "code:10014",
			invalidToken: "lark responded with a 400",
		},
		"wecom": {
			profile: "wecom",
			hosts:   []string{"open.work.weixin.qq.com", "qyapi.weixin.qq.com"},
			client: goths(func(in inputs) goth.Provider {
				return wecom.New(in["client_id"], in["client_secret"], in["agent_id"], in["redirect_uri"])
			}),
			want:         user{ID: "10086", Name: "王小明", Nickname: "小明"},
			usedCode:     "CODE: 40029",
			wrongSecret:  "CODE: 40001",
			invalidToken: "CODE: 40014",
		},
	} {
		t.Run(name, l.run)
	}
}

// goths makes the constructor of a client from that of a provider.
func goths(provider func(inputs) goth.Provider) func(inputs) client {
	return func(in inputs) client { return &gothClient{provider: provider(in)} }
}

// gothClient is one login with a provider of goth.
type gothClient struct {
	provider goth.Provider
	session  goth.Session
}

func (c *gothClient) authorizeURL(state string) (string, error) {
	session, err := c.provider.BeginAuth(state)
	if err != nil {
		return "", err
	}
	return session.GetAuthURL()
}

func (c *gothClient) exchange(code string) (err error) {
	if c.session, err = c.provider.UnmarshalSession("{}"); err != nil {
		return err
	}
	_, err = c.session.Authorize(c.provider, url.Values{"code": {code}})
	return err
}

func (c *gothClient) setToken(token string) {
	fields := map[string]any{}
	err := json.Unmarshal([]byte(c.session.Marshal()), &fields)
	fields["AccessToken"] = token
	changed, _ := json.Marshal(fields)
	if err == nil {
		c.session, err = c.provider.UnmarshalSession(string(changed))
	}
	if err != nil {
		panic(err)
	}
}

func (c *gothClient) user() (user, error) {
	u, err := c.provider.FetchUser(c.session)
	return user{ID: u.UserID, Name: u.Name, Nickname: u.NickName, Email: u.Email}, err
}

// appleSecret returns the client's secret, a JWT for the next five minutes.
func appleSecret(in inputs) string {
	if in["client_secret"] != "" {
		return in["client_secret"] // a wrong one
	}
	now := int(time.Now().Unix())
	secret, err := apple.MakeSecret(apple.SecretParams{
		PKCS8PrivateKey: in["private_key"], TeamId: in["team_id"], KeyId: in["key_id"], ClientId: in["client_id"],
		Iat: now, Exp: now + 300,
	})
	if err != nil {
		panic(err)
	}
	return *secret
}
