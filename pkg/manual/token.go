package manual

import "ssoctl/pkg/lang"

func token() Command {
	return Command{
		Group: groupToken,
		Short: lang.Text{EN: "Get the application's token; refresh, revoke or introspect a token", ZH: "获取应用令牌；刷新、撤销或查询令牌"},
		Long: lang.Text{
			EN: `Get the application's own token, or refresh a user's token. If the vendor or its
document says how long the application's token lasts, it is cached and used again until a
twelfth of its lifetime is left: see ssoctl cache.

--revoke ends a token (RFC 7009), and --introspect asks the server about it (RFC 7662). Both
use the token that you give with --access-token or --refresh-token, otherwise the
application's token in the cache. Revoking a refresh token usually ends its access tokens,
too. An inactive token is a result, not an error: scripts can check --jq .active.`,
			ZH: `获取应用令牌，或刷新用户令牌。厂商的响应或文档给出有效期时，应用令牌会缓存并重复使用，直到剩余有效期不足十二分之一，参见 ssoctl cache。

--revoke 撤销令牌（RFC 7009），--introspect 向服务器查询令牌（RFC 7662）。对象是 --access-token 或 --refresh-token 给出的令牌；都不写时，是缓存里的应用令牌。撤销刷新令牌时，由它得到的访问令牌通常也会失效。查到令牌已失效是正常结果，不算错误；脚本可用 --jq .active 判断。`,
		},
		Examples: `
  ssoctl token -p crm
  ssoctl token -p crm --refresh-token - <refresh-token.txt
  ssoctl token -p crm --revoke --refresh-token - <refresh-token.txt
  ssoctl token -p crm --introspect --access-token - <token.txt`,
		Flags: map[string]lang.Text{
			"refresh-token": {EN: "`TOKEN` refresh token to exchange for new tokens; - reads it from standard input", ZH: "`TOKEN` 用来换取新令牌的 refresh_token；- 表示从标准输入读取"},
			"id-token":      {EN: "`TOKEN` id_token of the login, to check that the refreshed one is for the same user and client; - reads it from standard input", ZH: "`TOKEN` 登录时的 id_token：刷新得到的须属于同一用户和客户端；- 表示从标准输入读取"},
			"access-token":  {EN: "`TOKEN` access token to revoke or to ask about; - reads it from standard input", ZH: "`TOKEN` 要撤销或查询的 access_token；- 表示从标准输入读取"},
			"revoke":        {EN: "end a token", ZH: "撤销令牌"},
			"introspect":    {EN: "ask the server whether a token is valid, and for whom", ZH: "向服务器查询令牌是否有效、属于谁"},
			"no-cache":      {EN: "fetch a new token and do not cache it; drop the cached one", ZH: "重新获取令牌，不写入缓存，并清除已缓存的"},
			"min-ttl":       {EN: "`DURATION` fetch a new token unless the cached one is valid for this long; a bare number is seconds", ZH: "`DURATION` 缓存的令牌剩余有效期不足此值时重新获取；只写数字表示秒"},
		},
	}
}

func userinfo() Command {
	return Command{
		Group: groupToken,
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
			"redirect-uri": {EN: "`URL` redirect_uri of the authorize URL", ZH: "`URL` 授权地址里的 redirect_uri"},
		},
	}
}

func step() Command {
	return Command{
		Group: groupToken,
		Short: lang.Text{EN: "Run one step of a profile, such as a vendor-specific one", ZH: "执行接入配置里的某个步骤，例如厂商自己的步骤"},
		Long: lang.Text{
			EN: `Run one step of a profile by its name and print the values that it reads or yields.
Steps that supply its values run first. Responses that do not depend on a login, such as
an application's ticket, are cached like the token of ssoctl token.`,
			ZH: `按名称执行接入配置里的一个步骤，输出它读取或生成的值。它所需的步骤会先执行。与登录无关的步骤（例如应用的 ticket）像 ssoctl token 一样使用缓存。`,
		},
		Examples: `
  ssoctl step ticket -p mp
  ssoctl step js_config -p mp --set page_url=https://crm.example.com/ -o json
  ssoctl step me -p social --access-token - <token.txt`,
		Flags: map[string]lang.Text{
			"redirect-uri": {EN: "`URL` redirect_uri of the authorize URL", ZH: "`URL` 授权地址里的 redirect_uri"},
			"no-cache":     {EN: "send the request and do not cache the response; drop the cached one", ZH: "重新发送请求，响应不写入缓存，并清除已缓存的"},
		},
	}
}
