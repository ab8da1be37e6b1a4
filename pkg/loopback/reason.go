package loopback

import (
	"net/http"

	"ssoctl/pkg/lang"
)

// Reason is why a redirect is not the awaited one.
type Reason int

// The reasons. StateSpace to StateOther are about a wrong state.
const (
	Unlisted Reason = iota // another reason, described in Problem

	// About the request, before its parameters are checked.
	OtherHost
	OtherPath
	SlashAdded
	SlashLost
	QueryLost
	SecondQuestionMark
	OtherMethod
	Prefetch
	NoForm
	FormTooLarge
	Divided
	AroundPage

	// About a pasted text.
	NoAddress
	TooLong
	Blank
	OtherAddress

	// About the parameters, including the state.
	Malformed
	Empty
	NoState
	KnownNoState // the vendor is known to leave state out
	LogoutNoState
	LogoutStateOther
	ErrorWithoutState
	SeveralStates
	StateSpace
	StatePlus
	StateEncoded
	StateAppended
	StatePrepended
	StateCut
	StateOther

	// About parameters with the right state.
	IssuerOther
	IssuerMissing
	OtherNames
	OtherNamesNoState // the vendor returns no state
	Repeated
	CodeAndError

	reasonCount = iota
)

const stateChanges = StateSpace

// changed describes a state that was changed on the way.
func changed(en, zh string, hint lang.Text) about {
	return about{
		problem: lang.Text{EN: "the state came back changed: " + en, ZH: "state 返回时变了：" + zh},
		hint:    hint,
	}
}

// about is the message and the hint for a [Reason].
type about struct {
	status  int // HTTP status; 0 means 400
	problem lang.Text
	hint    lang.Text
}

var noState = lang.Text{EN: "the callback has no state", ZH: "回调没有带 state"}

