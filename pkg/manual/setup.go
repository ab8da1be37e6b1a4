package manual

import "ssoctl/pkg/lang"

func ssoctl() Command {
	return Command{
		Short: lang.Text{EN: "Drive single sign-on integrations from a terminal", ZH: "在终端里调试和驱动单点登录对接"},
		Long: lang.Text{
			EN: `Drive single sign-on integrations from a terminal: debug one, script code exchanges
in CI, generate authorize URLs.

No account yet? See every flow against the built-in emulator: ssoctl demo`,
			ZH: `在终端里调试和驱动单点登录对接：排查问题，在 CI 里用脚本换取令牌，生成授权地址。

还没有账号？用内置模拟器看一遍全部流程：ssoctl demo`,
		},
		Flags: map[string]lang.Text{
			"version": {EN: "print the version", ZH: "显示版本"},
		},
	}
}

func profileList() Command {
	return Command{
		Short: lang.Text{EN: "List built-in profiles and your own", ZH: "列出内置和自定义的接入配置"},
		Long: lang.Text{
			EN: `List built-in profiles and your own, your own first. With words, list only those whose
name or title, English or Chinese, contains every word.`,
			ZH: `列出内置和自定义的接入配置，自定义的在前。给出词语时，只列出名字或标题（中英文均可）包含所有词语的。`,
		},
		Examples: `
  ssoctl profile list
  ssoctl profile list oauth`,
	}
}

func profileShow() Command {
	return Command{
		Short: lang.Text{EN: "Show everything a profile says, with sources and guesses", ZH: "查看接入配置的全部内容，含出处和推测"},
		Long: lang.Text{
			EN: `Show everything a profile says: first each step, with the request that it sends and
what it reads from the response; then the inputs with their values, the steps that are not
offered, and every refusal. Each step says what it is based on, such as a document or a
guess. [FILE:LINE] marks what comes from your own files; -o json gives the origin of every
value.`,
			ZH: `查看接入配置的全部内容：先是每个步骤，包括发送的请求和从响应里读取的值；再是输入项及其取值、不提供的步骤、全部错误码。每个步骤都注明依据。[FILE:LINE] 标出来自你自己的文件的内容；-o json 给出每个值的来源。`,
		},
		Examples: `
  ssoctl profile show crm
  ssoctl profile show crm -o json \
    --jq '.members[] | select(.key | startswith("exchange."))'`,
	}
}

func profileDiff() Command {
	return Command{
		Short: lang.Text{EN: "Compare two profiles", ZH: "比较两个接入配置"},
		Long: lang.Text{
			EN: `Compare two profiles, key by key: your own and the one that it extends, or two
vendors. What goes over the wire comes first. Secrets are compared, but not shown. The
exit code is 0 whether they differ or not.`,
			ZH: `逐项比较两个接入配置：自定义的和它继承的，或两个厂商的。与网络请求有关的排在前面。密钥参与比较，但不显示。无论有没有差异，退出码都是 0。`,
		},
		Examples: `
  ssoctl profile diff oauth2 crm`,
	}
}

func profileLint() Command {
	return Command{
		Short: lang.Text{EN: "Check the configuration files that you name, or those in use", ZH: "检查配置文件：指明的，或正在使用的"},
	}
}

func helpOutput() Command {
	return Command{
		Short: lang.Text{EN: "List the JSON members of every command, or print them as JSON Schema", ZH: "列出每个命令的 JSON 字段，或输出 JSON Schema"},
		Long: lang.Text{
			EN: `List the members of the JSON that each command prints, and those of an error.

With -o json, print a JSON Schema (2020-12) for each command, under its name, and one for
errors.
More: docs/output.md`,
			ZH: `列出每个命令输出的 JSON 字段，以及错误的字段。

加 -o json 时，为每个命令（按名称）和错误各输出一个 JSON Schema（2020-12）。
详见 docs/output.md`,
		},
		Examples: `
  ssoctl help output
  ssoctl help output --jq .token >token.schema.json`,
	}
}

func profileSchema() Command {
	return Command{
		Short: lang.Text{EN: "Print a JSON Schema of configuration files, for editors", ZH: "输出配置文件的 JSON Schema，供编辑器使用"},
		Long: lang.Text{
			EN: `Print a JSON Schema (draft 2020-12) of configuration files. An editor that knows it
completes keys, shows what they mean, and marks unknown keys and wrong types. For Taplo and
Even Better TOML, save it beside the configuration and name it in the first line:

  #:schema ./ssoctl.schema.json

profile new does both when it creates the file. profile lint checks more: placeholders,
jq, and whether a key of a profile is the name of an input.`,
			ZH: `输出配置文件的 JSON Schema（draft 2020-12）。编辑器据此补全键名、显示说明，并标出没有的键和错误的类型。使用 Taplo 或 Even Better TOML 时，把它保存在配置文件旁边，并在配置文件第一行写上：

  #:schema ./ssoctl.schema.json

profile new 新建配置文件时会自动完成这两步。profile lint 检查得更多：占位符、jq，以及接入配置里的键是否是输入项的名字。`,
		},
		Examples: `
  ssoctl profile schema >ssoctl.schema.json`,
	}
}

