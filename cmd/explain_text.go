package cmd

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/client"
	"ssoctl/pkg/explain"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// shown returns label+code if an unlisted code looks like a code, otherwise "", because it
// may be a secret.
func shown(label, code string) string {
	if regexp.MustCompile(`^(-?\d{1,10}|[A-Za-z][A-Za-z_. -]{0,39})$`).MatchString(code) {
		return label + code
	}
	return ""
}

func names(profiles []*profile.Profile) string {
	var out []string
	for _, p := range profiles {
		out = append(out, p.Name)
	}
	return strings.Join(out, ", ")
}

// lookUp is the advice for a code that no profile lists. We do not know which vendor sent
// it, because responses of several vendors have the same shape.
func lookUp() lang.Text {
	return lang.Text{
		EN: "Look it up in the documentation of the vendor that sent it, or ask its support. -p NAME says which profile the response belongs to.",
		ZH: "请查阅发出它的厂商的文档，或询问其技术支持。可用 -p NAME 指明响应属于哪个接入配置。",
	}
}

// meaning says what was found and what to do.
func meaning(f explain.Found) lang.Text {
	name := f.Profiles[0].Name
	if len(f.Profiles) > 1 && !f.Attributed {
		name = "NAME"
	}
	switch {
	case f.How == explain.Yes:
		if f.Steps[0] == profile.StepAuthorize {
			return lang.Text{
				EN: "This is a success: the browser returned with a code. It works once: ssoctl exchange -p " + name + " --callback -",
				ZH: "这是成功的回调，带回了 code。它只能用一次：ssoctl exchange -p " + name + " --callback -",
			}
		}
		return lang.Text{EN: "This is a success: the vendor granted the request. There is nothing to do.", ZH: "这是成功的响应，厂商没有拒绝，无需处理。"}
	case f.How == explain.Senseless:
		return client.NoAPI()
	case f.How == explain.Unlisted && f.Code != "" && !f.Attributed:
		return lang.Join(lang.Text{EN: "No profile lists this code.", ZH: "没有接入配置列出这个错误码。"}, lookUp(), client.WaitHint(f.RetryAfter))
	case f.How == explain.Unlisted:
		return lang.Join((&client.Refusal{Profile: name, Code: f.Code, Kind: f.Kind, Status: f.Status, Excerpt: client.Excerpt{Page: f.Page}, RetryAfter: f.RetryAfter}).Hint(), client.WaitHint(f.RetryAfter))
	}
	return f.Meaning
}

// prose is one finding for people. On a terminal it is wrapped.
func (r *root) prose(f explain.Found) string {
	const indent = 10
	in := func(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(r.language()) }
	var b strings.Builder
	entry := func(label string, lines ...string) {
		for _, line := range lines {
			if line != "" {
				fmt.Fprintf(&b, "  %s%s%s\n", label, strings.Repeat(" ", indent-2-ansi.StringWidth(label)), terminal.Fit(r.Out, line, indent))
				label = ""
			}
		}
	}
	status := in("code not shown", "错误码不予显示")
	if f.Status > 0 {
		status = fmt.Sprintf("HTTP %d", f.Status)
	}
	title := map[explain.How]string{
		explain.Listed: f.Code, explain.Yes: in("success", "成功"), explain.Senseless: in("not an API response", "不是接口的响应"),
		explain.Unlisted: cmp.Or(shown("", f.Code), status),
	}[f.How]
	if f.Attributed {
		title += "  " + names(f.Profiles)
	}
	fmt.Fprintln(&b, terminal.Fit(r.Out, title, 0))
	fmt.Fprintln(&b, terminal.Fit(r.Out, meaning(f).In(r.language()), 0))
	entry(in("kind", "类别"), string(f.Kind))
	if f.Attributed {
		entry(in("step", "步骤"), lang.List(f.Steps).EN)
		entry(in("here", "此处"), r.here(f)...)
		entry(in("guess", "推测"), f.Guess.In(r.language()))
	} else if f.How == explain.Yes {
		entry(in("fits", "符合"), names(f.Profiles))
	}
	if f.How == explain.Listed {
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

// here returns what may explain a refusal in this set-up: the values of the inputs that
// its meaning names, and the lifetimes of the profile's codes and tokens.
func (r *root) here(f explain.Found) []string {
	p := f.Profiles[0]
	var out []string
	for _, name := range p.InputNames() {
		if f.How == explain.Listed && regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`\b`).MatchString(f.Meaning.EN) {
			if value, from := p.Shown(name); value != "" {
				out = append(out, name+" = "+value+"  ["+r.in(from)+"]")
			}
		}
	}
	if len(f.Steps) == 0 && f.How == explain.Unlisted {
		return nil // an HTTP status alone does not belong to a profile
	}
	in := func(what lang.Text, d time.Duration, steps []profile.StepName) {
		if d > 0 && len(steps) > 0 {
			out = append(out, lang.Sprintf(lang.Text{EN: "%s lasts %s (%s)", ZH: "%s有效期 %s（%s）"}, what, lang.Span(d), lang.List(steps)).In(r.language()))
		}
	}
	switch f.Kind {
	case profile.KindInvalidCode, profile.KindExpiredCode:
		if known, _ := p.Refusal(f.Code); p.Authorize != nil && known.Member == "" { // a refusal with a Member is about another code, such as a device_code
			var takers []profile.StepName
			for _, s := range p.Steps() {
				if s.Uses("code") {
					takers = append(takers, s.Name)
				}
			}
			in(lang.Text{EN: "a code works once and", ZH: "code 只能用一次，"}, p.Authorize.Callback.Lifetime, takers)
		}
	case profile.KindInvalidToken, profile.KindExpiredToken:
		for _, s := range p.Steps() {
			if s != p.Authorize {
				in(lang.Text{EN: "a token", ZH: "令牌"}, s.Lifetime, []profile.StepName{s.Name})
			}
		}
	}
	return out
}

// foundFields is one finding for programs.
func (r *root) foundFields(f explain.Found) map[string]any {
	how := map[explain.How]string{explain.Listed: "refused", explain.Unlisted: "refused", explain.Yes: "yes", explain.Senseless: "no_api"}[f.How]
	out := map[string]any{"answer": how, "meaning": meaning(f).In(r.language())}
	if f.Attributed || f.How == explain.Yes {
		out["profiles"] = anySlice(strings.Split(names(f.Profiles), ", "))
	}
	if !f.Attributed {
		f.Steps, f.Guess = nil, lang.Text{}
	}
	for name, v := range map[string]string{"vendor_code": shown("", f.Code), "refusal": string(f.Kind), "guess": f.Guess.In(r.language())} {
		if v != "" {
			out[name] = v
		}
	}
	if f.How == explain.Listed {
		out["vendor_code"], out["docs"] = f.Code, anySlice(f.Profiles[0].Docs)
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
		here = r.here(f)
	}
	if len(f.Steps) > 0 {
		out["steps"] = anySlice(f.Steps)
	}
	if len(here) > 0 {
		out["here"] = anySlice(here)
	}
	return out
}
