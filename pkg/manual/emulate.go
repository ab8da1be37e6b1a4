package manual

import "ssoctl/pkg/lang"

func emulate() Command {
	return Command{
		Group: groupEmulate,
		Short: lang.Text{EN: "Emulate vendors on this machine, to test without an account", ZH: "在本机模拟厂商，不用账号即可测试"},
		Long: lang.Text{
			EN: `Emulate vendors on this machine, from the same profiles that the client reads: the
named ones, or all built-in ones, each under /<profile>. Logins are approved at once. To
get a code without a browser:

  curl -d '{"profile":"oauth2"}' http://HOST:PORT/_/codes

stderr, and /_/ in a browser, show every exchange and what was wrong with it. Ctrl-C stops
the emulator, with exit code 0. More: docs/emulator.md

With a COMMAND after --, the emulator runs as long as COMMAND, and the exit code is
COMMAND's. COMMAND finds each input in an environment variable: SSOCTL_CLIENT_ID, as for
ssoctl itself, or SSOCTL_<PROFILE>_CLIENT_ID if there are several profiles. --env gives the
names that your program reads. The emulator prints nothing unless COMMAND fails; then it
prints the requests that it refused, and why. -v shows every request. At the end, ssoctl
also ends the processes that COMMAND left running. More: docs/ci.md`,
			ZH: `在本机模拟厂商，使用与客户端相同的接入配置：可以给出名字，默认为全部内置的；各厂商的地址在 /<名字> 之下。登录会立即通过。不用浏览器也能取得授权码：

  curl -d '{"profile":"oauth2"}' http://HOST:PORT/_/codes

每个请求及其问题都显示在 stderr，也可在浏览器里打开 /_/ 查看。按 Ctrl-C 停止，退出码为 0。详见 docs/emulator.md

在 -- 之后写上命令，模拟器就与命令同时运行、同时结束，退出码也是命令的。命令从环境变量读取各输入项：与 ssoctl 相同，如 SSOCTL_CLIENT_ID；有多个接入配置时为 SSOCTL_<接入配置>_CLIENT_ID。程序所读的变量名不同时用 --env 指定。命令成功时模拟器不打印任何内容；命令失败时，打印被拒绝的请求及原因。加 -v 显示每个请求。命令启动的进程都会一并结束。详见 docs/ci.md`,
		},
		Examples: `
  ssoctl emulate
  ssoctl emulate oauth2 -o env >emulator.env &  # then: set -a; . ./emulator.env
  ssoctl emulate --fault exchange:expired_code:times=1
  ssoctl emulate oidc --fault exchange:id_token.aud  # a forged id_token
  ssoctl emulate --user subject=1001,name=Ada --user subject=1002,name=Grace \
    --approve ask
  ssoctl emulate --listen 0.0.0.0:8080 --public-url http://emulator:8080 \
    --browser-url http://localhost:8080
  ssoctl emulate --tls --tls-ca ca.pem
  ssoctl emulate --record exchanges -p crm      # forwards to the real vendor
  ssoctl emulate oauth2 -- go test ./...
  ssoctl emulate oidc --env OIDC_ISSUER=issuer --assert exchange -- npm test`,
		Flags: map[string]lang.Text{
			"listen":      {EN: "`HOST:PORT` address to listen on; separate several to try with commas; port 0 is any free port", ZH: "`HOST:PORT` 监听地址；多个用逗号分隔，依次尝试；端口 0 表示任意空闲端口"},
			"public-url":  {EN: "`URL` address that clients use to reach the emulator, such as http://emulator:8080", ZH: "`URL` 客户端访问模拟器的地址，例如 http://emulator:8080"},
			"browser-url": {EN: "`URL` address that browsers and phones use, if it is not --public-url", ZH: "`URL` 浏览器和手机访问的地址，与 --public-url 不同时给出"},
			"tls":         {EN: "serve https with a new certificate; needs --tls-ca or a COMMAND, which finds the CA in SSL_CERT_FILE", ZH: "用新生成的证书提供 https；需要 --tls-ca，或者命令（CA 在 SSL_CERT_FILE 里）"},
			"tls-ca":      {EN: "`FILE` where to write the CA of --tls, for clients to trust", ZH: "`FILE` 把 --tls 的 CA 证书写到这里，供客户端信任"},
			"tls-cert":    {EN: "`FILE` your own certificate (PEM)", ZH: "`FILE` 自己的证书，PEM"},
			"tls-key":     {EN: "`FILE` key of --tls-cert", ZH: "`FILE` --tls-cert 的私钥"},
			"ready-file":  {EN: "`FILE` file that holds the output of -o json while the emulator runs", ZH: "`FILE` 运行期间把 -o json 的输出写在这个文件里"},
			"fault": {
				EN: "`FAULT` fail on demand: [PROFILE/]STEP:KIND[:times=N]…, such as exchange:expired_code:times=1. Repeatable",
				ZH: "`FAULT` 按需制造的故障，写作 [PROFILE/]STEP:KIND[:times=N]…，例如 exchange:expired_code:times=1。可重复",
			},
			"env": {
				EN: "`NAME=WHAT` an environment variable of COMMAND: an input, STEP_url, address, admin_url or ca_file; PROFILE.INPUT if there are several profiles. Repeatable",
				ZH: "`NAME=WHAT` 命令的一个环境变量，WHAT 可以是输入项、STEP_url、address、admin_url 或 ca_file；有多个接入配置时写 PROFILE.INPUT。可重复",
			},
			"assert": {
				EN: "`STEP` require accepted requests: [PROFILE/]STEP for at least one, STEP:COUNT for exactly COUNT; otherwise the exit code is 10. Repeatable",
				ZH: "`STEP` 要求有被接受的请求：[PROFILE/]STEP 表示至少一次，STEP:COUNT 表示恰好 COUNT 次；不符合时退出码为 10。可重复",
			},
			"approve": {EN: "`MODE` how logins end: auto, ask (shows a page), deny, or the name of the user who approves", ZH: "`MODE` 登录的结果：auto、ask（显示页面）、deny，或批准登录的用户名"},
			"users":   {EN: "`FILE` users who can log in, in TOML", ZH: "`FILE` 可以登录的用户，TOML 格式"},
			"user": {
				EN: "`KEY=VALUE,…` a user who can log in, such as subject=1001,name=Ada; keys as in --users. Repeatable",
				ZH: "`KEY=VALUE,…` 一个可以登录的用户，例如 subject=1001,name=Ada；键同 --users。可重复",
			},
			"no-diagnosis": {EN: "leave the header X-Ssoctl-Diagnosis out of responses", ZH: "响应里不带 X-Ssoctl-Diagnosis 头"},
			"strict":       {EN: "require state and PKCE in every authorize URL, even if the vendor does not", ZH: "每个授权地址都必须带 state 和 PKCE，即使厂商不要求"},
			"record":       {EN: "`DIR` forward the requests of one profile to the real vendor, and record the exchanges here", ZH: "`DIR` 把一个接入配置的请求转发给真实厂商，并录制到这个目录"},
		},
	}
}

