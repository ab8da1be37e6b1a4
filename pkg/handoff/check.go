package handoff

import (
	"net/url"
	"regexp"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// CheckCode refuses two common mistakes in --code: a code that is still percent-encoded,
// and the whole redirected address. The vendor would refuse both, and the login would be
// lost. A code from standard input is not checked, so a code that really contains a
// percent sign can be given there. takesCallback reports whether the command has --callback.
func CheckCode(code string, takesCallback bool) error {
	if regexp.MustCompile(`://|(^|[?&#])(\w*code|state)=`).MatchString(code) {
		hint := lang.Text{EN: "Give the code alone, decoded: the value of its parameter.", ZH: "请只给出 code 本身，即该参数解码后的值。"}
		if takesCallback {
			hint = lang.Text{EN: "Give the address with --callback, in quotes.", ZH: "请用 --callback 给出该地址，并加引号。"}
		}
		return &failure.UsageError{Advice: hint, Problem: lang.Text{
			EN: "--code: this is a redirected address or its query, not a code",
			ZH: "--code：这是回调地址或其查询参数，不是 code",
		}}
	}
	decoded, err := url.PathUnescape(code)
	if err != nil || decoded == code {
		return nil
	}
	escape := regexp.MustCompile(`%[0-9A-Fa-f]{2}`).FindString(code)
	hint := lang.Text{EN: "Decode it.", ZH: "请先解码。"}
	if takesCallback {
		hint = lang.Text{EN: "Decode it, or give the whole redirected address with --callback.", ZH: "请先解码，或用 --callback 给出完整的回调地址。"}
	}
	hint = lang.Join(hint, lang.Text{
		EN: "If the vendor's code really contains a percent sign, give it on standard input: --code -", ZH: "如果厂商的 code 本来就含百分号，请从标准输入给出：--code -",
	})
	return &failure.UsageError{Advice: hint, Problem: lang.Sprintf(lang.Text{
		EN: "--code: the code is still percent-encoded, as in an address (%s)",
		ZH: "--code：code 还是地址里的百分号编码（%s）",
	}, escape)}
}

// CheckCallback refuses a --callback that is not an address, or has neither a query nor a response
// in its fragment.
func CheckCallback(text string) error {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme == "" || u.RawQuery == "" && !strings.Contains(u.Fragment, "=") {
		return failure.Usagef(lang.Text{EN: "--callback: expected an address with a query, such as https://…/callback?code=…", ZH: "--callback：应为带查询参数的地址，例如 https://…/callback?code=…"})
	}
	return nil
}
