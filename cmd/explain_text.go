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
)

// shown is a code of nobody's list behind a label, when it looks like a code:
// what stands in its place may be a secret.
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

// meaning says what was found, and what to do.
func meaning(f explain.Found) lang.Text {
	name := f.Profiles[0].Name
	switch f.How {
	case explain.Yes:
		if f.Steps[0] == "authorize" {
			return lang.Text{
				EN: "This is a yes: the browser came back with a code. Trade it, once: ssoctl exchange -p " + name + " --callback -",
				ZH: "这是成功的回调，带回了 code。它只能用一次：ssoctl exchange -p " + name + " --callback -",
			}
		}
		return lang.Text{EN: "This is a yes: the vendor granted what was asked for. There is nothing to do.", ZH: "这是成功的应答，厂商没有拒绝，无需处理。"}
	case explain.Senseless:
		return noAPI()
	case explain.Unlisted:
		if len(f.Profiles) > 1 {
			name = "NAME"
		}
		return kindHint(&client.Refusal{Profile: name, Code: f.Code, Kind: f.Kind, Status: f.Status, Foreign: f.Page})
	}
	return f.Meaning
}

// prose is one reading for people. On a terminal it is wrapped.
func (r *root) prose(f explain.Found) string {
	const indent = 10
	in := func(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(r.language()) }
	var b strings.Builder
	entry := func(label string, lines ...string) {
		for _, line := range lines {
			if line != "" {
				fmt.Fprintf(&b, "  %s%s%s\n", label, strings.Repeat(" ", indent-2-ansi.StringWidth(label)), wrapped(r.Out, line, indent))
				label = ""
			}
		}
	}
	title := map[explain.How]string{
		explain.Listed: f.Code, explain.Yes: in("yes", "成功"), explain.Senseless: in("no answer of an API", "不是接口应答"),
		explain.Unlisted: cmp.Or(shown("", f.Code), fmt.Sprintf("HTTP %d", f.Status)),
	}[f.How]
	fmt.Fprintln(&b, wrapped(r.Out, title+"  "+names(f.Profiles), 0))
	fmt.Fprintln(&b, wrapped(r.Out, meaning(f).In(r.language()), 0))
	entry(in("kind", "类别"), f.Kind)
	entry(in("step", "步骤"), strings.Join(f.Steps, ", "))
	entry(in("here", "此处"), r.here(f)...)
	entry(in("guess", "未证实"), f.Guess.In(r.language()))
	if f.How == explain.Listed {
		entry(in("source", "出处"), f.Profiles[0].Docs...)
	}
	if f.Line > 0 {
		entry(in("line", "行号"), fmt.Sprint(f.Line))
	}
	return b.String()
}

// here is what of this machine's set-up, and of this profile, bears on a refusal:
// the inputs that its meaning names, and how long codes and tokens last.
func (r *root) here(f explain.Found) []string {
	p := f.Profiles[0]
	var out []string
	for _, name := range p.InputNames() {
		if f.How == explain.Listed && regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`\b`).MatchString(f.Meaning.EN) {
			if value, from := shownValue(p, name); value != "" {
				out = append(out, name+" = "+value+"  ["+from+"]")
			}
		}
	}
	if len(f.Steps) == 0 && f.How == explain.Unlisted {
		return nil // a mere status, of whichever profile
	}
	in := func(what lang.Text, d time.Duration, steps []string) {
		if d > 0 && len(steps) > 0 {
			out = append(out, lang.Text{
				EN: fmt.Sprintf("%s lasts %s (%s)", what.EN, lang.Span(d).EN, strings.Join(steps, ", ")),
				ZH: fmt.Sprintf("%s有效期 %s（%s）", what.ZH, lang.Span(d).ZH, strings.Join(steps, "、")),
			}.In(r.language()))
		}
	}
	switch f.Kind {
	case "invalid_code", "expired_code":
		if known, _ := p.Refusal(f.Code); p.Authorize != nil && known.Member == "" { // a device_code is another code
			var takers []string
			for _, s := range p.Steps() {
				if s.Uses("code") {
					takers = append(takers, s.Name)
				}
			}
			in(lang.Text{EN: "a code, for one use,", ZH: "code 只能用一次，"}, p.Authorize.Callback.Lifetime, takers)
		}
	case "invalid_token", "expired_token":
		for _, s := range p.Steps() {
			if s != p.Authorize {
				in(lang.Text{EN: "a token", ZH: "令牌"}, s.Lifetime, []string{s.Name})
			}
		}
	}
	return out
}

// foundFields is one reading for programs.
func (r *root) foundFields(f explain.Found) map[string]any {
	how := map[explain.How]string{explain.Listed: "refused", explain.Unlisted: "refused", explain.Yes: "yes", explain.Senseless: "no_api"}[f.How]
	out := map[string]any{"answer": how, "meaning": meaning(f).In(r.language()), "profiles": anySlice(strings.Split(names(f.Profiles), ", "))}
	for name, v := range map[string]string{"vendor_code": shown("", f.Code), "refusal": f.Kind, "guess": f.Guess.In(r.language())} {
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
	for name, list := range map[string][]string{"steps": f.Steps, "here": r.here(f)} {
		if len(list) > 0 {
			out[name] = anySlice(list)
		}
	}
	return out
}
