package manual

import "ssoctl/pkg/lang"

func login() Command {
	return Command{
		Group: groupLogin,
		Short: lang.Text{EN: "Log in with a browser and show who logged in", ZH: "在浏览器里登录，并显示登录的用户"},
		Long: lang.Text{
			EN: `Log in with a browser: open the authorize URL, catch the code on this machine,
exchange it, and show who logged in.

If the browser is on another machine, paste the address it ends at. You can do so while
ssoctl waits, or with --paste, which does not listen at all. The state in the address is
checked. --paste also takes a code alone, but then there is no state to check.

If a step fails after the code is spent, ssoctl keeps the vendor's responses so far for
ten minutes. --resume then runs only the remaining steps. More: docs/login.md

--device needs no browser here (RFC 8628): ssoctl shows a code and an address. Open the
address on any device, enter the code and log in; ssoctl polls the provider until then.`,
			ZH: `在浏览器里登录：打开授权地址，在本机接收授权码，换取令牌，再显示登录的用户。

浏览器在另一台机器上时，把它最后停留的地址粘贴过来即可：等待期间随时可以粘贴，也可以用 --paste，此时不监听端口。地址里的 state 会被校验。--paste 也接受单独的授权码，但没有 state 可校验。

授权码用掉之后若某一步失败，已拿到的响应会保留十分钟；--resume 只执行剩下的步骤。详见 docs/login.md

--device 不需要本机的浏览器（RFC 8628）：在任意设备上打开提供方的页面，输入显示的代码即可；ssoctl 会不断轮询，直到登录完成。`,
		},
		Examples: `
  ssoctl login -p crm
  ssoctl login -p crm --paste
  ssoctl login -p crm --resume
  ssoctl login -p crm --no-browser --listen 127.0.0.1:8976
  ssoctl login --issuer https://sso.example.com --client-id crm
  ssoctl login -p crm --device`,
		Flags: map[string]lang.Text{
			"wait":       {EN: "`DURATION` how long to wait for the redirect, or with --device for the person", ZH: "`DURATION` 等待回调的时间；加 --device 时为等待用户完成登录的时间"},
			"device":     {EN: "log in on another device, with a code that you enter there", ZH: "在另一台设备上登录：在那里输入显示的代码"},
			"no-browser": {EN: "print the authorize URL instead of opening it", ZH: "打印授权地址，不打开浏览器"},
			"qr":         {EN: "also draw the authorize URL as a QR code", ZH: "同时把授权地址画成二维码"},
			"paste": {
				EN: "do not listen: read the address the browser ends at, or the code, from the terminal or standard input",
				ZH: "不监听端口：从终端或标准输入读取浏览器最后停留的地址，或授权码",
			},
			"resume": {
				EN: "finish the login that failed after its code was spent: run only the remaining steps",
				ZH: "继续授权码用掉之后失败的那次登录：只执行剩下的步骤",
			},
		},
	}
}

func qrlogin() Command {
	return Command{
		Group: groupLogin,
		Short: lang.Text{EN: "Log in by scanning a QR code in the terminal", ZH: "在终端里扫码登录"},
		Long: lang.Text{
			EN: `Log in by scanning a QR code, then exchange the code and show who logged in. Press r
for a new QR code.

--via chooses the QR code. link draws the authorize URL in the terminal. page shows the
vendor's own script on a page in the browser, and reports when the code is scanned,
cancelled or expired. mirror draws in the terminal the QR code of the vendor's login page,
which a Chromium or Chrome on this machine keeps open in the background. More:
docs/qrlogin.md`,
			ZH: `扫码登录，然后换取令牌并显示登录的用户。按 r 换一个二维码。

--via 决定显示哪种二维码：link 在终端里画出授权地址；page 在浏览器里打开一个页面，由厂商脚本显示二维码，并报告已扫码、已取消或已过期；mirror 在终端里画出厂商登录页上的二维码，该页面由本机的 Chromium 或 Chrome 在后台打开。详见 docs/qrlogin.md`,
		},
		Examples: `
  ssoctl qrlogin -p desk
  ssoctl qrlogin -p desk --refresh --wait 1h
  ssoctl qrlogin -p desk --via page
  ssoctl qrlogin -p desk --via mirror
  ssoctl qrlogin -p desk --listen 0.0.0.0:8976 \
    --redirect-uri 'http://192.0.2.7:8976/{state}'`,
		Flags: map[string]lang.Text{
			"via":        {EN: "`WAY` how to show the QR code: link, page or mirror", ZH: "`WAY` 显示二维码的方式：link、page 或 mirror"},
			"code-only":  {EN: "print the code and do not exchange it", ZH: "只打印授权码，不去换取令牌"},
			"no-browser": {EN: "with --via page: print the page's address instead of opening it", ZH: "配合 --via page：打印页面地址，不打开浏览器"},
			"refresh":    {EN: "renew an expired QR code automatically until --wait is over", ZH: "二维码过期后自动更换，直到 --wait 用完"},
			"chrome":     {EN: "`PATH` Chromium or Chrome to use for --via mirror, if not the one on PATH", ZH: "`PATH` --via mirror 使用的 Chromium 或 Chrome；默认自动查找"},
			"screenshot": {
				EN: "`FILE` with --via mirror: new file for a picture (PNG) of a page without a QR code",
				ZH: "`FILE` 配合 --via mirror：页面上没有二维码时，把截图（PNG）存为这个新文件",
			},
		},
	}
}