func profileVerify() Command {
	return Command{
		Short: lang.Text{EN: "Compare a profile with recorded exchanges", ZH: "把接入配置与录制的请求逐项核对"},
		Long: lang.Text{
			EN: `Compare a profile with exchanges that ssoctl emulate --record recorded, or that were
transcribed from a document. ssoctl reports request members that the profile lacks or adds,
values that it hard-codes, response members that it does not find, and refusals that it
does not list.

Without -p, the profile is the one that the file names, or the one with the folder's name.
The exit code is 10 if something differs. Members that only some responses have are noted,
but do not count as a difference.`,
			ZH: `把接入配置与录制的请求逐项核对，录制来自 ssoctl emulate --record，或从文档抄录。会报告：接入配置在请求里缺少或多出的字段、被写死的值、响应里没有读取的字段、没有列出的错误码。

不加 -p 时，使用文件里写明的接入配置；文件没有写明的，使用与目录同名的。有差异时退出码为 10；不是每个响应都有的字段只作说明，不算差异。`,
		},
		Examples: `
  ssoctl emulate --record exchanges -p crm
  ssoctl profile verify exchanges`,
	}
}

func profileNew() Command {
	return Command{
		Short: lang.Text{EN: "Add your own profile to your configuration file", ZH: "在用户配置文件里新增接入配置"},
		Long: lang.Text{
			EN: `Add your own profile to your configuration file. On a terminal, ssoctl asks for what is
missing: the profile to start from, a name, and every required input. Secrets are not
shown while you type, and go to the system's keyring unless you say otherwise. Nothing is
written before the last answer. The rest of the file stays as it is. A new file starts with
a line that tells editors its schema, which is written beside it as ssoctl.schema.json.

Without a terminal, give everything by flags. --set writes a reference, such as env:NAME or
file:PATH, unchanged. A profile with the name of a built-in one adds to that profile.`,
			ZH: `在用户配置文件里新增接入配置。在终端里，缺什么就问什么：基于哪个接入配置、名字，以及每个必填的输入项。输入密钥时不会显示，默认存入系统钥匙串。回答完最后一个问题才写文件，文件里的其他内容保持不变。新建的文件第一行指明供编辑器使用的 schema，它写在旁边的 ssoctl.schema.json 里。

没有终端时，全部用参数给出。--set 里的引用（如 env:NAME、file:PATH）会原样写入。与内置接入配置同名时，是对它的补充。`,
		},
		Examples: `
  ssoctl profile new
  ssoctl profile new crm --from oauth2 --all
  ssoctl profile new crm --from hr --set client_secret=env:CRM_SECRET
  ssoctl profile new crm --issuer https://sso.example.com --client-id crm`,
		Flags: map[string]lang.Text{
			"from":          {EN: "`PROFILE` profile to start from", ZH: "`PROFILE` 基于哪个接入配置"},
			"all":           {EN: "ask for optional inputs too", ZH: "选填的输入项也询问"},
			"keyring":       {EN: "keep secrets in the system's keyring", ZH: "密钥存入系统钥匙串"},
			"secret-files":  {EN: "keep secrets in files that only you can read", ZH: "密钥存入只有你能读取的文件"},
			"secret-env":    {EN: "read secrets from environment variables at each run", ZH: "密钥在每次运行时从环境变量读取"},
			"plain-secrets": {EN: "write secrets into the configuration file as they are", ZH: "密钥以明文写入配置文件"},
		},
	}
}

func configPath() Command {
	return Command{
		Short: lang.Text{EN: "Print the path of your configuration file", ZH: "显示用户配置文件的路径"},
		Long: lang.Text{
			EN: `Print the path of your configuration file, whether it exists or not. With -o json, also
print the project's file, if the current folder has one, whether it is trusted, and the
folders for state and cache.`,
			ZH: `显示用户配置文件的路径，无论文件是否存在。-o json 还会给出当前目录里的项目配置文件、它是否受信任，以及存放状态和缓存的目录。`,
		},
		Examples: `
  $EDITOR "$(ssoctl config path)"
  ssoctl config path -o json`,
	}
}

