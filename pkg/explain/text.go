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
	case f.How == Senseless:
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
	const width = 6 // columns of the labels
	in := func(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(v.Lang) }
	b := terminal.Prose{Out: v.Out}
	entry := func(label string, lines ...string) {
		for _, line := range lines {
			if line != "" {
				b.Row(2, width, label, line)
				label = ""
			}
		}
	}
	status := in("code not shown", "错误码不予显示")
	if f.Status > 0 {
		status = fmt.Sprintf("HTTP %d", f.Status)
	}
	title := map[How]string{
		Listed: f.Code, Yes: in("success", "成功"), Senseless: in("not an API response", "不是接口的响应"),
		Unlisted: cmp.Or(shown("", f.Code), status),
	}[f.How]
	if f.Attributed {
		title += "  " + f.Names()
	}
	b.Line(0, title)
	b.Line(0, f.Advice().In(v.Lang))
	entry(in("kind", "类别"), string(f.Kind))
	if f.Attributed {
		entry(in("step", "步骤"), lang.List(f.Steps).EN)
		entry(in("here", "此处"), f.here(v.Lang)...)
		entry(in("guess", "推测"), f.Guess.In(v.Lang))
	} else if f.How == Yes {
		entry(in("fits", "符合"), f.Names())
	}
	if f.How == Listed {
		entry(in("source", "出处"), f.Profiles[0].Docs...)
	}
	switch {
	case f.Lines > 1:
		entry(in("lines", "行号"), in(
			fmt.Sprintf("%d (first: %d, last: %d)", f.Lines, f.Line, f.LastLine),
			fmt.Sprintf("共 %d 行，首行 %d，末行 %d", f.Lines, f.Line, f.LastLine),
		))
	case f.Line > 0:
		entry(in("line", "行号"), fmt.Sprint(f.Line))
	}
	return b.String()
}

// Fields returns a reading for programs (docs/output.md).
func (v View) Fields(f Found) map[string]any {
	how := map[How]string{Listed: "refused", Unlisted: "refused", Yes: "yes", Senseless: "no_api"}[f.How]
	out := map[string]any{"answer": how, "meaning": f.Advice().In(v.Lang)}
	if f.Attributed || f.How == Yes {
		out["profiles"] = render.List(f.names())
	}
	if !f.Attributed {
		f.Steps, f.Guess = nil, lang.Text{}
	}
	for name, v := range map[string]string{"vendor_code": shown("", f.Code), "refusal": string(f.Kind), "guess": f.Guess.In(v.Lang)} {
		if v != "" {
			out[name] = v
		}
	}
	if f.How == Listed {
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
	var here []string
	if f.Attributed {
		here = f.here(v.Lang)
	}
	if len(f.Steps) > 0 {
		out["steps"] = render.List(f.Steps)
	}
	if len(here) > 0 {
		out["here"] = render.List(here)
	}
	return out
}