var reasons = [reasonCount]about{
	OtherHost: {
		status:  http.StatusNotFound,
		problem: lang.Text{EN: "the request's Host header names another host", ZH: "请求的主机名不符"},
		hint:    lang.Text{EN: "If a tunnel or a proxy forwards to this address, pass its address with --redirect-uri.", ZH: "若有隧道或代理转发到这里，请用 --redirect-uri 写明它的地址。"},
	},
	OtherPath: {
		status:  http.StatusNotFound,
		problem: lang.Text{EN: "the request's path differs from that of the redirect_uri", ZH: "请求的路径与 redirect_uri 不同"},
		hint:    sameAddress,
	},
	SlashAdded: {
		status:  http.StatusNotFound,
		problem: lang.Text{EN: "the path ends with a / that the redirect_uri does not have", ZH: "路径末尾比 redirect_uri 多了一个 /"},
		hint:    sameAddress,
	},
	SlashLost: {
		status:  http.StatusNotFound,
		problem: lang.Text{EN: "the / at the end of the redirect_uri is missing", ZH: "路径末尾比 redirect_uri 少了一个 /"},
		hint:    sameAddress,
	},
	QueryLost: {
		status:  http.StatusNotFound,
		problem: lang.Text{EN: "the redirect_uri's own parameters are missing or changed", ZH: "redirect_uri 自带的参数丢失或变了"},
		hint:    noQuery,
	},
	SecondQuestionMark: {
		status:  http.StatusNotFound,
		problem: lang.Text{EN: "the response was appended with a second ? to a redirect_uri that already has a query", ZH: "redirect_uri 已有参数，返回内容却又用第二个 ? 拼接"},
		hint:    noQuery,
	},
	OtherMethod: {
		status:  http.StatusMethodNotAllowed,
		problem: lang.Text{EN: "the request is neither GET nor POST", ZH: "请求既不是 GET 也不是 POST"},
		hint:    lang.Text{EN: "Link scanners and scripts do that; browsers use GET.", ZH: "链接扫描程序或脚本会这样访问；浏览器用的是 GET。"},
	},
	Prefetch: {
		status:  http.StatusServiceUnavailable,
		problem: lang.Text{EN: "a browser prefetched the address", ZH: "浏览器只是预取了该地址"},
		hint:    lang.Text{EN: "The login continues when the browser opens it.", ZH: "真正打开时才算数。"},
	},
	NoForm: {
		status:  http.StatusUnsupportedMediaType,
		problem: lang.Text{EN: "the POST is not a form (application/x-www-form-urlencoded)", ZH: "POST 的内容不是表单（application/x-www-form-urlencoded）"},
		hint:    lang.Text{EN: "Ask the vendor for response_mode=form_post or query.", ZH: "请让厂商使用 response_mode=form_post 或 query。"},
	},
	FormTooLarge: {
		status:  http.StatusRequestEntityTooLarge,
		problem: lang.Text{EN: "the POSTed form is larger than 64 KiB", ZH: "POST 的表单超过 64 KiB"},
		hint:    lang.Text{EN: "Ask the vendor for response_mode=query, or for fewer scopes.", ZH: "请让厂商使用 response_mode=query，或减少 scope。"},
	},
	Divided: {
		problem: lang.Text{EN: "part of the response is in the address of the POST, not in its form", ZH: "返回内容有一部分在 POST 的地址里，而不在表单里"},
		hint:    lang.Text{EN: "Ask the vendor for response_mode=form_post or query.", ZH: "请让厂商使用 response_mode=form_post 或 query。"},
	},
	AroundPage: {
		problem: lang.Text{EN: "the browser came to the redirect_uri, but this login waits for a message from the vendor's script", ZH: "浏览器直接回到了 redirect_uri，而这次登录等待的是厂商脚本的消息"},
		hint:    lang.Text{EN: "The script redirects by itself: use --via link.", ZH: "该脚本会自行跳转：请改用 --via link。"},
	},
	NoAddress: {problem: lang.Text{EN: "expected a whole address, such as %s", ZH: "不是完整的地址，应形如 %s"}},
	TooLong:   {problem: lang.Text{EN: "this is too long for an address", ZH: "内容过长，不是地址"}},
	Blank:     {problem: lang.Text{EN: "this is not an address: it contains a space or a line break", ZH: "不是地址：其中有空格或换行"}},
	OtherAddress: {
		problem: lang.Text{EN: "the callback's address is not the awaited redirect_uri", ZH: "回调到达的地址不是所等待的 redirect_uri"},
	},
	Malformed: {
		problem: lang.Text{EN: "the callback's parameters cannot be decoded", ZH: "回调的参数无法解析"},
		hint:    lang.Text{EN: "The vendor or a proxy in between does not encode a % or ; in them properly.", ZH: "厂商或中间的代理没有正确编码其中的 % 或 ;。"},
	},
	Empty: {
		problem: lang.Text{EN: "the callback has no code, no error and no state", ZH: "回调里没有授权码、error 和 state"},
		hint:    lang.Text{EN: "If the address in the browser has a #, the response is after it. The page there passes it on. If the browser blocks scripts, ask the vendor for response_mode=query or form_post.", ZH: "若浏览器地址里有 #，返回内容就在其后，页面会自动转交；若浏览器禁用了脚本，请让厂商使用 response_mode=query 或 form_post。"},
	},
	NoState: {
		problem: noState,
		hint:    lang.Text{EN: "The vendor or a proxy in between dropped it, or this login was not started here.", ZH: "厂商或中间的代理丢掉了它，或者这不是在这里发起的登录。"},
	},
	KnownNoState: {
		problem: noState,
		hint:    lang.Text{EN: "This vendor is known to leave state out; --no-state accepts that.", ZH: "该厂商确有这种情况，可用 --no-state 接受。"},
	},
	LogoutNoState: {
		problem: noState,
		hint:    lang.Text{EN: "The provider has to return the state of a logout. It or a proxy in between dropped it, or this logout was not started here.", ZH: "提供方应原样返回退出登录的 state：它或中间的代理丢掉了，或者这不是在这里发起的退出登录。"},
	},
	LogoutStateOther: {
		problem: lang.Text{EN: "the callback's state does not belong to this logout", ZH: "回调的 state 不属于这次退出登录"},
		hint:    lang.Text{EN: "It belongs to another logout, perhaps an earlier one. Open the address that was shown last.", ZH: "它属于另一次（或更早的）退出登录：请打开最近一次显示的地址。"},
	},
	ErrorWithoutState: {
		problem: lang.Text{EN: "the callback has an error, but no state", ZH: "回调带有 error，但没有 state"},
		hint:    lang.Text{EN: "Anyone could have sent it. If the vendor's page shows the same error, start again.", ZH: "任何人都可能发来这样的请求。若厂商页面也这样说，请重新发起。"},
	},
	SeveralStates: {
		problem: lang.Text{EN: "the callback has more than one state", ZH: "回调里有多个 state"},
		hint:    oneOfEach,
	},
	StateSpace:     changed("a + became a space", "+ 变成了空格", notEncoded),
	StatePlus:      changed("a space became a +", "空格变成了 +", notEncoded),
	StateEncoded:   changed("it is percent-encoded once too often", "被多编码了一次（%XX）", notEncoded),
	StateAppended:  changed("something was appended to it", "末尾被加上了内容", alters),
	StatePrepended: changed("something was prepended to it", "前面被加上了内容", alters),
	StateCut: changed("its end was cut off", "末尾被截断", lang.Text{
		EN: "The vendor or a proxy in between limits its length.", ZH: "厂商或中间的代理限制了它的长度。",
	}),
	StateOther: {
		problem: lang.Text{EN: "the callback's state does not belong to this login", ZH: "回调的 state 不属于这次登录"},
		hint:    lang.Text{EN: "It belongs to another login, perhaps an earlier one. Open the address that was shown last.", ZH: "它属于另一次（或更早的）登录：请打开最近一次显示的地址。"},
	},
	IssuerOther: {
		problem: lang.Text{EN: "the callback's iss is not the issuer of this login", ZH: "回调的 iss 不是这次登录的 issuer"},
		hint:    mixedUp,
	},
	IssuerMissing: {
		problem: lang.Text{EN: "the callback has no iss, although the provider says that it always sends one", ZH: "回调没有 iss，而提供方声明总会带上它"},
		hint:    mixedUp,
	},
	OtherNames: {
		problem: lang.Text{EN: "the callback has the right state, but no %s and no error, only other parameters", ZH: "回调的 state 正确，但没有 %s，也没有 error，只有其他参数"},
		hint:    theirNames,
	},
	OtherNamesNoState: {
		problem: lang.Text{EN: "the callback has no %s and no error, only other parameters", ZH: "回调里没有 %s，也没有 error，只有其他参数"},
		hint:    theirNames,
	},
	Repeated: {
		problem: lang.Text{EN: "the callback has more than one %s", ZH: "回调里有多个 %s"},
		hint:    oneOfEach,
	},
	CodeAndError: {
		problem: lang.Text{EN: "the callback has both a code and an error", ZH: "回调里同时有授权码和 error"},
		hint:    oneOfEach,
	},
}

