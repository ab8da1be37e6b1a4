package doctor

import (
	"io"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/record"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// Report shows findings to a person or a program. Findings of one profile are together.
type Report struct {
	Findings []Finding
	Lang     lang.Lang
	Out      io.Writer // where the text will be printed, which decides its width
}

// Count returns the number of findings with a status.
func (r Report) Count(s Status) int {
	n := 0
	for _, f := range r.Findings {
		if f.Status == s {
			n++
		}
	}
	return n
}

// Err returns a [*failure.CheckError] with the failed checks, if there are any.
func (r Report) Err() error {
	failed := r.Count(Fail)
	if failed == 0 {
		return nil
	}
	err := failure.Checkf(lang.Text{EN: "%d of %d checks failed", ZH: "%[2]d 项检查中有 %[1]d 项失败"}, failed, len(r.Findings))
	for _, f := range r.Findings {
		if f.Status == Fail {
			err.Findings = append(err.Findings, failure.Finding{About: r.subject(f) + ": " + r.check(f), Problem: f.What, Hint: f.Do})
		}
	}
	return err
}

// Text returns the findings as tables of status, check and finding, each below the name of
// its profile. Advice is on the line below a finding.
func (r Report) Text() string {
	const indent, gap = 2, 2
	statusWidth, checkWidth := 4, 0
	for _, f := range r.Findings {
		checkWidth = max(checkWidth, terminal.Widest(r.check(f)))
	}
	width := statusWidth + gap + checkWidth // of both columns
	w := terminal.Prose{Out: r.Out}
	for i, f := range r.Findings {
		if r.first(i) {
			if i > 0 {
				w.WriteByte('\n')
			}
			w.WriteString(r.subject(f) + "\n")
		}
		label := terminal.Pad(statusText()[f.Status].In(r.Lang), statusWidth+gap) + r.check(f)
		w.Row(indent, width, label, printable.Text(f.What.In(r.Lang)))
		if do := f.Do.In(r.Lang); do != "" {
			w.Line(indent+width+gap, "→ "+printable.Text(do))
		}
	}
	return w.String()
}

// Fields returns the findings for programs (docs/output.md).
func (r Report) Fields() render.Fields {
	list := []any{}
	for _, f := range r.Findings {
		fields := map[string]any{"check": f.Check, "status": string(f.Status)}
		for name, v := range map[string]string{"profile": f.Profile, "what": f.What.In(r.Lang), "do": f.Do.In(r.Lang)} {
			if v != "" {
				fields[name] = v
			}
		}
		list = append(list, fields)
	}
	return render.Fields{{Name: "findings", Value: list}, {Name: "failed", Value: r.Count(Fail)}, {Name: "warned", Value: r.Count(Warn)}}
}

// Records returns the findings for the page of --report, grouped by profile.
func (r Report) Records() []record.Findings {
	classes := map[Status]string{OK: "good", Warn: "unsure", Fail: "bad"}
	var out []record.Findings
	for i, f := range r.Findings {
		if r.first(i) {
			out = append(out, record.Findings{Of: r.subject(f)})
		}
		last := &out[len(out)-1]
		last.List = append(last.List, record.Finding{
			Check: r.check(f), What: f.What.In(r.Lang), Do: f.Do.In(r.Lang), Status: statusText()[f.Status].In(r.Lang), Class: classes[f.Status],
		})
	}
	return out
}

// first reports whether finding i is the first one of its profile.
func (r Report) first(i int) bool {
	return i == 0 || r.Findings[i].Profile != r.Findings[i-1].Profile
}

func statusText() map[Status]lang.Text {
	return map[Status]lang.Text{
		OK: {EN: "ok", ZH: "正常"}, Warn: {EN: "warn", ZH: "注意"}, Fail: {EN: "FAIL", ZH: "失败"},
	}
}

// subject is what a finding is about: a profile's name, or "this machine".
func (r Report) subject(f Finding) string {
	if f.Profile == "" {
		return lang.Text{EN: "this machine", ZH: "本机"}.In(r.Lang)
	}
	return f.Profile
}

// check is the name of a finding's check. The names of inputs and steps are the same in both
// languages.
func (r Report) check(f Finding) string {
	names := map[string]string{
		"profile": "接入配置", "name": "域名", "connect": "连接", "proxy": "代理", "tls": "TLS", "clock": "时钟", "credentials": "凭据",
	}
	if f.Profile == "" {
		names = map[string]string{
			"state": "状态目录", "cache": "令牌缓存", "keyring": "钥匙串", "secrets": "密钥文件", "browser": "浏览器", "chrome": "Chrome", "terminal": "终端", "profile": "接入配置",
		}
	}
	return lang.Text{EN: f.Check, ZH: names[f.Check]}.In(r.Lang)
}
