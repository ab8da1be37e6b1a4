package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
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

// causeHint returns the hint for the cause of an error: the first error in it that has one.
// resumeHint adds whether the login can be continued.
func causeHint(err error, r *root) lang.Text {
	if errors.Is(err, context.Canceled) { // a person who pressed Ctrl-C needs no hint
		return lang.Text{}
	}
	for e := range failure.All(err) {
		if hint, ok := r.hintAbout(e, sentHint(err)); ok {
			return hint
		}
	}
	if failure.Of(err) == failure.Internal {
		return lang.Text{
			EN: "Check for a full disk or a file owned by another user. Otherwise this is a bug in ssoctl; --report FILE records what happened.",
			ZH: "请检查磁盘是否已满、文件是否属于别的用户；若都不是，就是 ssoctl 自身的问题，可用 --report FILE 记录现场。",
		}
	}
	return lang.Text{}
}

// hintAbout returns the hint about one error; ok is false if it has none, so that the errors
// that it wraps decide. sent says when the code was sent before.
func (r *root) hintAbout(err error, sent lang.Text) (hint lang.Text, ok bool) {
	switch e := err.(type) {
	case *client.Refusal:
		return r.refusalHint(e, sent), true
	case *client.ProtocolError:
		return r.responseHint(e), true
	case *client.NetworkError:
		return r.networkHint(e), true
	case *client.ArgumentError:
		return r.argumentHint(e), true
	case *profile.MissingError:
		return r.missingHint(e), true
	case *profile.Error:
		return profileHint(e, r), true
	case *loopback.StrayError:
		return lang.Join(sent, e.Hint(), lang.Text{EN: "Start the login again: ssoctl login, or ssoctl authorize-url and exchange --callback.", ZH: "请重新发起登录：ssoctl login，或 ssoctl authorize-url 后用 exchange --callback 完成。"}), true
	case *loopback.CallbackError:
		return callbackHint(e, r.loaded), true
	case *failure.UsageError:
		return r.usageHint(e), true
	case *handoff.UnfinishedError, *handoff.SentBeforeError: // they add to the hint of their cause
		return lang.Text{}, false
	case syscall.Errno:
		return portHint(), e == syscall.EADDRINUSE
	case interface{ Hint() lang.Text }:
		return e.Hint(), true
	}
	return lang.Text{}, false
}

func (r *root) usageHint(e *failure.UsageError) lang.Text {
	switch {
	case errors.Is(e, syscall.EADDRINUSE):
		return portHint()
	case !e.Advice.IsZero():
		return e.Advice
	}
	return lang.Sprintf(lang.Text{EN: "See %s --help", ZH: "用法见 %s --help"}, cmp.Or(r.called, "ssoctl"))
}

func portHint() lang.Text {
	return lang.Text{EN: "Another process uses this port: choose another one, or let --listen 127.0.0.1:0 take any free port.", ZH: "端口已被其他进程占用：请换一个，或用 --listen 127.0.0.1:0 自动选用空闲端口。"}
}

// withGuess adds what is unverified in the profile, because that may be the cause.
func withGuess(t, guess lang.Text) lang.Text {
	if guess.IsZero() {
		return t
	}
	return lang.Join(t, lang.Sprintf(lang.Text{EN: "Unverified: %s", ZH: "推测：%s"}, guess).Ended())
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
