package clients_test

import (
	"testing"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/miniprogram"
	miniconfig "github.com/silenceper/wechat/v2/miniprogram/config"
	"github.com/silenceper/wechat/v2/officialaccount"
	accountconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	accountoauth "github.com/silenceper/wechat/v2/officialaccount/oauth"
	"github.com/silenceper/wechat/v2/work"
	workconfig "github.com/silenceper/wechat/v2/work/config"
	workoauth "github.com/silenceper/wechat/v2/work/oauth"
)

// TestSilenceper logs in with github.com/silenceper/wechat.
func TestSilenceper(t *testing.T) {
	for name, l := range map[string]login{
		"official account": {
			profile: "wechat-mp",
			hosts:   []string{"open.weixin.qq.com", "api.weixin.qq.com"},
			client: func(in inputs) client {
				c := newAccount(in)
				c.authorize = func(state string) (string, error) {
					return c.oauth.GetRedirectURL(in["redirect_uri"], "snsapi_userinfo", state)
				}
				return c
			},
			want:         user{ID: "o10086", Nickname: "小明"},
			usedCode:     "errcode=40163",
			wrongSecret:  "errcode=40125",
			invalidToken: "errcode=40014",
		},
		"website app": {
			profile: "wechat",
			hosts:   []string{"open.weixin.qq.com", "api.weixin.qq.com"},
			client: func(in inputs) client {
				c := newAccount(in)
				c.authorize = func(state string) (string, error) {
					return c.oauth.GetWebAppRedirectURL(in["redirect_uri"], "snsapi_login", state)
				}
				return c
			},
			want:         user{ID: "o10086", Nickname: "小明"},
			usedCode:     "errcode=40163",
			wrongSecret:  "errcode=40125",
			invalidToken: "errcode=40014",
		},
		"work, inside the app": {
			profile: "wecom",
			hosts:   []string{"open.weixin.qq.com", "qyapi.weixin.qq.com"},
			client: func(in inputs) client {
				return newWork(in, func(o *workoauth.Oauth) string {
					return o.GetTargetPrivateURL(in["redirect_uri"], in["agent_id"])
				})
			},
			want:         user{ID: "10086", Email: "emulated@example.com"},
			usedCode:     "errcode=40029",
			wrongSecret:  "errcode=40001",
			invalidToken: "errcode=40014",
		},
		"work, on the web": {
			profile: "wecom",
			hosts:   []string{"open.work.weixin.qq.com", "qyapi.weixin.qq.com"},
			client: func(in inputs) client {
				return newWork(in, func(o *workoauth.Oauth) string {
					return o.GetQrContentTargetURL(in["redirect_uri"])
				})
			},
			want:         user{ID: "10086", Email: "emulated@example.com"},
			usedCode:     "errcode=40029",
			wrongSecret:  "errcode=40001",
			invalidToken: "errcode=40014",
		},
	} {
		t.Run(name, l.run)
	}
}

// account is a login at an official account or a website app.
type account struct {
	oauth     *accountoauth.Oauth
	authorize func(state string) (string, error)
	token     accountoauth.ResAccessToken
}

func newAccount(in inputs) *account {
	of := officialaccount.NewOfficialAccount(&accountconfig.Config{
		AppID: in["client_id"], AppSecret: in["client_secret"], Cache: cache.NewMemory(),
	})
	return &account{oauth: of.GetOauth()}
}

func (c *account) authorizeURL(state string) (string, error) { return c.authorize(state) }

func (c *account) exchange(code string) (err error) {
	c.token, err = c.oauth.GetUserAccessToken(code)
	return err
}

func (c *account) setToken(token string) { c.token.AccessToken = token }

func (c *account) user() (user, error) {
	u, err := c.oauth.GetUserInfo(c.token.AccessToken, c.token.OpenID, "")
	return user{ID: u.OpenID, Nickname: u.Nickname}, err
}

// workLogin is a login at an organisation's app. The library chooses the state.
type workLogin struct {
	oauth   *workoauth.Oauth
	address func(*workoauth.Oauth) string
	ticket  string
}

func newWork(in inputs, address func(*workoauth.Oauth) string) *workLogin {
	of := work.NewWork(&workconfig.Config{
		CorpID: in["client_id"], CorpSecret: in["client_secret"], AgentID: in["agent_id"], Cache: cache.NewMemory(),
	})
	return &workLogin{oauth: of.GetOauth(), address: address}
}

func (c *workLogin) authorizeURL(string) (string, error) { return c.address(c.oauth), nil }

func (c *workLogin) exchange(code string) error {
	u, err := c.oauth.GetUserInfo(code)
	if err == nil {
		c.ticket = u.UserTicket
	}
	return err
}

func (c *workLogin) setToken(token string) { c.oauth.AccessTokenHandle = fixedToken(token) }

func (c *workLogin) user() (user, error) {
	u, err := c.oauth.GetUserDetail(&workoauth.GetUserDetailRequest{UserTicket: c.ticket})
	if err != nil {
		return user{}, err
	}
	return user{ID: u.UserID, Email: u.Email}, nil
}

// fixedToken is an application token that was not fetched.
type fixedToken string

func (t fixedToken) GetAccessToken() (string, error) { return string(t), nil }

// TestMiniProgram exchanges the code of a mini program, which has no authorize URL and no token
// of the user.
func TestMiniProgram(t *testing.T) {
	e := emulate(t, "wechat-mini")
	e.lead(t, "api.weixin.qq.com")
	trade := func(secret, code string) (string, error) {
		of := miniprogram.NewMiniProgram(&miniconfig.Config{
			AppID: e.inputs["client_id"], AppSecret: secret, Cache: cache.NewMemory(),
		})
		session, err := of.GetAuth().Code2Session(code)
		return session.OpenID, err
	}
	secret, code := e.inputs["client_secret"], e.code(t, largeID)
	if id, err := trade(secret, code); id != "o"+largeID || err != nil {
		t.Errorf("openid %q, error %v", id, err)
	}
	_, err := trade(secret, code)
	refused(t, err, "errcode=40163")
	_, err = trade("wrong", e.code(t, firstID))
	refused(t, err, "errcode=40125")
}
