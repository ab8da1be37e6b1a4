// Package manual holds the help of ssoctl: the texts of each command and each flag in both
// languages, which global flags a command takes, and the layout of a page. It knows commands
// by their path, such as "profile show", and flags by their name.
//
// [Commands] returns the texts of commands and of their own flags, [Globals] those of the
// global flags, [Shared] those of flags that several commands have. [Takes] says which
// global flags apply to a command. [Page.Format] lays out a page.
package manual

import (
	"strings"
	"sync"

	"ssoctl/pkg/lang"
)

// Command holds the help of one command.
type Command struct {
	Group string // ID of a [Group], for the commands directly below ssoctl
	Short lang.Text
	// Long is paragraphs, which are wrapped again when they are printed; a line that begins
	// with a space stays as it is. If Long is zero, help shows Short instead.
	Long     lang.Text
	Examples string               // lines of at most 80 columns
	Flags    map[string]lang.Text // see [Usage]
}

// Commands returns the help of every command, by its path below ssoctl.
var Commands = sync.OnceValue(func() map[string]Command {
	return map[string]Command{
		"": ssoctl(),

		"login":         login(),
		"qrlogin":       qrlogin(),
		"logout":        logout(),
		"authorize-url": authorizeURL(),
		"exchange":      exchange(),

		"token":    token(),
		"userinfo": userinfo(),
		"step":     step(),

		"explain": explain(),
		"doctor":  doctor(),
		"sign":    sign(),
		"jwt":     jwt(),

		"emulate":             emulate(),
		"emulate scan":        emulateScan(),
		"emulate healthcheck": healthcheck(),
		"demo":                demo(),

		"profile":        {Group: groupSetup, Short: lang.Text{EN: "List, show, compare, add and check profiles", ZH: "列出、查看、比较、新增和检查接入配置"}},
		"profile list":   profileList(),
		"profile show":   profileShow(),
		"profile diff":   profileDiff(),
		"profile lint":   profileLint(),
		"profile schema": profileSchema(),
		"profile verify": profileVerify(),
		"profile new":    profileNew(),
		"config":         {Group: groupSetup, Short: lang.Text{EN: "Print where the configuration is", ZH: "显示配置文件的位置"}},
		"config path":    configPath(),
		"trust":          trust(),
		"cache":          cache(),
		"cache list":     {Short: lang.Text{EN: "List the cached tokens, without showing them, and documents", ZH: "列出缓存的令牌（不显示令牌本身）和文档"}},
		"cache clear":    {Short: lang.Text{EN: "Delete the cached tokens and documents; with -p, those of one profile", ZH: "清除缓存的令牌和文档；加 -p 只清除一个接入配置的"}},
		"keyring":        keyring(),
		"keyring set":    {Short: lang.Text{EN: "Store a secret, typed or from standard input", ZH: "存入密钥，手动输入或来自标准输入"}},
		"keyring delete": {Short: lang.Text{EN: "Delete a secret", ZH: "删除密钥"}},

		"completion":            completion(),
		"completion bash":       shell("bash", "source <(ssoctl completion bash)"),
		"completion zsh":        shell("zsh", "source <(ssoctl completion zsh)"),
		"completion fish":       shell("fish", "ssoctl completion fish | source"),
		"completion powershell": shell("PowerShell", "ssoctl completion powershell | Out-String | Invoke-Expression"),
		"version":               {Group: groupSetup, Short: lang.Text{EN: "Print the version", ZH: "显示版本"}},
		"help":                  {Group: groupSetup, Short: lang.Text{EN: "Show the help of a command", ZH: "显示某个命令的用法"}},
		"help output":           helpOutput(),
	}
})

const (
	groupLogin   = "login"
	groupToken   = "token"
	groupFailure = "failure"
	groupEmulate = "emulate"
	groupSetup   = "setup"
)

// Group is a group of commands in the help of ssoctl.
type Group struct {
	ID    string
	Title lang.Text
}

// Groups returns the groups of commands, in the order of help.
func Groups() []Group {
	return []Group{
		{groupLogin, lang.Text{EN: "Log in", ZH: "登录"}},
		{groupToken, lang.Text{EN: "Tokens and users", ZH: "令牌与用户"}},
		{groupFailure, lang.Text{EN: "Understand a failure", ZH: "排查失败"}},
		{groupEmulate, lang.Text{EN: "Emulate", ZH: "模拟厂商"}},
		{groupSetup, lang.Text{EN: "Profiles and set-up", ZH: "接入配置与环境"}},
	}
}

// Usage splits a flag's text, in one language. A name in backquotes at its start names the
// flag's value: "`FILE` to write to".
func Usage(text string) (value, usage string) {
	quoted, isQuoted := strings.CutPrefix(text, "`")
	if !isQuoted {
		return "", text
	}
	value, usage, _ = strings.Cut(quoted, "`")
	return value, strings.TrimSpace(usage)
}
