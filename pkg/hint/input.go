package hint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kballard/go-shellquote"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// argument names the flags for the values that a step lacks. With --curl, a signature
// may cover a value that only a response contains: then it names the flags of sign.
func (a Adviser) argument(e *client.ArgumentError) lang.Text {
	if a.Curl && !a.takes(a.Command, e.Needs) && a.reads(e.Needs) {
		command := fmt.Sprintf("ssoctl sign -p %s --step %s %s", e.Profile, e.Step, a.flagsOf("ssoctl sign", e.Needs))
		return lang.Sprintf(lang.Text{
			EN: "Only a response of the vendor contains this value: leave --curl out, or pass the value to %s, which shows the request too.",
			ZH: "它只能来自厂商的响应：请去掉 --curl，或把它交给 %s，同样会显示请求。",
		}, command)
	}
	give := a.flagsOf(a.Command, e.Needs)
	if len(e.Instead) > 0 {
		give += " / " + a.flagsOf(a.Command, e.Instead)
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
func (a Adviser) takes(command string, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !a.Machine.Takes(command, flagName(name)) })
}

// reads reports whether a step of the profile reads one of the values from a response.
func (a Adviser) reads(names []string) bool {
	return a.Profile == nil || slices.ContainsFunc(a.Profile.Steps(), func(s *profile.Step) bool {
		return slices.ContainsFunc(names, func(name string) bool { return name == profile.AppToken || s.Provides(name) })
	})
}

func flagName(value string) string { return strings.ReplaceAll(value, "_", "-") }

// flagsOf names the command's flags for the values, or --set for those without a flag.
func (a Adviser) flagsOf(command string, names []string) string {
	flags := make([]string, len(names))
	for i, name := range names {
		switch flag := "--" + flagName(name); {
		case !a.takes(command, []string{name}):
			flags[i] = "--set " + name + "=…"
		case strings.HasSuffix(name, "_token"):
			flags[i] = flag + " T"
		default:
			flags[i] = flag + " " + strings.ToUpper(name[:1])
		}
	}
	return strings.Join(flags, " ")
}

// missing says where to give the values of inputs. It shows how for the first one.
func (a Adviser) missing(e *profile.MissingError) lang.Text {
	in := e.Missing[0]
	if provider := a.provider(); provider != "" && in.Name == "client_id" && a.takes(a.Command, []string{in.Name}) {
		return lang.Text{
			EN: "Give --client-id ID beside --issuer " + provider + ", or set SSOCTL_CLIENT_ID in the environment.",
			ZH: "请在 --issuer " + provider + " 之外再给出 --client-id ID，或设置环境变量 SSOCTL_CLIENT_ID。",
		}
	}
	flag := "--set " + in.Name + "=…"
	if in.Name == "redirect_uri" && a.takes(a.Command, []string{in.Name}) {
		flag = "--redirect-uri URL"
	}
	if in.Secret {
		flag = "--set " + in.Name + "=file:PATH"
	}
	place := lang.Text{EN: "in a profile of your own: ssoctl profile new --from %s", ZH: "写进自己的接入配置：ssoctl profile new --from %s"}
	if a.Machine.IsOwn(e.Profile) {
		place = lang.Text{EN: "in [profiles.%s] of your configuration.", ZH: "写进配置文件的 [profiles.%s]。"}
	}
	return lang.Join(a.empty(e), lang.Sprintf(lang.Text{
		EN: "Give them by flag (%s), by environment (%s), or %s",
		ZH: "可用参数（%s）、环境变量（%s）给出，或%s",
	}, flag, render.Variable(in.Name), lang.Sprintf(place, e.Profile)))
}

// empty names the first missing input whose variable is set but empty: a CI system does that
// with a secret that it does not have.
func (a Adviser) empty(e *profile.MissingError) lang.Text {
	for _, in := range e.Missing {
		if variable := render.Variable(in.Name); a.Machine.IsEmpty(variable) {
			return lang.Sprintf(lang.Text{
				EN: "%s is set but empty. In a CI job, that often means that the secret does not exist under this name, or that the job may not read it.",
				ZH: "环境变量 %s 的值是空的。在 CI 作业里，这通常说明没有这个名称的密钥，或作业无权读取它。",
			}, variable)
		}
	}
	return lang.Text{}
}

// provider is the issuer that a flag gives, quoted for a shell; "" if none does.
func (a Adviser) provider() string {
	if a.Profile == nil {
		return ""
	}
	if issuer, from := a.Profile.Given(oidc.IssuerInput); from.From == "flag" {
		return shellquote.Join(issuer)
	}
	return ""
}

// profileError says where to look for what is wrong in a profile.
func (a Adviser) profileError(e *profile.Error) lang.Text {
	switch {
	case !e.Hint.IsZero() || a.Command == "ssoctl profile lint":
		return e.Hint
	case e.Address != "":
		return a.address(e.Address)
	case e.File == "" && e.Key != "" && a.Profile != nil:
		show := "ssoctl profile show " + a.Profile.Name
		return lang.Text{EN: "See the profile's values and where they come from: " + show, ZH: "查看接入配置的内容和出处：" + show}
	case e.File != "":
		return lang.Text{EN: "See all its faults: ssoctl profile lint", ZH: "查看全部问题：ssoctl profile lint"}
	}
	return lang.Text{EN: "See the available profiles: ssoctl profile list", ZH: "查看可用的接入配置：ssoctl profile list"}
}
