package manual

import "ssoctl/pkg/lang"

// Flag is a global flag.
type Flag struct {
	Name string
	need need
	Text lang.Text // see [Usage]
}

// FlagGroup is a group of global flags in help.
type FlagGroup struct {
	Title lang.Text
	Flags []Flag
}

// Globals returns the global flags, in the order of help.
func Globals() []FlagGroup {
	return []FlagGroup{
		{lang.Text{EN: "Profile and values", ZH: "接入配置与取值"}, []Flag{
			{"profile", chosenProfile, lang.Text{
				EN: "`NAME` profile to use, built-in or your own (SSOCTL_PROFILE)",
				ZH: "`NAME` 接入配置的名字，内置或自定义（SSOCTL_PROFILE）",
			}},
			{"set", givenValues, lang.Text{
				EN: "`INPUT=VALUE` set an input of the profile (SSOCTL_<INPUT>) or a value that a step needs. VALUE may be env:NAME, file:PATH, keyring:SERVICE/USER, cmd:PROGRAM (with --allow-cmd), or - for standard input. Repeatable",
				ZH: "`INPUT=VALUE` 给接入配置的输入项（SSOCTL_<INPUT>）或某个步骤所需的值赋值。VALUE 可以是 env:NAME、file:PATH、keyring:SERVICE/USER、cmd:PROGRAM（需 --allow-cmd），或用 - 表示标准输入。可重复",
			}},
			{"allow-cmd", givenValues, lang.Text{
				EN: "let cmd: references in flags and environment variables run programs; those in configuration files always may",
				ZH: "允许参数和环境变量里的 cmd: 引用运行程序；配置文件里的始终允许",
			}},
			{"config", configFiles, lang.Text{
				EN: "`FILE` configuration file to use instead of your own (SSOCTL_CONFIG)",
				ZH: "`FILE` 用它代替用户配置文件（SSOCTL_CONFIG）",
			}},
			{"no-project", configFiles, lang.Text{EN: "ignore ./ssoctl.toml", ZH: "不读取 ./ssoctl.toml"}},
		}},
		{lang.Text{EN: "Output", ZH: "输出"}, []Flag{
			{"output", always, lang.Text{
				EN: "`FORMAT` print the result as text, json, env or raw (SSOCTL_OUTPUT); in CI: -o github, -o github-env or -o gitlab",
				ZH: "`FORMAT` 结果的格式：text、json、env 或 raw（SSOCTL_OUTPUT）；CI 中：-o github、-o github-env 或 -o gitlab",
			}},
			{"jq", jsonResult, lang.Text{EN: "`EXPR` apply this jq expression to the JSON result", ZH: "`EXPR` 对 JSON 结果执行的 jq 表达式"}},
			{"har", recording, lang.Text{
				EN: "`FILE` record requests and responses as HAR 1.2, with secrets masked",
				ZH: "`FILE` 把请求和响应存成 HAR 1.2，已脱敏",
			}},
			{"report", recording, lang.Text{
				EN: "`FILE` record requests and responses as one HTML page to share, with secrets masked",
				ZH: "`FILE` 把请求和响应存成一个可以转发的 HTML 页面，已脱敏",
			}},
			{"curl", curlCommands, lang.Text{
				EN: "send nothing; print the requests as curl commands, with secrets as variables",
				ZH: "不发送，只把请求打印成 curl 命令，密钥写成变量",
			}},
		}},
		{lang.Text{EN: "Connection", ZH: "连接"}, []Flag{
			{"timeout", connection, lang.Text{EN: "`DURATION` time limit for one request; a bare number is seconds", ZH: "`DURATION` 单个请求的超时；只写数字表示秒"}},
			{"retries", repetition, lang.Text{
				EN: "`N` how many times to repeat a request that is safe to repeat, after a failure that may be temporary; 0 means never (SSOCTL_RETRIES)",
				ZH: "`N` 可以安全重复的请求遇到暂时性故障时最多重试几次；0 表示不重试（SSOCTL_RETRIES）",
			}},
			{"proxy", connection, lang.Text{
				EN: "`URL` proxy to use (http, https, socks5), or none (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)",
				ZH: "`URL` 代理地址（http、https、socks5），或 none 表示不用代理（HTTPS_PROXY、HTTP_PROXY、NO_PROXY）",
			}},
			{"ca-cert", connection, lang.Text{
				EN: "`FILE` CA certificates (PEM) to trust, besides the system's (SSL_CERT_FILE)",
				ZH: "`FILE` 除系统证书外还信任的 CA 证书，PEM（SSL_CERT_FILE）",
			}},
			{"client-cert", connection, lang.Text{EN: "`FILE` your client certificate (PEM)", ZH: "`FILE` 客户端证书，PEM"}},
			{"client-key", connection, lang.Text{
				EN: "`FILE` key of --client-cert (PEM), if it is not in the same file",
				ZH: "`FILE` --client-cert 的私钥，PEM；在同一个文件里时不需要",
			}},
			{"insecure", connection, lang.Text{
				EN: "do not verify the server's certificate: anyone in between can read everything",
				ZH: "不校验服务器证书：中间人可以看到全部内容",
			}},
		}},
		{lang.Text{EN: "Display", ZH: "显示"}, []Flag{
			{"trace", recording, lang.Text{
				EN: "show every request and response on stderr, with timings and masked secrets",
				ZH: "在 stderr 显示每个请求和响应及耗时，已脱敏",
			}},
			{"verbose", verbosity, lang.Text{
				EN: "same as --trace; -vv also shows which line of the profile each part comes from",
				ZH: "同 --trace；-vv 还显示每一部分来自接入配置的哪一行",
			}},
			{"show-secrets", secretsShown, lang.Text{EN: "do not mask secrets in this run", ZH: "本次运行不脱敏"}},
			{"quiet", always, lang.Text{EN: "no progress messages", ZH: "不显示进度"}},
			{"no-color", always, lang.Text{EN: "no colours (NO_COLOR)", ZH: "不使用颜色（NO_COLOR）"}},
			{"lang", always, lang.Text{
				EN: "`LANG` language of help, messages and hints: en or zh (LC_ALL, LC_MESSAGES, LANG)",
				ZH: "`LANG` 帮助、消息和提示的语言：en 或 zh（LC_ALL、LC_MESSAGES、LANG）",
			}},
			{"help", always, lang.Text{EN: "show this help", ZH: "显示本帮助"}},
		}},
	}
}

