package manual

import (
	"sync"

	"ssoctl/pkg/lang"
)

// need is a set of bits. A global flag has the one bit of what it affects, and a command
// takes the flags whose bit is in its set. Every command takes a flag with always.
type need int

const (
	always need = 1 << iota >> 1
	chosenProfile
	configFiles
	givenValues
	jsonResult
	recording
	verbosity
	secretsShown
	connection
	repetition
	curlCommands
)

// Sets that several commands share.
const (
	ofProfile    = chosenProfile | configFiles | givenValues | jsonResult
	ofVendor     = ofProfile | recording | verbosity | secretsShown | connection | repetition
	ofEverything = ofVendor | curlCommands
)

// takes returns the set of a command; known is false for a command without a manual. It is not
// part of [Command], because every run needs it: to make the texts of all commands for it would
// take a hundredth of a short command's time.
func takes(path string) (set need, known bool) {
	switch path {
	case "", "exchange", "token", "userinfo", "step":
		return ofEverything, true
	case "login", "qrlogin", "authorize-url", "logout", "jwt", "sign":
		return ofVendor, true
	case "doctor":
		return ofVendor &^ repetition, true
	case "emulate":
		return ofProfile | connection | verbosity, true
	case "demo":
		return ofProfile | recording | verbosity | secretsShown, true
	case "explain", "profile show":
		return ofProfile, true
	case "profile diff", "profile new":
		return configFiles | givenValues | jsonResult, true
	case "profile verify":
		return chosenProfile | configFiles | jsonResult, true
	case "profile list", "profile lint", "config path", "trust":
		return configFiles | jsonResult, true
	case "emulate scan":
		return chosenProfile | jsonResult | connection, true
	case "emulate healthcheck":
		return jsonResult | connection, true
	case "cache list", "cache clear":
		return ofProfile | connection, true
	case "profile schema", "version", "help output":
		return jsonResult, true
	case "profile", "config", "cache", "keyring", "keyring set", "keyring delete", "help",
		"completion", "completion bash", "completion zsh", "completion fish", "completion powershell":
		return 0, true
	}
	return 0, false
}

// Takes reports whether a command takes a global flag. A command without a manual takes
// all.
func Takes(path, flag string) bool {
	set, known := takes(path)
	n := needs()[flag]
	return !known || n == always || set&n != 0
}

// WhyNot says why a command does not take a global flag.
func WhyNot(path, flag string) lang.Text {
	if flag == "curl" && Commands()[path].Group == groupLogin {
		return lang.Text{
			EN: "only exchange, token, userinfo and step print their requests; for the requests of a login: ssoctl exchange --code C --curl",
			ZH: "只有 exchange、token、userinfo、step 能打印请求；要看登录的请求：ssoctl exchange --code C --curl",
		}
	}
	return whyNot()[needs()[flag]]
}

// needs returns the need of each global flag, by the flag's name.
var needs = sync.OnceValue(func() map[string]need {
	out := map[string]need{}
	for _, g := range Globals() {
		for _, f := range g.Flags {
			out[f.Name] = f.need
		}
	}
	return out
})

func whyNot() map[need]lang.Text {
	return map[need]lang.Text{
		chosenProfile: {EN: "it is not about a single profile", ZH: "它不针对某个接入配置"},
		configFiles:   {EN: "it reads no configuration", ZH: "它不读取配置文件"},
		givenValues:   {EN: "it needs no values", ZH: "它不需要这些值"},
		jsonResult:    {EN: "it prints no result", ZH: "它不输出结果"},
		recording:     {EN: "it records no requests", ZH: "它不记录请求"},
		verbosity:     {EN: "it sends no requests", ZH: "它不发送请求"},
		secretsShown:  {EN: "it masks nothing", ZH: "它没有要脱敏的内容"},
		connection:    {EN: "it connects to no vendor", ZH: "它不连接厂商"},
		repetition:    {EN: "it repeats no requests", ZH: "它不重试请求"},
		curlCommands:  {EN: "only exchange, token, userinfo and step print their requests", ZH: "只有 exchange、token、userinfo、step 能打印请求"},
	}
}
