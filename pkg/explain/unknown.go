package explain

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// UnknownError is the error for a text that no profile recognises.
type UnknownError struct{ problem, hint lang.Text }

func (e *UnknownError) Error() string { return e.problem.EN }

// Failure returns [failure.Usage].
func (*UnknownError) Failure() failure.Kind { return failure.Usage }

// Text is the error in both languages.
func (e *UnknownError) Text() lang.Text { return e.problem }

// Hint says what to do about the error.
func (e *UnknownError) Hint() lang.Text { return e.hint }

// Unknown returns the error for a text that no profile in chosen explains; found is what
// [Read] reports. It suggests similar codes, or says that another profile in all knows it.
func Unknown(ctx context.Context, text string, found []Found, chosen, all []*profile.Profile) error {
	e := &UnknownError{
		problem: lang.Text{EN: "no profile recognises this text", ZH: "没有接入配置能识别这段文本"},
		hint: lang.Text{
			EN: "Paste the vendor's whole response, with its headers if you have them (curl -i), or see all codes: ssoctl explain --list",
			ZH: "请贴上厂商的完整响应，最好带响应头（curl -i）；或查看全部错误码：ssoctl explain --list",
		},
	}
	if len(chosen) == 1 {
		e.problem = lang.Text{EN: chosen[0].Name + " does not recognise this text", ZH: chosen[0].Name + " 无法识别这段文本"}
	}
	switch {
	case len(found) == 0:
	case found[0].Attributed:
		e.problem, e.hint = unlisted(found[0])
		text = found[0].Code
	case found[0].Code != "":
		e.problem = lang.Text{EN: "no profile lists the code of this response" + shown(": ", found[0].Code), ZH: "没有接入配置列出这个响应的错误码" + shown("：", found[0].Code)}
		e.hint = lookUp()
		text = found[0].Code
	}
	near := Nearest(text, chosen)
	switch why := notAFile(text); {
	case len(chosen) < len(all) && slices.ContainsFunc(Find(ctx, text, all), func(f Found) bool { return f.How == Listed }):
		e.hint = lang.Text{EN: "Another profile knows it: try again without -p and without SSOCTL_PROFILE.", ZH: "别的接入配置里有它：去掉 -p，并取消 SSOCTL_PROFILE，再试一次。"}
	case len(found) > 0: // the code comes from a response, so it is not a typing error
	case len(near) > 0:
		e.hint = lang.Text{
			EN: "Did you mean " + strings.Join(near, ", ") + "? See all codes: ssoctl explain --list",
			ZH: "是不是 " + strings.Join(near, "、") + "？查看全部：ssoctl explain --list",
		}
	case !why.IsZero():
		e.problem = why
		e.hint = lang.Text{EN: "Give the path of a file, or - for standard input.", ZH: "请给出文件路径，或用 - 表示标准输入。"}
	}
	return e
}

// unlisted describes a refusal without a code, or with a code that the profile does not list.
func unlisted(f Found) (problem, hint lang.Text) {
	who := f.Names()
	where := lang.Text{EN: "at the vendor", ZH: "厂商文档"}
	if docs := f.Profiles[0].Docs; len(docs) > 0 && len(f.Profiles) == 1 {
		where = lang.Text{EN: "at " + docs[0], ZH: " " + docs[0]}
	}
	if f.Code == "" {
		return lang.Text{EN: who + ": a refusal without a code", ZH: who + "：拒绝，但没有错误码"}, lang.Text{
			EN: "Its message says why. Look that up " + where.EN + ", or ask the vendor's support.",
			ZH: "原因写在响应的消息里。请查阅" + where.ZH + "，或询问厂商技术支持。",
		}
	}
	what := lang.Text{
		EN: who + ": a refusal with a code that the profile does not list" + shown(": ", f.Code),
		ZH: who + "：拒绝，接入配置里没有这个错误码" + shown("：", f.Code),
	}
	return what, lang.Text{
		EN: "Look it up " + where.EN + ", or ask the vendor's support. A profile of your own can then list it, under [[profiles.NAME.refusals]].",
		ZH: "请查阅" + where.ZH + "，或询问厂商技术支持。查到后可写进自己的接入配置：[[profiles.NAME.refusals]]。",
	}
}

// notAFile explains why nothing was read from a text that looks like a path; zero for
// other texts. It does not repeat the text, which may be a secret.
func notAFile(text string) lang.Text {
	info, err := os.Stat(text)
	switch {
	case err == nil && info.IsDir():
		return lang.Text{EN: "this is a directory, and no profile recognises the name itself", ZH: "这是一个目录，其名称本身也没有接入配置能识别"}
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsRune(text, filepath.Separator) && !strings.ContainsAny(text, " \t\r\n{<=") && !strings.Contains(text, "://"):
		return lang.Text{EN: "there is no such file, and no profile recognises the text itself", ZH: "没有这个文件，文本本身也没有接入配置能识别"}
	}
	return lang.Text{}
}

// shown returns label+code if an unlisted code looks like a code, otherwise "", because it
// may be a secret.
func shown(label, code string) string {
	if regexp.MustCompile(`^(-?\d{1,10}|[A-Z]{1,10}\d{4,10}|[A-Za-z][A-Za-z_. -]{0,39})$`).MatchString(code) {
		return label + code
	}
	return ""
}

// lookUp is the advice for a code that no profile lists. We do not know which vendor sent
// it, because responses of several vendors have the same shape.
func lookUp() lang.Text {
	return lang.Text{
		EN: "Look it up in the documentation of the vendor that sent it, or ask its support. -p NAME says which profile the response belongs to.",
		ZH: "请查阅发出它的厂商的文档，或询问其技术支持。可用 -p NAME 指明响应属于哪个接入配置。",
	}
}
