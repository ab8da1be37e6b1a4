package manual

import "ssoctl/pkg/lang"

func explain() Command {
	return Command{
		Group: groupFailure,
		Short: lang.Text{EN: "Explain a vendor's refusal, and what to do", ZH: "解释厂商的拒绝，并说明怎么办"},
		Long: lang.Text{
			EN: `Explain a vendor's refusal: what it means, why it happens, and what to do. Give a
code, a pasted response (JSON, or with its headers as curl -i and -v print it), a HAR
file, the address that a browser was sent back to, or any text with a known code in it.
Without -p, all profiles are searched, your own first.

In a log, ssoctl finds the responses wherever they are. A number counts as a code if the
text calls it one, or if nothing else in the text is a code. A port, a time, or the value
of another field does not count. An HTTP status, such as 502, is explained too.

- is standard input. If a single word names a file or a pipe, ssoctl reads that, up to
64 MiB; anything else is text. A text of more than 1 MiB is read as a log, not as one
response. Repeated findings are explained once, with the numbers of the first and the last
line. Put a code that begins with - after --. Of the text, ssoctl prints only the code, so
secrets in it are not shown. If no profile recognises the text, the exit code
is 2.

A response belongs to a profile if the profile lists its code, or if -p names the profile.
Many vendors' responses look the same, so ssoctl does not guess the profile of other codes.`,
			ZH: `解释厂商的拒绝：是什么意思、为什么发生、该怎么办。可以给出错误码、粘贴的响应（JSON，或 curl -i、-v 打印的带响应头的文本）、HAR 文件、浏览器被带回的地址，或任何含有已知错误码的文本。不加 -p 时查找全部接入配置，自定义的优先。

日志里的响应无论在哪里都会被找出来。一个数字只有被称作错误码，或文本里没有别的错误码时，才算错误码；端口、时间、其他字段的值都不算。HTTP 状态码（如 502）也会解释。

- 表示标准输入。单个词若是文件或管道的名字，就读取其内容，最多 64 MiB；其余都当作文本。超过 1 MiB 的文本按日志处理，不当作一个响应。多行说的是同一件事时只解释一次，并给出首尾行号。以 - 开头的错误码要写在 -- 之后。除错误码外不会打印文本的任何内容，其中的密钥不会泄露。没有接入配置能识别时，退出码为 2。

接入配置列出了该错误码，或用 -p 指明时，响应才算属于它。许多厂商的响应长得一样，所以不会去猜其余的错误码属于谁。`,
		},
		Examples: `
  ssoctl explain 20010
  ssoctl explain -p crm -- -1
  ssoctl explain '{"error":"invalid_grant"}'
  curl -si https://sso.example.com/token | ssoctl explain -
  ssoctl explain --list -p crm`,
		Flags: map[string]lang.Text{
			"list": {EN: "list all known refusals", ZH: "列出全部已知的错误码"},
		},
	}
}

func doctor() Command {
	return Command{
		Group: groupFailure,
		Short: lang.Text{EN: "Check your set-up, and say what to fix", ZH: "检查环境和接入配置，并说明怎么修"},
		Long: lang.Text{
			EN: `Check your set-up, and say what to fix: the inputs and where their values come from,
redirect_uri, the network path to the vendor's hosts (DNS, proxy, connection, certificate,
clock), and whether the vendor responds there. It checks the profile of -p, otherwise all
your own profiles. If you have none, it checks whether the built-in vendors can be reached.

The requests it sends contain no credential and no code. With --credentials it also
fetches the application's token or, if the profile has none, tries a made-up code. The
exit code is 10 if a check fails, and 0 if there are only warnings.`,
			ZH: `检查环境和配置，并说明怎么修：输入项及其取值来源、回调地址、到厂商主机的网络（域名解析、代理、连接、证书、时钟），以及厂商是否响应。检查 -p 指定的接入配置；不加 -p 时检查全部自定义的；没有自定义的，就检查能否连上内置厂商。

发出的请求不含密钥和授权码。加 --credentials 时还会获取应用令牌；没有应用令牌的，则用一个编造的授权码试探。有检查失败时退出码为 10；只有警告时为 0。`,
		},
		Examples: `
  ssoctl doctor
  ssoctl doctor -p crm --credentials
  ssoctl doctor -o json --jq '.findings[] | select(.status != "ok")'`,
		Flags: map[string]lang.Text{
			"credentials": {EN: "let the vendor check the application's credentials", ZH: "让厂商校验应用的凭证"},
		},
	}
}

