package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/mirror"
	"ssoctl/pkg/present"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// resumeHint returns what a [*handoff.UnfinishedError] adds to the hint for its cause; zero
// for other errors.
func resumeHint(err error) lang.Text {
	if unfinished := (*handoff.UnfinishedError)(nil); errors.As(err, &unfinished) {
		return unfinished.Hint()
	}
	return lang.Text{}
}

// sentHint is what a [*handoff.SentBeforeError] adds to the hint for its cause; zero for
// other errors.
func sentHint(err error) lang.Text {
	if before := (*handoff.SentBeforeError)(nil); errors.As(err, &before) {
		return before.Hint()
	}
	return lang.Text{}
}

// hintFor says what to do about an error; zero if the message says enough.
func hintFor(err error, r *root) lang.Text {
	return lang.Join(causeHint(err, r), resumeHint(err))
}

// causeHint returns the hint for the cause of an error. resumeHint adds whether the login
// can be continued.
func causeHint(err error, r *root) lang.Text {
	var (
		refusal    *client.Refusal
		protocol   *client.ProtocolError
		network    *client.NetworkError
		argument   *client.ArgumentError
		missing    *profile.MissingError
		notOffered *profile.NotOfferedError
		fault      *profile.Error
		callback   *loopback.CallbackError
		stray      *loopback.StrayError
		listen     *loopback.ListenError
		timeout    *login.TimeoutError
		mirrored   *present.MirrorError
		noBrowser  *mirror.NoBrowserError
		scan       *present.ScanError
		stored     *keyring.Error
		foreign    *private.Error
		unknown    *unknownError
		usage      *failure.UsageError
	)
	switch {
	case errors.Is(err, context.Canceled): // a person who pressed Ctrl-C needs no hint
		return lang.Text{}
	case errors.As(err, &refusal):
		return r.refusalHint(err, refusal)
	case errors.As(err, &protocol):
		return r.responseHint(protocol)
	case errors.As(err, &network):
		return r.networkHint(network)
	case errors.As(err, &argument):
		return r.argumentHint(argument)
	case errors.As(err, &missing):
		return r.missingHint(missing)
	case errors.As(err, &notOffered):
		if !notOffered.Why.IsZero() {
			return notOffered.Why
		}
		return lang.Text{
			EN: "See what it offers: ssoctl profile show " + notOffered.Profile,
			ZH: "它提供哪些步骤：ssoctl profile show " + notOffered.Profile,
		}
	case errors.As(err, new(*usersError)):
		return lang.Text{
			EN: `Each user is a table [[users]] with subject = "1001" and name = "Ada"; also nickname, username, email, phone, avatar, tenant = { id, code, name }.`,
			ZH: `每个用户写成一个 [[users]] 表，例如 subject = "1001"、name = "小明"；另有 nickname、username、email、phone、avatar 和 tenant = { id, code, name }。`,
		}
	case errors.As(err, &fault):
		return profileHint(fault, r)
	case errors.As(err, &stray):
		return lang.Join(sentHint(err), login.StrayHint(stray, r.loaded), lang.Text{EN: "Start the login again: ssoctl login, or ssoctl authorize-url and exchange --callback.", ZH: "请重新发起登录：ssoctl login，或 ssoctl authorize-url 后用 exchange --callback 完成。"})
	case errors.As(err, &callback):
		return callbackHint(callback, r.loaded)
	case errors.As(err, &mirrored):
		return mirrored.Hint()
	case errors.As(err, &noBrowser):
		return noBrowser.Hint()
	case errors.As(err, &scan):
		return scan.Hint()
	case errors.As(err, new(*noScanError)):
		return lang.Text{
			EN: "Start the emulator with --approve ask, and open one of its scan pages, for example with ssoctl qrlogin.",
			ZH: "启动模拟器时请加 --approve ask，并打开它的扫码页，例如执行 ssoctl qrlogin。",
		}
	case errors.As(err, new(*loopback.TakenError)):
		return lang.Text{
			EN: "Stop that process or choose another port. If the vendor accepts http://127.0.0.1:PORT/… instead of localhost, only that one address has to be free.",
			ZH: "请停掉那个进程，或换一个端口。若厂商接受，把 localhost 写成 http://127.0.0.1:端口/… 就只需要这一个地址。",
		}
	case errors.As(err, &listen):
		return lang.Text{EN: "Choose another address: --listen 127.0.0.1:0 takes any free port. A redirect_uri on this machine must have the same port: http://127.0.0.1:0/… means any free port.", ZH: "请换一个地址：--listen 127.0.0.1:0 会自动选用空闲端口；若 redirect_uri 指向本机，端口须一致，写成 http://127.0.0.1:0/… 即可自动选用。"}
	case errors.As(err, &timeout) && timeout.Last != nil:
		return lang.Join(login.StrayHint(timeout.Last, r.loaded), lang.Text{EN: "Start again; --wait 10m waits longer.", ZH: "请重新发起，可用 --wait 10m 延长等待时间。"})
	case errors.As(err, &timeout):
		return lang.Text{
			EN: "Start again; --wait 10m waits longer. If the browser shows a vendor's error page instead, the redirect address is often not registered there: compare the redirect_uri in the address above with the vendor's console.",
			ZH: "请重新发起，可用 --wait 10m 延长等待时间。若浏览器里显示的是厂商的报错，多半是回调地址没有登记：请把上面地址中的 redirect_uri 与厂商后台核对。",
		}
	case errors.As(err, new(*render.EnvError)):
		return lang.Text{EN: "Use -o json or --jq instead.", ZH: "请改用 -o json 或 --jq 取结果。"}
	case errors.As(err, new(*client.BusyError)):
		return lang.Text{EN: "Check what that process is waiting for; --timeout 2m waits longer.", ZH: "请查看那个进程在等什么；--timeout 2m 可延长等待。"}
	case errors.As(err, &stored):
		return stored.Hint()
	case errors.As(err, &unknown):
		return unknown.hint
	case errors.Is(err, syscall.EADDRINUSE):
		return lang.Text{EN: "Another process uses this port: choose another one, or let --listen 127.0.0.1:0 take any free port.", ZH: "端口已被其他进程占用：请换一个，或用 --listen 127.0.0.1:0 自动选用空闲端口。"}
	case errors.As(err, &usage) && !usage.Advice.IsZero():
		return usage.Advice
	case errors.As(err, &usage):
		help := cmp.Or(r.called, "ssoctl") + " --help"
		return lang.Text{EN: "See " + help, ZH: "用法见 " + help}
	case errors.As(err, &foreign):
		return lang.Text{
			EN: "Somebody else could have written it. Find out who did, then move " + foreign.Path + " away: ssoctl makes a new one.",
			ZH: "它可能是别人写的。请查明来源，再把 " + foreign.Path + " 移走，ssoctl 会重新创建。",
		}
	case failure.Of(err) == failure.Internal:
		return lang.Text{
			EN: "Check for a full disk or a file owned by another user. Otherwise this is a bug in ssoctl; --report FILE records what happened.",
			ZH: "请检查磁盘是否已满、文件是否属于别的用户；若都不是，就是 ssoctl 自身的问题，可用 --report FILE 记录现场。",
		}
	}
	return lang.Text{}
}