func emulateScan() Command {
	return Command{
		Short: lang.Text{EN: "Play the phone: scan the newest QR code and confirm", ZH: "扮演手机：扫描最新的二维码并确认"},
		Long: lang.Text{
			EN: `Play the phone in a script: scan the emulator's newest QR code, then confirm or
cancel, or let the code expire. The emulator has to be started with --approve ask. If it
shows no QR code yet, this command waits for one (qrlogin) or for a device (login --device).
The exit code is 9 if none appears.`,
			ZH: `在脚本里扮演手机：扫描模拟器最新的二维码，再确认或取消，或让它过期。模拟器须以 --approve ask 启动。还没有二维码（qrlogin）或设备（login --device）时会等待；一直没有时退出码为 9。`,
		},
		Examples: `
  ssoctl emulate scan --as grace
  ssoctl emulate scan --action cancel --emulator http://127.0.0.1:8080 -p crm`,
		Flags: map[string]lang.Text{
			"as":       {EN: "`USER` owner of the phone: name, username or subject (default the emulator's first user)", ZH: "`USER` 手机的主人：姓名、用户名或 subject（默认模拟器的第一个用户）"},
			"action":   {EN: "`ACTION` what to do: scan, confirm, cancel or expire", ZH: "`ACTION` 操作：scan、confirm、cancel 或 expire"},
			"emulator": {EN: "`URL` address of the emulator (default SSOCTL_EMULATOR, or taken from SSOCTL_BASE_URL)", ZH: "`URL` 模拟器的地址（默认为 SSOCTL_EMULATOR，或取自 SSOCTL_BASE_URL）"},
			"wait":     {EN: "`DURATION` how long to wait for a QR code or a device", ZH: "`DURATION` 等待二维码或设备的时间"},
		},
	}
}

func healthcheck() Command {
	return Command{
		Short: lang.Text{EN: "Check whether an emulator is up: exit code 0 or 6", ZH: "检查模拟器是否在运行：退出码 0 或 6"},
		Long: lang.Text{
			EN: `Check whether an emulator is up, for a container's health check. The exit code is 0
if it is, and 6 if it is not. Give the emulator's URL, or the --ready-file that it was
started with.`,
			ZH: `检查模拟器是否在运行，可用作容器的健康检查。在运行时退出码为 0，否则为 6。请给出模拟器的地址，或启动时 --ready-file 指定的文件。`,
		},
		Examples: `
  ssoctl emulate healthcheck http://127.0.0.1:8080
  ssoctl emulate healthcheck --ready-file /run/emulator.json`,
	}
}

func demo() Command {
	return Command{
		Group: groupEmulate,
		Short: lang.Text{EN: "Watch every vendor's login, against the emulator", ZH: "用内置模拟器演示每个厂商的登录"},
		Long: lang.Text{
			EN: `Watch every vendor's login step by step, against the built-in emulator: no account
needed, and no network beyond this machine. Without a name, it shows the built-in profiles
and your own. For a profile without a login, it fetches the application's token.`,
			ZH: `用内置模拟器逐步演示每个厂商的登录：不需要账号，也不访问本机以外的网络。不写名字时，演示内置和自定义的全部接入配置；没有登录流程的，演示获取应用令牌。`,
		},
		Examples: `
  ssoctl demo
  ssoctl demo oauth2 --trace`,
	}
}
