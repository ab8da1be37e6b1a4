// Package hint says what to do about an error: it explains an error of the client or the
// network with what the program knows about the profile, the command and the machine. Most
// other errors say it themselves, in a method Hint.
//
// Fill in an [Adviser] and call [Adviser.Hint].
package hint

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"syscall"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// Adviser knows what hints depend on besides the error.
type Adviser struct {
	Profile    *profile.Profile // the profile of the command; nil if it has none
	Command    string           // the running command, such as "ssoctl profile lint"
	Curl       bool             // the command only prints the request (--curl)
	NoVerifier bool             // a code was sent without code_verifier, although the profile uses PKCE
	ClientCert bool             // requests show a client certificate (--client-cert)
	Now        time.Time
	Machine    Machine
}

// Machine looks up what is not known until a hint needs it. A hint asks for the proxy, the
// other address or the owner at most once.
type Machine interface {
	// Proxy returns the proxy for requests to a host, and the flag or variable that names
	// it; nil if there is none.
	Proxy(scheme, host string) (proxy *url.URL, by string)
	// OtherLoopback returns the other address of localhost, ::1 or 127.0.0.1 with the port,
	// if hostport is one of them and a server listens at the other; otherwise "".
	OtherLoopback(hostport string) string
	// IsOwn reports whether the user's configuration has this profile.
	IsOwn(profile string) bool
	// IsEmpty reports whether an environment variable is set to nothing.
	IsEmpty(variable string) bool
	// Takes reports whether a command, such as "ssoctl sign", has this flag.
	Takes(command, flag string) bool
}

// Hint says what to do about an error; zero if the message says enough. It is the hint about
// the first error that has one, among err and the errors that it wraps or joins, then
// whether the login can be resumed.
func (a Adviser) Hint(err error) lang.Text {
	hint := a.cause(err)
	if spent := (*handoff.CodeSpentError)(nil); errors.As(err, &spent) {
		hint = lang.Join(hint, spent.Hint())
	}
	return hint
}

func (a Adviser) cause(err error) lang.Text {
	if errors.Is(err, context.Canceled) { // a person who pressed Ctrl-C needs no hint
		return lang.Text{}
	}
	var sent lang.Text
	if before := (*handoff.SentBeforeError)(nil); errors.As(err, &before) {
		sent = before.Hint()
	}
	for e := range failure.All(err) {
		if hint, ok := a.about(e, sent); ok {
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

// about returns the hint about one error; ok is false if it has none, so that the errors
// that it wraps decide. sent says when the code was sent before.
func (a Adviser) about(err error, sent lang.Text) (hint lang.Text, ok bool) {
	switch e := err.(type) {
	case *client.Refusal:
		return a.refusal(e, sent), true
	case *client.ProtocolError:
		return a.response(e), true
	case *client.NetworkError:
		return a.network(e), true
	case *client.ArgumentError:
		return a.argument(e), true
	case *profile.MissingError:
		return a.missing(e), true
	case *profile.Error:
		return a.profileError(e), true
	case *loopback.StrayError:
		return lang.Join(sent, e.Hint(), lang.Text{
			EN: "Start the login again: ssoctl login, or ssoctl authorize-url and exchange --callback.",
			ZH: "请重新发起登录：ssoctl login，或 ssoctl authorize-url 后用 exchange --callback 完成。",
		}), true
	case *loopback.CallbackError:
		return a.callback(e), true
	case *failure.UsageError:
		return a.usage(e), true
	case *handoff.CodeSpentError, *handoff.SentBeforeError: // they add to the hint of their cause
		return lang.Text{}, false
	case syscall.Errno:
		return portTaken(), failure.IsPortTaken(e)
	case interface{ Hint() lang.Text }:
		return e.Hint(), true
	}
	return lang.Text{}, false
}

func (a Adviser) usage(e *failure.UsageError) lang.Text {
	switch {
	case failure.IsPortTaken(e):
		return portTaken()
	case !e.Advice.IsZero():
		return e.Advice
	}
	return lang.Sprintf(lang.Text{EN: "See %s --help", ZH: "用法见 %s --help"}, cmp.Or(a.Command, "ssoctl"))
}

func portTaken() lang.Text {
	return lang.Text{
		EN: "Another process uses this port: choose another one, or let --listen 127.0.0.1:0 take any free port.",
		ZH: "端口已被其他进程占用：请换一个，或用 --listen 127.0.0.1:0 自动选用空闲端口。",
	}
}