func sign() Command {
	return Command{
		Group: groupFailure,
		Short: lang.Text{EN: "Show how a signature is made, or find the right recipe", ZH: "显示签名的计算过程，或反推签名方式"},
		Long: lang.Text{
			EN: `Show how a signature is made: the text that is hashed, part by part, the signature, and
the request that carries it. Nothing is sent.

--expect takes a signature that the vendor's support or your own code computed, and finds
the recipe that gives it. It tries the profile's recipe, then variations of what documents
often leave open (the encoding, the hash, the order of the parts, what separates them,
their names, the parameters, the path, upper or lower case, the time), and of what code
often gets wrong (the address of a page, the time zone). The recipe is printed as TOML for your own profile, or
described in words if no profile can express it. The exit code is 10 if no recipe gives the
signature.

Use --at and --set to repeat the values that are new in every request: the {uuid},
{timestamp} or {nonce} that was signed, and the times and random values of the profile.`,
			ZH: `显示签名的计算过程：参与哈希的文本（逐段列出）、签名值，以及签名所在的请求。不发送任何请求。

--expect 接受厂商技术支持或你的代码算出的签名，并找出能得到它的签名方式：可能就是接入配置里的，也可能在文档没写明之处有所不同（编码、哈希、各段的顺序和名称、分隔符、参数、路径、大小写、时间），或是代码里常错的地方（页面地址、时区）。结果以 TOML 给出，可写进自定义的接入配置；接入配置无法表达的，用文字说明。找不到时退出码为 10。

每次请求都会变的值，用 --at 和 --set 给出签名时的值：{uuid}、{timestamp}、{nonce}，以及接入配置生成的时间和随机值。`,
		},
		Examples: `
  ssoctl sign -p crm --code C
  ssoctl sign -p crm --code C --at 1595229375367 --expect 242399c4…
  ssoctl sign -p crm --code C --at 1595229375 --set uuid=3f0c… \
    --expect 242399c4…`,
		Flags: map[string]lang.Text{
			"step":          {EN: "`STEP` signed step, if the profile has several", ZH: "`STEP` 要签名的步骤，用于有多个签名步骤的情况"},
			"at":            {EN: "`TIME` time that was signed, in seconds or milliseconds since 1970 (default now)", ZH: "`TIME` 签名时的时间戳，秒或毫秒（默认当前时间）"},
			"expect":        {EN: "`SIGNATURE` find the recipe that gives this signature", ZH: "`SIGNATURE` 找出能得到这个签名的签名方式"},
			"code":          {EN: "`CODE` code, if it is signed; - reads it from standard input", ZH: "`CODE` 参与签名的授权码；- 表示从标准输入读取"},
			"access-token":  {EN: "`TOKEN` user's access token, if it is signed; - reads it from standard input", ZH: "`TOKEN` 参与签名的用户 access_token；- 表示从标准输入读取"},
			"app-token":     {EN: "`TOKEN` application's token, if it is signed; - reads it from standard input", ZH: "`TOKEN` 参与签名的应用令牌；- 表示从标准输入读取"},
			"refresh-token": {EN: "`TOKEN` refresh token, if it is signed; - reads it from standard input", ZH: "`TOKEN` 参与签名的 refresh_token；- 表示从标准输入读取"},
		},
	}
}

func jwt() Command {
	return Command{
		Group: groupFailure,
		Short: lang.Text{EN: "Show what is in a JWT, and verify it", ZH: "查看并验证 JWT"},
		Long: lang.Text{
			EN: `Show the header and the claims of a JWT, such as an id_token, with its times in words.
Without TOKEN, or with -, ssoctl reads the token from standard input. Nothing is sent unless a flag asks
for it, and nothing is verified: anyone can have made such a token.

--issuer verifies it with the keys that an OpenID provider publishes, -p with those of the
profile's issuer. --jwks takes the keys from a file or an address, --key one key from a file
(PEM or JWK), and --with-client-secret the profile's client_secret, for HS256.
The signature is verified, then exp, nbf and iat, and iss and aud if the flags or the profile
say what they have to be.

If the token is damaged, or fails the verification, nothing is printed, and the exit code is
7, as for a login with such a token. To see its claims anyway, leave these flags out. An
encrypted token (JWE) shows only its header. --show-secrets prints the signature too.`,
			ZH: `显示 JWT（例如 id_token）的头部和声明，时间另用文字说明。不给出 TOKEN 或给出 - 时从标准输入读取。不加验证参数时，既不发请求，也不验证：任何人都能造出这样的令牌。

--issuer 用 OpenID 提供方公布的公钥验证，-p 用接入配置的 issuer 的公钥。--jwks 从文件或地址读取一组公钥，--key 从文件读取一个密钥（PEM 或 JWK），--with-client-secret 使用接入配置的 client_secret，用于 HS256 签名的令牌。先验证签名，再核对 exp、nbf、iat；参数或接入配置给出了 iss、aud 应有的值时也一并核对。

令牌损坏或验证不通过时不输出结果，退出码为 7，与登录时收到这样的令牌相同；要看其内容，请去掉这些参数。加密的令牌（JWE）只能显示头部。--show-secrets 会同时显示签名。`,
		},
		Examples: `
  pbpaste | ssoctl jwt
  ssoctl jwt - --issuer https://sso.example.com --client-id crm <token.txt
  ssoctl login -p crm --jq .token.id_token | ssoctl jwt - -p crm
  ssoctl jwt - --jwks keys.json --jq .claims.sub <token.txt`,
		Flags: map[string]lang.Text{
			"issuer":             {EN: "`URL` verify the token with the keys of this OpenID provider, and compare iss", ZH: "`URL` 用这个 OpenID 提供方的公钥验证，并核对 iss"},
			"client-id":          {EN: "`ID` compare aud with this client's id", ZH: "`ID` 核对 aud 是否包含这个客户端 id"},
			"jwks":               {EN: "`FILE|URL` verify the token with these keys (JWK Set)", ZH: "`FILE|URL` 用这组公钥（JWK Set）验证"},
			"key":                {EN: "`FILE` verify the token with this key (PEM, certificate or JWK)", ZH: "`FILE` 用这个密钥验证：PEM、证书或 JWK"},
			"with-client-secret": {EN: "verify the token with the profile's client_secret (HS256)", ZH: "用接入配置的 client_secret 验证（HS256）"},
		},
	}
}
