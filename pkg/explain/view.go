package explain

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// View shows readings of a text.
type View struct {
	Lang lang.Lang
	Out  io.Writer // where [View.Text] will be printed; if it is a terminal, lines fit its width
}

// Result returns the readings of a text.
func (v View) Result(found []Found) render.Result {
	texts := make([]string, len(found))
	list := make([]any, len(found))
	for i, f := range found {
		texts[i], list[i] = v.Text(f), v.Fields(f)
	}
	return render.Result{Text: strings.Join(texts, "\n"), Fields: render.Fields{{Name: "found", Value: list}}}
}

// Refusals lists every code that the profiles know, with its meaning.
func (v View) Refusals(profiles []*profile.Profile) render.Result {
	table := &render.Table{Head: []lang.Text{
		{EN: "CODE", ZH: "错误码"}, {EN: "KIND", ZH: "类别"}, {EN: "PROFILE", ZH: "接入配置"}, {EN: "MEANING", ZH: "含义"},
	}}
	var list []any
	for _, f := range All(profiles) {
		text := profile.WithGuess(f.Meaning, f.Guess).In(v.Lang)
		if f.Message != "" {
			text = f.Message + ": " + text
		}
		table.Rows = append(table.Rows, []string{f.Code, string(f.Kind), f.Names(), text})
		list = append(list, v.Fields(f))
	}
	return render.Result{Table: table, Fields: render.Fields{{Name: "refusals", Value: list}}}
}

// LeftOut says that Found is not complete; zero if it is.
func (r Report) LeftOut() lang.Text {
	switch {
	case r.More == 0:
		return lang.Text{}
	case r.Found[0].Emulated:
		return lang.Sprintf(lang.Text{
			EN: "only the first %d different refusals of the emulator are shown; lines with others: %d",
			ZH: "模拟器的拒绝只显示前 %d 个；另有 %d 行含其他拒绝",
		}, Most, r.More)
	case r.Found[0].How == Unlisted:
		return lang.Sprintf(lang.Text{
			EN: "only the first %d different codes that no profile lists are shown; lines with others: %d",
			ZH: "未列出的错误码只显示前 %d 个；另有 %d 行含其他错误码",
		}, Most, r.More)
	}
	return lang.Text{}
}

// Names returns the names of the profiles that read the text this way.
func (f Found) Names() string { return strings.Join(f.names(), ", ") }

func (f Found) names() []string {
	var out []string
	for _, p := range f.Profiles {
		out = append(out, p.Name)
	}
	return out
}

// Advice says what was found and what to do.
func (f Found) Advice() lang.Text {
	name := f.Profiles[0].Name
	if len(f.Profiles) > 1 && !f.Attributed {
		name = "NAME"
	}
	switch {
	case f.How == Yes:
		if f.Steps[0] == profile.StepAuthorize {
			return lang.Text{
				EN: "This is a success: the browser returned with a code. It works once: ssoctl exchange -p " + name + " --callback -",
				ZH: "这是成功的回调，带回了 code。它只能用一次：ssoctl exchange -p " + name + " --callback -",
			}
		}
		return lang.Text{EN: "This is a success: the vendor granted the request. There is nothing to do.", ZH: "这是成功的响应，厂商没有拒绝，无需处理。"}
	case f.How == NotAPI:
		return client.NoAPI()
	case f.How == Unlisted && f.Code != "" && !f.Attributed:
		return lang.Join(lang.Text{EN: "No profile lists this code.", ZH: "没有接入配置列出这个错误码。"}, lookUp(), client.WaitHint(f.RetryAfter))
	case f.How == Unlisted:
		return lang.Join((&client.Refusal{Profile: name, Code: f.Code, Kind: f.Kind, Status: f.Status, Excerpt: client.Excerpt{Page: f.Page}, RetryAfter: f.RetryAfter}).Hint(), client.WaitHint(f.RetryAfter))
	}
	return f.Meaning
}

