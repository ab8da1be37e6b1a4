package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/explain"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// unknownError is the error for a text that no profile recognises.
type unknownError struct{ problem, hint lang.Text }

func (e *unknownError) Error() string { return e.problem.EN }

// Failure returns [failure.Usage].
func (*unknownError) Failure() failure.Kind { return failure.Usage }

// Text is the error in both languages.
func (e *unknownError) Text() lang.Text { return e.problem }

// Hint says what to do about the error.
func (e *unknownError) Hint() lang.Text { return e.hint }

func (r *root) newExplain() *cobra.Command {
	var list bool
	c := &cobra.Command{
		Use: "explain CODE | TEXT | FILE | -",
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case list && len(args) > 0:
				return usagef(lang.Text{EN: "--list takes no text", ZH: "--list 不接受文本"})
			case !list && len(args) == 0:
				return usagef(lang.Text{EN: "explain needs a code, a text, a file, or - for standard input", ZH: "explain 需要错误码、文本、文件，或用 - 表示标准输入"})
			}
			src, err := r.sources()
			if isUntrusted(err) && r.profile == "" {
				r.say(lang.Text{
					EN: projectFile + " is not trusted, so its profiles are left out: ssoctl trust",
					ZH: projectFile + " 尚未被信任，不使用其中的接入配置：ssoctl trust",
				})
				err = nil
			}
			if err != nil {
				return err
			}
			all, err := r.explainers(src)
			if err != nil {
				return err
			}
			asked := all
			if r.profile != "" {
				p, err := r.load()
				if err != nil {
					return err
				}
				asked = []*profile.Profile{p}
			}
			if list {
				return r.listRefusals(c, asked)
			}
			text, err := r.pasted(args)
			if err != nil {
				return err
			}
			defer text.close()
			return r.explain(c, text, asked, all)
		},
	}
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef(lang.Text{
			EN: "%v (a code that begins with - goes after --: ssoctl explain -- -1)",
			ZH: "%v（以 - 开头的错误码要写在 -- 之后：ssoctl explain -- -1）",
		}, flagFault(c, err))
	})
	c.Flags().BoolVar(&list, "list", false, "")
	return c
}

// explainers returns the profiles to search: the default one, own ones, built-in ones. A
// profile that cannot be loaded is left out with a warning.
func (r *root) explainers(src profile.Sources) ([]*profile.Profile, error) {
	var out []*profile.Profile
	for _, name := range allNames(src) {
		p, err := profile.Load(name, src)
		if err != nil {
			r.warn(lang.Sprintf(lang.Text{EN: "%s is left out: %v", ZH: "略过 %s：%v"}, name, err))
			continue
		}
		if err := r.fromEnv(p); err != nil {
			return nil, err
		}
		if len(p.Steps()) == 0 {
			continue
		}
		if name == src.DefaultName() {
			out = slices.Insert(out, 0, p)
		} else {
			out = append(out, p)
		}
	}
	return out, nil
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

func (r *root) explain(c *cobra.Command, text *pasted, asked, all []*profile.Profile) error {
	report, err := r.readPasted(c.Context(), text, asked)
	if err != nil {
		return err
	}
	found := report.Found
	if len(found) == 0 || found[0].How == explain.Unlisted && found[0].Kind == "" {
		return unknown(c, text.head(), found, asked, all)
	}
	if report.More > 0 && found[0].How == explain.Unlisted {
		r.warn(lang.Sprintf(lang.Text{
			EN: "only the first %d different codes that no profile lists are shown; lines with others: %d",
			ZH: "未列出的错误码只显示前 %d 个；另有 %d 行含其他错误码",
		}, explain.MostUnlisted, report.More))
	}
	parts := make([]string, len(found))
	list := make([]any, len(found))
	for i, f := range found {
		parts[i], list[i] = r.prose(f), r.foundFields(f)
	}
	return r.write(c, render.Result{Text: strings.Join(parts, "\n"), Fields: render.Fields{{Name: "found", Value: list}}})
}

// unknown returns the error for a text that no profile explains. It suggests similar
// codes.
func unknown(c *cobra.Command, text string, found []explain.Found, asked, all []*profile.Profile) error {
	e := &unknownError{
		problem: lang.Text{EN: "no profile recognises this text", ZH: "没有接入配置能识别这段文本"},
		hint: lang.Text{
			EN: "Paste the vendor's whole response, with its headers if you have them (curl -i), or see all codes: ssoctl explain --list",
			ZH: "请贴上厂商的完整响应，最好带响应头（curl -i）；或查看全部错误码：ssoctl explain --list",
		},
	}
	if len(asked) == 1 {
		e.problem = lang.Text{EN: asked[0].Name + " does not recognise this text", ZH: asked[0].Name + " 无法识别这段文本"}
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
	near := explain.Nearest(text, asked)
	switch why := notAFile(text); {
	case len(asked) < len(all) && slices.ContainsFunc(explain.Find(c.Context(), text, all), func(f explain.Found) bool { return f.How == explain.Listed }):
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

// unlisted describes a refusal whose code the profile does not list, or that has no code.
func unlisted(f explain.Found) (problem, hint lang.Text) {
	who := names(f.Profiles)
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

var refusalHead = []lang.Text{
	{EN: "CODE", ZH: "错误码"}, {EN: "KIND", ZH: "类别"}, {EN: "PROFILE", ZH: "接入配置"}, {EN: "MEANING", ZH: "含义"},
}

// listRefusals prints the result of explain --list.
func (r *root) listRefusals(c *cobra.Command, asked []*profile.Profile) error {
	var rows [][]string
	var list []any
	for _, f := range explain.All(asked) {
		text := withGuess(f.Meaning, f.Guess).In(r.language())
		rows = append(rows, []string{f.Code, string(f.Kind), names(f.Profiles), text})
		list = append(list, r.foundFields(f))
	}
	return r.writeTable(c, refusalHead, rows, render.Fields{{Name: "refusals", Value: list}})
}