// withGuess adds what is unverified in the profile, because that may be the cause.
func withGuess(t, guess lang.Text) lang.Text {
	if guess.IsZero() {
		return t
	}
	return lang.Join(t, lang.Sprintf(lang.Text{EN: "Unverified: %s", ZH: "推测：%s"}, guess).Ended())
}

// noAPI explains a page or a redirect where JSON was expected.
func noAPI() lang.Text {
	return lang.Text{
		EN: "The server sent a page or a redirect instead of JSON: either this is not the host of the API, or a proxy, a login page or a Wi-Fi sign-in is in between. Open the address in a browser to see which.",
		ZH: "服务器返回的不是 JSON，而是网页或跳转：域名不是接口所在的主机，或中间有代理、登录页、Wi-Fi 认证。可用浏览器打开该地址查看。",
	}
}

// pageHint is about a refusal that is a page, so it does not come from the vendor's API.
func pageHint(status int) lang.Text {
	if status < http.StatusInternalServerError {
		return noAPI()
	}
	return lang.Sprintf(lang.Text{
		EN: "The server sent a page instead of JSON (HTTP %d): a gateway in front of the API, or a proxy, has failed. Try again later.",
		ZH: "服务器返回的不是 JSON，而是网页（HTTP %d）：出错的是接口前面的网关，或中间的代理。请稍后再试。",
	}, status)
}

// kindHint says what to do about a refusal whose code the profile does not know.
func kindHint(r *client.Refusal) lang.Text {
	show := "ssoctl profile show " + r.Profile
	switch {
	case r.Code != "" || r.Kind == "not_found":
	case r.Status == http.StatusMethodNotAllowed:
		return lang.Text{
			EN: "This address does not accept this method: it belongs to another call, or the profile has the wrong method. See both: " + show + ".",
			ZH: "该地址不接受这种请求方法：地址属于别的接口，或接入配置里的方法不对。查看两者：" + show + "。",
		}
	case r.Excerpt.Page:
		return pageHint(r.Status)
	case r.Kind == "bad_request":
		return lang.Sprintf(lang.Text{
			EN: "The server rejected this request (HTTP %d), and its response has no error code that the profile reads. See the request and the response with --trace, and compare them with the vendor's documentation.",
			ZH: "服务器拒绝了这个请求（HTTP %d），响应里没有接入配置能读取的错误码。请用 --trace 查看请求和响应，与厂商文档核对。",
		}, r.Status)
	}
	switch r.Kind {
	case "not_found":
		return lang.Text{EN: "There is nothing at this address. See its inputs: " + show + ".", ZH: "该地址不存在。查看它由哪些输入项组成：" + show + "。"}
	case "invalid_token":
		return lang.Text{EN: "The token or the client's credentials are not accepted. Get a new token, or check client_id and client_secret.", ZH: "令牌或客户端凭据不被接受。请重新获取令牌，或核对 client_id 和 client_secret。"}
	case "no_permission":
		return lang.Text{EN: "The application is not allowed to do this. Grant it the permission in the vendor's console.", ZH: "应用没有权限。请在厂商后台开通。"}
	case "rate_limited":
		if r.RetryAfter > 0 {
			return lang.Text{EN: "Too many calls.", ZH: "调用过于频繁。"} // waitHint says how long to wait
		}
		return lang.Text{EN: "Too many calls. Wait a minute and try again.", ZH: "调用过于频繁。请稍等一分钟再试。"}
	case "server_error":
		return lang.Text{EN: "The vendor's server failed. Try again later.", ZH: "厂商服务器出错。请稍后再试。"}
	}
	return lang.Text{
		EN: "The profile does not list this code. Look it up in the vendor's documentation, and check the inputs: " + show + ".",
		ZH: "该接入配置里没有这个错误码。请查阅厂商文档，并核对输入项：" + show + "。",
	}
}

