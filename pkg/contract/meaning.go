package contract

import (
	"sync"

	"ssoctl/pkg/lang"
)

// Meaning says what a member of this name means. It returns the zero Text if the name is
// clear, or if the meaning depends on the result.
func Meaning(name string) lang.Text { return meanings()[name] }

var meanings = sync.OnceValue(func() map[string]lang.Text {
	return map[string]lang.Text{
		"profile":         {EN: "name of the profile", ZH: "接入配置的名称"},
		"step":            {EN: "the step that ran", ZH: "运行的步骤"},
		"url":             {EN: "the address", ZH: "地址"},
		"code_verifier":   {EN: "PKCE verifier (RFC 7636)", ZH: "PKCE 的 verifier（RFC 7636）"},
		"expires_in":      {EN: "seconds", ZH: "秒"},
		"expires_at":      {EN: "RFC 3339", ZH: "RFC 3339 时间"},
		"expires_source":  {EN: "where the expiry comes from: vendor or profile", ZH: "有效期的来源：vendor 或 profile"},
		"id_token_claims": {EN: "claims of the id_token", ZH: "id_token 的声明"},
		"verified":        {EN: "whether the claims are genuine", ZH: "声明是否已验证"},
		"subject":         {EN: "the user's id at the vendor, always a string", ZH: "用户在厂商处的标识，始终是字符串"},
		"tenant":          {EN: "the company that the user belongs to", ZH: "用户所属的企业"},
		"extra":           {EN: "values that the profile reads under other names", ZH: "接入配置以其他名称读取的值"},
		"raw":             {EN: "the vendor's whole response", ZH: "厂商的完整响应"},
		"cached":          {EN: "whether the token or response comes from the cache", ZH: "令牌或响应是否来自缓存"},
		"token":           {EN: "as exchange prints it", ZH: "与 exchange 的输出相同"},
		"values":          {EN: "what the step reads or yields, by its names", ZH: "步骤读取或产生的值，按名称"},
		"active":          {EN: "whether the token is valid (RFC 7662)", ZH: "令牌是否有效（RFC 7662）"},
		"logged_out":      {EN: "the browser came back", ZH: "浏览器已返回"},
		"script":          {EN: "all commands as a shell script", ZH: "全部命令组成的 shell 脚本"},
		"stands_for":      {EN: "the value's name in the profile", ZH: "这个值在接入配置里的名称"},
		"times":           {EN: "claims that are times, as RFC 3339", ZH: "时间类声明，RFC 3339 格式"},
		"signature":       {EN: "only with --show-secrets", ZH: "仅在 --show-secrets 时输出"},
		"compared":        {EN: "what was checked: signature and names of claims", ZH: "检查的内容：signature 和声明的名称"},
		"reason":          {EN: "why it is not verified, for people", ZH: "未验证的原因，供人阅读"},
		"answer":          {EN: "refused, yes or no_api", ZH: "refused、yes 或 no_api"},
		"meaning":         {EN: "for people", ZH: "供人阅读"},
		"guess":           {EN: "what is not documented, for people; empty if everything is", ZH: "没有文档依据的内容，供人阅读"},
		"vendor_code":     {EN: "the code in the response", ZH: "响应里的错误码"},
		"vendor_message":  {EN: "the message in the response, without secrets", ZH: "响应里的消息，已脱敏"},
		"refusal":         {EN: "the kind of refusal, such as expired_code", ZH: "拒绝的类别，例如 expired_code"},
		"http_status":     {EN: "status of the response", ZH: "响应的状态码"},
		"trace_id":        {EN: "the vendor's id of the call", ZH: "厂商给这次调用的编号"},
		"request_id":      {EN: "X-Request-Id of the response", ZH: "响应头 X-Request-Id"},
		"claim":           {EN: "what is wrong with a token, such as aud", ZH: "令牌中有问题的声明，例如 aud"},
		"resume":          {EN: "login --resume can continue", ZH: "可以用 login --resume 继续"},
		"exit":            {EN: "the exit code", ZH: "退出码"},
		"message":         {EN: "for people; the wording may change", ZH: "供人阅读，措辞可能变化"},
		"hint":            {EN: "what to do, for people; the wording may change", ZH: "处理建议，供人阅读，措辞可能变化"},
		"here":            {EN: "values of this set-up that may be the cause", ZH: "本机设置里可能的原因"},
		"status":          {EN: "ok, warn, fail or another state of a check", ZH: "检查的状态，例如 ok、warn、fail"},
		"what":            {EN: "for people", ZH: "供人阅读"},
		"do":              {EN: "what to do, for people", ZH: "处理建议，供人阅读"},
		"as_the_profile":  {EN: "whether the profile computes the same", ZH: "接入配置的计算结果是否一致"},
		"address":         {EN: "of a server", ZH: "服务器地址"},
		"browser":         {EN: "base_url for a browser, by profile, if it differs", ZH: "浏览器使用的 base_url，按接入配置；不同时才有"},
		"local":           {EN: "the address on this machine, if it differs", ZH: "本机上的地址；不同时才有"},
		"ca_file":         {EN: "the CA certificate to trust", ZH: "需要信任的 CA 证书"},
		"took":            {EN: "duration, such as 12ms", ZH: "用时，例如 12ms"},
		"own":             {EN: "not built in", ZH: "不是内置的"},
		"title_zh":        {EN: "title in Chinese", ZH: "中文标题"},
		"needs":           {EN: "inputs and values that it takes", ZH: "需要的输入和值"},
		"from":            {EN: "where the value comes from", ZH: "值的来源"},
		"minor":           {EN: "a note, not a difference", ZH: "提示，不算差异"},
		"sha256":          {EN: "hash of the file's content", ZH: "文件内容的摘要"},
		"dropped":         {EN: "number of tokens", ZH: "令牌数量"},
	}
})
