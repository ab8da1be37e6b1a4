package cmd

import (
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// callbackHint says what a callback's error means: as the profile has it, else by
// RFC 6749 §4.1.2.1 and OpenID Connect Core §3.1.2.6.
func callbackHint(e *loopback.CallbackError, p *profile.Profile) lang.Text {
	if e.Denied() {
		return lang.Text{EN: "The user said no. Start the login again.", ZH: "用户拒绝了登录。请重新发起。"}
	}
	if p != nil {
		if known, ok := p.Refusal(e.Code); ok {
			return withGuess(known.Text(), known.GuessText())
		}
	}
	return callbackErrors[e.Code]
}

var callbackErrors = map[string]lang.Text{
	"invalid_request": {
		EN: "The server does not understand the authorize address: a parameter is missing, wrong or there twice. Compare it with the vendor's document: ssoctl authorize-url.",
		ZH: "服务器看不懂授权地址：缺少参数、参数有误或重复。请用 ssoctl authorize-url 生成地址，对照厂商文档检查。",
	},
	"unauthorized_client": {
		EN: "This client may not log users in by a code. Have it allowed at the vendor's console, and check client_id.",
		ZH: "该客户端不允许使用授权码登录。请在厂商后台开通，并核对 client_id。",
	},
	"unsupported_response_type": {
		EN: "The server gives no code by this way. Check the authorize address.",
		ZH: "服务器不支持以这种方式返回授权码。请核对授权地址。",
	},
	"invalid_scope": {
		EN: "The server does not know the scope, or does not give it to this client. Ask for less: --set scope=….",
		ZH: "scope 不存在，或该客户端无权申请。请缩小范围：--set scope=…。",
	},
	"server_error":            {EN: "The vendor's server has a fault of its own. Try again later.", ZH: "厂商服务器出错。请稍后再试。"},
	"temporarily_unavailable": {EN: "The vendor's server is overloaded or being mended. Try again later.", ZH: "厂商服务器繁忙或正在维护。请稍后再试。"},
	"login_required":          {EN: "The user is not logged in at the vendor. Log in there and start again.", ZH: "用户尚未在厂商处登录。请先登录，再重新发起。"},
	"interaction_required":    {EN: "The vendor has to ask the user something first. Start again, without prompt=none.", ZH: "厂商需要先与用户交互。请去掉 prompt=none 后重新发起。"},
	"consent_required":        {EN: "The user has to agree first. Start again, without prompt=none.", ZH: "需要用户先同意授权。请去掉 prompt=none 后重新发起。"},
	"account_selection_required": {
		EN: "The user has to choose an account first. Start again, without prompt=none.",
		ZH: "需要用户先选择账号。请去掉 prompt=none 后重新发起。",
	},
}