// argumentHint names the flags for the values that a step lacks. With --curl, a signature
// may cover a value that only a response contains: then it names the flags of sign.
func (r *root) argumentHint(e *client.ArgumentError) lang.Text {
	called, _, err := r.cmd.Find(strings.Fields(r.called)[1:])
	if err != nil {
		return lang.Text{}
	}
	if r.curl && !takes(called, e.Needs) {
		command := fmt.Sprintf("ssoctl sign -p %s --step %s %s", e.Profile, e.Step, flagsOf(r.newSign(), e.Needs))
		return lang.Text{
			EN: "Only a response of the vendor contains this value: leave --curl out, or pass the value to " + command + ", which shows the request too.",
			ZH: "它只能来自厂商的响应：请去掉 --curl，或把它交给 " + command + "，同样会显示请求。",
		}
	}
	give := flagsOf(called, e.Needs)
	if len(e.Instead) > 0 {
		give += " / " + flagsOf(called, e.Instead)
	}
	if slices.Contains(e.Needs, "code") && e.TakesLogin {
		return lang.Sprintf(lang.Text{
			EN: "Give %s (- reads it from standard input), or log in: ssoctl login -p %s",
			ZH: "请给出 %s（- 表示从标准输入读取），或直接登录：ssoctl login -p %s",
		}, give, e.Profile)
	}
	return lang.Text{EN: "Give " + give, ZH: "请给出 " + give}
}

// takes reports whether a command has a flag for each of the values.
func takes(c *cobra.Command, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return c.Flags().Lookup(flagName(name)) == nil })
}

func flagName(value string) string { return strings.ReplaceAll(value, "_", "-") }

// flagsOf names the command's flags for the values, or --set for those without a flag.
func flagsOf(c *cobra.Command, names []string) string {
	flags := make([]string, len(names))
	for i, name := range names {
		switch flag := "--" + flagName(name); {
		case !takes(c, []string{name}):
			flags[i] = "--set " + name + "=…"
		case strings.HasSuffix(name, "_token"):
			flags[i] = flag + " T"
		default:
			flags[i] = flag + " " + strings.ToUpper(name[:1])
		}
	}
	return strings.Join(flags, " ")
}

func (r *root) missingHint(e *profile.MissingError) lang.Text {
	in := e.Missing[0]
	how := "--set " + in.Name + "=…"
	if in.Secret {
		how = "--set " + in.Name + "=file:PATH"
	}
	place := lang.Text{
		EN: "in a profile of your own: ssoctl profile new --from " + e.Profile, ZH: "写进自己的接入配置：ssoctl profile new --from " + e.Profile,
	}
	if src, err := r.sources(); err == nil && src.IsOwn(e.Profile) {
		table := "[profiles." + e.Profile + "]"
		place = lang.Text{EN: "in " + table + " of your configuration.", ZH: "写进配置文件的 " + table + "。"}
	}
	return lang.Text{
		EN: fmt.Sprintf("Give them by flag (%s), by environment (%s), or %s", how, envName(in.Name), place.EN),
		ZH: fmt.Sprintf("可用参数（%s）、环境变量（%s）给出，或%s", how, envName(in.Name), place.ZH),
	}
}

func profileHint(e *profile.Error, r *root) lang.Text {
	switch {
	case !e.Hint.IsZero() || r.called == "ssoctl profile lint":
		return e.Hint
	case e.Address != "":
		return r.addressHint(e.Address)
	case e.File == "" && e.Key != "" && r.loaded != nil:
		show := "ssoctl profile show " + r.loaded.Name
		return lang.Text{EN: "See the profile's values and where they come from: " + show, ZH: "查看接入配置的内容和出处：" + show}
	case e.File != "":
		return lang.Text{EN: "See all its faults: ssoctl profile lint", ZH: "查看全部问题：ssoctl profile lint"}
	}
	return lang.Text{EN: "See the available profiles: ssoctl profile list", ZH: "查看可用的接入配置：ssoctl profile list"}
}