func authorizeURL() Command {
	return Command{
		Group: groupLogin,
		Short: lang.Text{EN: "Build the authorize URL, where a user logs in", ZH: "生成授权地址，供用户登录"},
		Long: lang.Text{
			EN: `Build the authorize URL, where a user logs in. ssoctl remembers its state and PKCE
verifier, for ten minutes unless the profile says otherwise. To finish the login, give the
whole address the browser returns to: ssoctl exchange --callback URL`,
			ZH: `生成授权地址，供用户登录。ssoctl 会记住其中的 state 和 PKCE verifier，默认十分钟，以接入配置为准。要完成登录，请给出浏览器返回的完整地址：ssoctl exchange --callback URL`,
		},
		Examples: `
  ssoctl authorize-url -p crm --redirect-uri https://crm.example.com/callback`,
		Flags: map[string]lang.Text{
			"state":        {EN: "`STATE` state to use instead of a random one", ZH: "`STATE` 指定 state，不随机生成"},
			"redirect-uri": {EN: "`URL` address that the browser returns to", ZH: "`URL` 浏览器返回的地址"},
			"open":         {EN: "open the authorize URL in a browser", ZH: "在浏览器里打开授权地址"},
			"qr":           {EN: "also draw the authorize URL as a QR code, on stderr", ZH: "同时在 stderr 把授权地址画成二维码"},
		},
	}
}

func exchange() Command {
	return Command{
		Group: groupLogin,
		Short: lang.Text{EN: "Exchange a code for the user's token", ZH: "用授权码换取用户的令牌"},
		Long: lang.Text{
			EN: `Exchange a code for the user's token, or for the user's identity where the vendor
returns that instead. A code is sent only once: after a failure, log in for a new one.

With --listen, ssoctl prints the authorize URL and waits for the browser to come back. If
the browser is on another machine, paste the address it ends at.`,
			ZH: `用授权码换取用户的令牌；有的厂商直接返回用户身份。授权码只发送一次：失败后请重新登录，换一个新的。

用 --listen 时，ssoctl 打印授权地址，并等待浏览器返回；浏览器在另一台机器上时，把它最后停留的地址粘贴过来即可。`,
		},
		Examples: `
  ssoctl exchange -p crm --code C
  ssoctl exchange -p crm \
    --callback 'https://crm.example.com/callback?code=C&state=S'
  ssoctl exchange -p crm --listen 127.0.0.1:8976`,
		Flags: map[string]lang.Text{
			"callback":      {EN: "`URL` whole address the browser returned to; - reads it from standard input", ZH: "`URL` 浏览器返回的完整地址；- 表示从标准输入读取"},
			"code-verifier": {EN: "`VERIFIER` PKCE verifier of the authorize URL", ZH: "`VERIFIER` 授权地址对应的 PKCE verifier"},
			"state":         {EN: "`STATE` state of the authorize URL; finds the login that authorize-url remembered", ZH: "`STATE` 授权地址里的 state，据此找到 authorize-url 记住的登录"},
			"redirect-uri":  {EN: "`URL` redirect_uri of the authorize URL", ZH: "`URL` 授权地址里的 redirect_uri"},
		},
	}
}

func logout() Command {
	return Command{
		Group: groupLogin,
		Short: lang.Text{EN: "Build the address where a user logs out at the provider", ZH: "生成在提供方退出登录的地址"},
		Long: lang.Text{
			EN: `Build the address where a user logs out at an OpenID provider (RP-Initiated Logout), to
open in a browser. --id-token says whose session ends; without it, many providers ask the
user. With --listen, ssoctl shows the address on stderr and waits until the browser returns
with the right state. Register the return address, post_logout_redirect_uri, at the
provider. If none is set, ssoctl listens at the path /logged-out.`,
			ZH: `生成在 OpenID 提供方退出登录的地址（RP-Initiated Logout），由浏览器打开。--id-token 说明结束谁的会话；不给出时，不少提供方会询问用户。
加 --listen 时，地址显示在 stderr，并等待浏览器带着正确的 state 返回。返回地址 post_logout_redirect_uri 须先在提供方登记；没有设置时，在路径 /logged-out 上等待。`,
		},
		Examples: `
  ssoctl logout -p crm --listen 127.0.0.1:8400 --open --id-token - <id-token.txt
  ssoctl logout -p crm --id-token - <id-token.txt
  ssoctl logout -p crm --redirect-uri https://crm.example.com/bye --open`,
		Flags: map[string]lang.Text{
			"id-token":     {EN: "`TOKEN` id_token of the session to end; - reads it from standard input", ZH: "`TOKEN` 要结束的会话的 id_token；- 表示从标准输入读取"},
			"redirect-uri": {EN: "`URL` address that the browser returns to; default post_logout_redirect_uri", ZH: "`URL` 浏览器返回的地址；默认为 post_logout_redirect_uri"},
			"state":        {EN: "`STATE` state to use instead of a random one", ZH: "`STATE` 指定 state，不随机生成"},
			"open":         {EN: "open the address in a browser", ZH: "在浏览器里打开该地址"},
			"listen": {
				EN: "`HOST:PORT` wait for the browser to return, at this address; separate several with commas; port 0 is any free port",
				ZH: "`HOST:PORT` 在此地址等待浏览器返回；多个用逗号分隔；端口 0 表示任意空闲端口",
			},
			"wait": {EN: "`DURATION` how long to wait for the browser to return", ZH: "`DURATION` 等待浏览器返回的时间"},
		},
	}
}