// Hints that several reasons share.
var (
	sameAddress = lang.Text{
		EN: "The redirect_uri registered with the vendor must be identical to the one here.",
		ZH: "厂商处登记的 redirect_uri 须与这里逐字相同。",
	}
	noQuery = lang.Text{
		EN: "The vendor does not preserve the query of a redirect_uri. Register one without a query.",
		ZH: "厂商不保留 redirect_uri 的参数：请登记不带参数的地址。",
	}
	notEncoded = lang.Text{
		EN: "The vendor or a proxy in between does not encode it properly. Use a state of letters and digits only.",
		ZH: "厂商或中间的代理没有正确编码：请改用只含字母和数字的 state。",
	}
	alters = lang.Text{
		EN: "The vendor or a proxy in between changes it. Compare the state in the browser's address with the state in the login address.",
		ZH: "厂商或中间的代理改动了它：请对比浏览器地址与登录地址中的 state。",
	}
	mixedUp = lang.Text{
		EN: "A server other than the issuer may have answered (RFC 9207). The code was not sent.",
		ZH: "返回的可能是别的服务器，而不是该 issuer（RFC 9207）。授权码没有发送。",
	}
	theirNames = lang.Text{
		EN: "These may be the vendor's own names for an error or for the code: look them up in its documentation. Say in [authorize] of the profile how to read them: callback.code or read.code for the code, code for an error.",
		ZH: "它们可能是厂商自己的错误或授权码参数名：请查阅厂商文档。请在接入配置的 [authorize] 里写明怎样读取：授权码用 callback.code 或 read.code，错误用 code。",
	}
	oneOfEach = lang.Text{
		EN: "RFC 6749 allows only one. Check whether a proxy in between adds the other.",
		ZH: "RFC 6749 只允许一个：请检查中间的代理是否多加了一个。",
	}
)
