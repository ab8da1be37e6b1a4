package manual

import "ssoctl/pkg/lang"

func token() Command {
	return Command{
		Group: groupToken, takes: ofEverything,
		Short: lang.Text{EN: "Get the application's token, or refresh a user's token", ZH: "获取应用令牌，或刷新用户令牌"},
		Long: lang.Text{
			EN: `Get the application's own token, or refresh a user's token. The application's token
is cached and used again until a twelfth of its lifetime is left: see ssoctl cache.`,
			ZH: `获取应用令牌，或刷新用户令牌。应用令牌会缓存并重复使用，直到剩余有效期不足十二分之一，参见 ssoctl cache。`,
		},
		Examples: `
  ssoctl token -p crm
  ssoctl token -p crm --refresh-token - <refresh-token.txt`,
		Flags: map[string]lang.Text{
			"refresh-token": {EN: "`TOKEN` refresh token to exchange for new tokens; - reads it from standard input", ZH: "`TOKEN` 用来换取新令牌的 refresh_token；- 表示从标准输入读取"},
			"no-cache":      {EN: "fetch a new token and do not cache it; drop the cached one", ZH: "重新获取令牌，不写入缓存，并清除已缓存的"},
		},
	}
}

func userinfo() Command {
	return Command{
		Group: groupToken, takes: ofEverything,
		Short: lang.Text{EN: "Show who logged in, from a code or an access token", ZH: "用授权码或令牌查询登录的用户"},
		Long: lang.Text{
			EN: `Show who logged in, from a code or a user's access token. If the profile requires it,
ssoctl first exchanges the code or fetches the application's token.`,
			ZH: `用授权码或用户令牌查询登录的用户。接入配置需要时，会先用授权码换取令牌，或获取应用令牌。`,
		},
		Examples: `
  ssoctl userinfo -p crm --code C
  ssoctl userinfo -p crm --code C --details
  ssoctl userinfo -p desk --access-token - <token.txt`,
		Flags: map[string]lang.Text{
			"details":      {EN: "ask for more about the user, in a second request", ZH: "再发一个请求，查询用户的更多信息"},
			"redirect-uri": {EN: "`URL` redirect_uri of the authorize URL", ZH: "`URL` 授权地址里的 redirect_uri"},
		},
	}
}