func trust() Command {
	return Command{
		Group: groupSetup,
		Short: lang.Text{EN: "Show what a project's ./ssoctl.toml would do, and trust it", ZH: "查看项目里的 ./ssoctl.toml 会做什么，并信任它"},
		Long: lang.Text{
			EN: `Show what a project's ./ssoctl.toml would do, and trust it. Such a file comes with a
repository that anyone may have written. It can send your secrets to an address of its
choice and run programs, so it is not used until you trust it: commands that need a
profile end with exit code 3.

Trust covers the real path of the file and its content. After a change you are asked
again. Several versions of one file stay trusted, so you can switch between branches. Only
the file itself is trusted: programs and files that it names can still change. To trust
all projects in a folder, add to your own configuration:

  trusted = ["~/work/acme"]

In CI nothing is trusted by default. SSOCTL_CONFIG=ssoctl.toml or --config names a file,
and thereby trusts it.`,
			ZH: `查看项目里的 ./ssoctl.toml 会做什么，并信任它。这种文件来自代码仓库，可能是任何人写的；它能把你的密钥发到它指定的地址，还能运行程序。因此在信任之前不会使用它：需要接入配置的命令以退出码 3 结束。

信任的是文件的真实路径和内容，内容改动后会再次询问。同一文件的多个版本可以同时受信任，方便切换分支。受信任的只有文件本身，它引用的程序和文件仍可能变化。要信任某个目录下的全部项目，请在用户配置文件里写上：

  trusted = ["~/work/acme"]

CI 里默认什么都不信任。用 SSOCTL_CONFIG=ssoctl.toml 或 --config 指明文件，即表示信任它。`,
		},
		Examples: `
  ssoctl trust
  ssoctl trust --yes
  ssoctl trust --list
  ssoctl trust --revoke`,
		Flags: map[string]lang.Text{
			"yes":    {EN: "do not ask", ZH: "不询问"},
			"list":   {EN: "list the trusted files", ZH: "列出受信任的文件"},
			"revoke": {EN: "stop trusting all versions of the file", ZH: "不再信任该文件的任何版本"},
		},
	}
}

func cache() Command {
	return Command{
		Group: groupSetup,
		Short: lang.Text{EN: "List or delete cached tokens, metadata and keys", ZH: "列出或清除缓存的令牌、元数据和公钥"},
		Long: lang.Text{
			EN: `List or delete the application tokens that are cached between runs. They are in the
folder ssoctl/tokens of $XDG_CACHE_HOME (usually ~/.cache; on Windows in
%LocalAppData%\ssoctl\cache), readable only by you. A token is dropped when a twelfth of
its lifetime is left, and when the vendor refuses it.

If SSOCTL_CACHE, or cache in the configuration, names a Redis, these commands also cover the
tokens there, of the selected profile or of all your own. Only the secrets of a profile can
find its tokens.

The metadata and keys of OpenID providers are kept in the folder ssoctl/documents, for as
long as the provider's Cache-Control or Expires allows, and at most for a day.`,
			ZH: `列出或清除缓存的应用令牌。它们存放在 $XDG_CACHE_HOME（通常是 ~/.cache）的 ssoctl/tokens 目录（Windows 上在 %LocalAppData%\ssoctl\cache 下），只有你能读取。剩余有效期不足十二分之一，或被厂商拒绝时，令牌会被清除。

如果 SSOCTL_CACHE 或配置文件的 cache 指定了 Redis，所选接入配置（未选时为所有自定义的接入配置）的令牌存放在那里，只有用接入配置的密钥才能找到。

OpenID 提供方的元数据和公钥存放在 ssoctl/documents 目录，保存时间以对方的 Cache-Control 或 Expires 为准，最长一天。`,
		},
	}
}

func keyring() Command {
	return Command{
		Group: groupSetup,
		Short: lang.Text{EN: "Store secrets in the system's keyring, or delete them", ZH: "把密钥存入系统钥匙串，或删除"},
		Long: lang.Text{
			EN: `Store secrets in the system's keyring, where keyring:SERVICE/USER finds them, or
delete them. The keyring is the Secret Service of a Linux desktop, the Keychain of macOS,
or the Credential Manager of Windows.`,
			ZH: `把密钥存入系统钥匙串，供 keyring:SERVICE/USER 引用，或删除。系统钥匙串指 Linux 桌面的 Secret Service、macOS 的钥匙串、Windows 的凭据管理器。`,
		},
		Examples: `
  ssoctl keyring set crm/client_secret
  pass show crm | ssoctl keyring set crm/client_secret
  ssoctl token -p crm --set client_secret=keyring:crm/client_secret`,
	}
}

func completion() Command {
	return Command{
		Group: groupSetup,
		Short: lang.Text{EN: "Print the completion script for your shell", ZH: "输出 shell 补全脚本"},
		Long: lang.Text{
			EN: `Print the completion script for your shell: it completes commands, flags, and names of
profiles. See the help of each shell for how to load it.`,
			ZH: `输出 shell 补全脚本，可补全命令、参数和接入配置的名字。加载方法见各个 shell 的用法。`,
		},
	}
}

// shell is the completion for one shell. line loads the script.
func shell(name, line string) Command {
	return Command{
		Short: lang.Text{EN: "Print the completion script for " + name, ZH: "输出 " + name + " 的补全脚本"},
		Long: lang.Text{
			EN: "Print the completion script for " + name + ". To load it now, or in each new shell from its start-up file:\n\n  " + line,
			ZH: "输出 " + name + " 的补全脚本。在当前 shell 里加载，或写进启动文件：\n\n  " + line,
		},
	}
}