// Text returns a reading for a person.
func (v View) Text(f Found) string {
	b := terminal.Prose{Out: v.Out}
	entry := func(label lang.Text, lines ...string) {
		const width = 6 // columns of the labels
		shown := label.In(v.Lang)
		for _, line := range lines {
			if line != "" {
				b.Row(2, width, shown, line)
				shown = ""
			}
		}
	}
	b.Line(0, v.title(f))
	b.Line(0, f.Advice().In(v.Lang))
	entry(lang.Text{EN: "kind", ZH: "类别"}, string(f.Kind))
	if f.Attributed {
		entry(lang.Text{EN: "step", ZH: "步骤"}, lang.List(f.Steps).EN)
		entry(lang.Text{EN: "here", ZH: "此处"}, f.localCauses(v.Lang)...)
		entry(lang.Text{EN: "guess", ZH: "推测"}, f.Guess.In(v.Lang))
	} else if f.How == Yes {
		entry(lang.Text{EN: "fits", ZH: "符合"}, f.Names())
	}
	if f.How == Listed && (!f.Emulated || f.Code != "") {
		entry(lang.Text{EN: "source", ZH: "出处"}, f.sources()...)
	}
	switch {
	case f.Lines > 1:
		entry(lang.Text{EN: "lines", ZH: "行号"}, lang.Sprintf(lang.Text{
			EN: "%d (first: %d, last: %d)",
			ZH: "共 %d 行，首行 %d，末行 %d",
		}, f.Lines, f.Line, f.LastLine).In(v.Lang))
	case f.Line > 0:
		entry(lang.Text{EN: "line", ZH: "行号"}, fmt.Sprint(f.Line))
	}
	return b.String()
}

// sources returns at most two documents of the vendor: the last one, which lists error codes
// if any does, and the first, which is about the login.
func (f Found) sources() []string {
	docs := f.Profiles[0].Docs
	if len(docs) <= 2 {
		return docs
	}
	return []string{docs[len(docs)-1], docs[0]}
}

// title returns the code or, without a code, a description of the text, with the profiles
// that know it.
func (v View) title(f Found) string {
	var title string
	switch f.How {
	case Listed:
		title = cmp.Or(f.Code, string(f.Kind))
		if f.Message != "" {
			title += ": " + f.Message
		}
	case Yes:
		title = lang.Text{EN: "success", ZH: "成功"}.In(v.Lang)
	case NotAPI:
		title = lang.Text{EN: "not an API response", ZH: "不是接口的响应"}.In(v.Lang)
	case Unlisted:
		title = cmp.Or(shown("", f.Code), v.status(f))
	}
	if f.Attributed {
		title += "  " + f.Names()
	}
	return title
}

// status returns the HTTP status, which replaces a code that is missing or not shown.
func (v View) status(f Found) string {
	if f.Status > 0 {
		return fmt.Sprintf("HTTP %d", f.Status)
	}
	return lang.Text{EN: "code not shown", ZH: "错误码不予显示"}.In(v.Lang)
}

// Fields returns a reading for programs (docs/output.md).
func (v View) Fields(f Found) map[string]any {
	how := map[How]string{Listed: "refused", Unlisted: "refused", Yes: "yes", NotAPI: "no_api"}[f.How]
	out := map[string]any{"answer": how, "meaning": f.Advice().In(v.Lang)}
	if f.Attributed || f.How == Yes {
		out["profiles"] = render.List(f.names())
	}
	if !f.Attributed {
		f.Steps, f.Guess = nil, lang.Text{}
	}
	for name, v := range map[string]string{"vendor_code": shown("", f.Code), "vendor_message": f.Message, "refusal": string(f.Kind), "guess": f.Guess.In(v.Lang)} {
		if v != "" {
			out[name] = v
		}
	}
	if f.How == Listed && (!f.Emulated || f.Code != "") {
		out["vendor_code"], out["docs"] = f.Code, render.List(f.Profiles[0].Docs)
	}
	for name, n := range map[string]int{"http_status": f.Status, "line": f.Line} {
		if n > 0 {
			out[name] = n
		}
	}
	if f.Lines > 1 {
		out["last_line"], out["lines"] = f.LastLine, f.Lines
	}
	var causes []string
	if f.Attributed {
		causes = f.localCauses(v.Lang)
	}
	if len(f.Steps) > 0 {
		out["steps"] = render.List(f.Steps)
	}
	if len(causes) > 0 {
		out["here"] = render.List(causes)
	}
	return out
}
