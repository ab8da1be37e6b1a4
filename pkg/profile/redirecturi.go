package profile

import (
	"net/url"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
)

// returnInputs are the inputs for the addresses to which a vendor sends the browser back.
var returnInputs = []string{"redirect_uri", oidc.LogoutRedirectInput}

// CheckRedirectURI returns an error unless text can be a redirect_uri. It must match the
// input's pattern, which may allow a mere word. Without a pattern, it must be an absolute
// address of any scheme, without a fragment (RFC 6749 §3.1.2). The error completes the
// sentence "the value …".
func (in Input) CheckRedirectURI(text string) error {
	if in.Pattern != "" {
		_, err := in.Typed(text)
		return err
	}
	u, err := url.Parse(strings.ReplaceAll(text, "{state}", "0")) // the state may be the port
	switch {
	case err != nil || !u.IsAbs() || (u.Scheme == "http" || u.Scheme == "https") && u.Host == "":
		return lang.Errorf(lang.Text{EN: "must be a whole address, such as http://127.0.0.1:8976/callback", ZH: "应为完整地址，例如 http://127.0.0.1:8976/callback"})
	case u.Fragment != "":
		return lang.Errorf(lang.Text{EN: "must have no fragment (#…), which browsers do not send (RFC 6749 §3.1.2)", ZH: "不能带 # 片段：浏览器不会发送（RFC 6749 §3.1.2）"})
	}
	return nil
}