// Shared returns the texts of flags that several commands have with the same meaning.
func Shared() map[string]lang.Text {
	return map[string]lang.Text{
		"listen": {
			EN: "`HOST:PORT` address on which to wait for the redirect; separate several with commas; port 0 is any free port",
			ZH: "`HOST:PORT` 等待回调的地址；多个用逗号分隔；端口 0 表示任意空闲端口",
		},
		"listen-tls": {
			EN: "wait with https, using a new certificate; the browser will warn about it",
			ZH: "用 https 等待，使用新生成的证书；浏览器会给出警告",
		},
		"listen-tls-cert": {EN: "`FILE` your own certificate (PEM) for https", ZH: "`FILE` https 用的自己的证书，PEM"},
		"listen-tls-key":  {EN: "`FILE` key of --listen-tls-cert", ZH: "`FILE` --listen-tls-cert 的私钥"},
		"redirect-uri": {
			EN: "`URL` redirect_uri to send to the vendor, if a tunnel or proxy is in between; {state} in it becomes an unguessable part",
			ZH: "`URL` 告诉厂商的回调地址，用于有隧道或代理的情况；其中的 {state} 会换成无法猜测的值",
		},
		"wait": {EN: "`DURATION` how long to wait for the redirect", ZH: "`DURATION` 等待回调的时间"},
		"no-state": {
			EN: "accept a redirect without state, if the vendor is known to omit it",
			ZH: "接受不带 state 的回调，用于已知厂商不回传的情况",
		},
		"param": {
			EN: "`K=V` parameter to add to the authorize URL, such as prompt=login. Repeatable",
			ZH: "`K=V` 加到授权地址上的参数，例如 prompt=login。可重复",
		},
		"code":         {EN: "`CODE` code, URL-decoded; - reads it from standard input unchanged", ZH: "`CODE` 授权码，须已做 URL 解码；- 表示从标准输入原样读取"},
		"access-token": {EN: "`TOKEN` user's access token; - reads it from standard input", ZH: "`TOKEN` 用户的 access_token；- 表示从标准输入读取"},
		"details":      {EN: "ask for more about the user, in a second request", ZH: "再发一个请求，查询用户的更多信息"},
		"ready-file":   {EN: "`FILE` file that was given to the emulator as --ready-file", ZH: "`FILE` 启动模拟器时 --ready-file 指定的文件"},
		"tls-ca": {
			EN: "`FILE` file that the emulator wrote its CA to; not needed with --ready-file",
			ZH: "`FILE` 模拟器写入 CA 证书的文件；有 --ready-file 时不需要",
		},
		"issuer": {
			EN: "`URL` issuer of an OpenID provider, whose metadata supplies the endpoints; uses the profile oidc unless you name another",
			ZH: "`URL` OpenID 提供方，端点取自它的元数据；未指定接入配置时使用 oidc",
		},
		"client-id": {EN: "`ID` id of your client at the provider; same as --set client_id=ID", ZH: "`ID` 在提供方登记的客户端 id，同 --set client_id=ID"},
		"no-verify": {
			EN: "accept an id_token without verifying its signature and claims",
			ZH: "不验证 id_token 的签名和内容",
		},
		"no-cache": {
			EN: "do not use cached tokens, metadata or keys, and do not cache new ones",
			ZH: "不使用缓存的令牌、元数据和公钥，也不写入缓存",
		},
		"no-descriptions": {EN: "complete without descriptions", ZH: "补全时不显示说明"},
	}
}
