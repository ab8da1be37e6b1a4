package cmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/doctor"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

func (r *root) newDoctor() *cobra.Command {
	var credentials bool
	c := &cobra.Command{
		Use: "doctor", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			patients, own, found, err := r.patients()
			if err != nil {
				return err
			}
			found = append(found, r.machine(patients)...)
			for _, more := range r.examine(c, patients, own, credentials) {
				found = append(found, more...)
			}
			return r.writeFindings(c, found)
		},
	}
	c.Flags().BoolVar(&credentials, "credentials", false, "")
	return c
}

// patients returns the profiles to examine: the chosen one, the user's own or, if there
// are none, the built-in ones. own reports whether the user set them up. found has a
// finding for each profile that cannot be loaded.
func (r *root) patients() (out []*profile.Profile, own bool, found []doctor.Finding, err error) {
	if r.profile != "" {
		p, err := r.load()
		return []*profile.Profile{p}, true, nil, err
	}
	src, err := r.sources()
	if isUntrusted(err) {
		return nil, false, nil, err
	}
	if err != nil {
		return nil, false, []doctor.Finding{unreadable("", err)}, nil
	}
	names := src.OwnNames()
	own = len(names) > 0
	if !own {
		names = src.BuiltinNames()
	}
	for _, name := range names {
		p, err := profile.Load(name, src)
		if err == nil {
			err = r.values(p)
		}
		if err != nil {
			found = append(found, unreadable(name, err))
		} else if len(p.Steps()) > 0 {
			out = append(out, p)
		}
	}
	return out, own, found, nil
}

func unreadable(name string, err error) doctor.Finding {
	return doctor.Finding{
		Profile: name, Check: "profile", Status: doctor.Fail, Err: err,
		What: lang.Of(err),
	}
}

// examine examines the profiles and returns the findings for each. It examines them at the
// same time, unless exchanges are recorded: then one after the other, to keep them apart.
func (r *root) examine(c *cobra.Command, patients []*profile.Profile, own, credentials bool) [][]doctor.Finding {
	const longest = 10 * time.Second // for one request: there are many
	found := make([][]doctor.Finding, len(patients))
	var all sync.WaitGroup
	for i, p := range patients {
		r.say(lang.Text{EN: "Examining " + p.Name, ZH: "正在检查 " + p.Name})
		r.hideInputs(p)
		cl := client.New(p, client.Deps{
			HTTP: r.HTTP, Now: r.Now, Rand: r.Rand, Refs: r.refs(), Timeout: min(r.timeout, longest),
			UserAgent: "ssoctl/" + version(), Scrubber: r.scrub, Record: r.exchanges, Cache: client.Cache{Store: r.tokens(), Fresh: true},
		})
		all.Go(func() {
			found[i] = doctor.Doctor{
				Client: cl, Refs: r.refs(), Now: r.Now, Proxy: r.proxyOf, Unchecked: r.connecting.insecure,
				Own: own && !isBase(p, patients), Credentials: credentials,
				Shown: func(input string) (value, from string) {
					value, from = shownValue(p, input)
					return value, r.in(sourceText(from))
				},
			}.Examine(c.Context())
		})
		if r.exchanges != nil {
			all.Wait()
		}
	}
	all.Wait()
	for i, p := range patients {
		r.advise(p, found[i])
	}
	return found
}

// isBase reports whether another profile extends p, and may supply what p lacks.
func isBase(p *profile.Profile, all []*profile.Profile) bool {
	return slices.ContainsFunc(all, func(other *profile.Profile) bool { return other != p && slices.Contains(other.Extends, p.Name) })
}

// advise gives each finding with an error the hint that other commands print for it.
func (r *root) advise(p *profile.Profile, found []doctor.Finding) {
	defer func(chosen *profile.Profile) { r.loaded = chosen }(r.loaded)
	r.loaded = p
	for i, f := range found {
		if f.Err != nil && f.Do.IsZero() {
			found[i].Do = hintFor(f.Err, r)
		}
	}
}

func (r *root) writeFindings(c *cobra.Command, found []doctor.Finding) error {
	if err := c.Context().Err(); err != nil {
		return err
	}
	r.advise(nil, found)
	r.keepFindings(found)
	count := map[doctor.Status]int{}
	list := []any{}
	for _, f := range found {
		count[f.Status]++
		one := map[string]any{"check": f.Check, "status": string(f.Status)}
		for name, v := range map[string]string{"profile": f.Profile, "what": f.What.In(r.language()), "do": f.Do.In(r.language())} {
			if v != "" {
				one[name] = v
			}
		}
		list = append(list, one)
	}
	res := render.Result{Text: r.findingsText(found), Fields: render.Fields{
		{Name: "findings", Value: list}, {Name: "failed", Value: count[doctor.Fail]}, {Name: "warned", Value: count[doctor.Warn]},
	}}
	if err := r.write(c, res); err != nil {
		return err
	}
	if count[doctor.Fail] > 0 {
		return &findings{lang.Text{
			EN: fmt.Sprintf("%d of %d checks failed", count[doctor.Fail], len(found)),
			ZH: fmt.Sprintf("%d 项检查中有 %d 项失败", len(found), count[doctor.Fail]),
		}}
	}
	return nil
}

func (r *root) statusWords() map[doctor.Status]string {
	in := func(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(r.language()) }
	return map[doctor.Status]string{doctor.OK: in("ok", "正常"), doctor.Warn: in("warn", "注意"), doctor.Fail: in("FAIL", "失败")}
}

// examined is what a finding is about: a profile's name, or "this machine".
func (r *root) examined(f doctor.Finding) string {
	return cmp.Or(f.Profile, lang.Text{EN: "this machine", ZH: "本机"}.In(r.language()))
}

// checkName is the name of a finding's check in the user's language. The names of inputs and
// steps are the same in both languages.
func (r *root) checkName(f doctor.Finding) string {
	zh := map[string]string{
		"profile": "接入配置", "name": "域名", "connect": "连接", "proxy": "代理", "tls": "TLS", "clock": "时钟", "credentials": "凭据",
	}
	if f.Profile == "" {
		zh = map[string]string{
			"state": "登录状态", "cache": "令牌缓存", "keyring": "钥匙串", "browser": "浏览器", "chrome": "Chrome", "terminal": "终端", "profile": "接入配置",
		}
	}
	return r.in(lang.Text{EN: f.Check, ZH: zh[f.Check]})
}

// keepFindings saves the findings for --report.
func (r *root) keepFindings(found []doctor.Finding) {
	words := r.statusWords()
	classes := map[doctor.Status]string{doctor.OK: "good", doctor.Warn: "unsure", doctor.Fail: "bad"}
	r.findings = nil
	for i, f := range found {
		if i == 0 || f.Profile != found[i-1].Profile {
			r.findings = append(r.findings, record.Findings{Of: r.examined(f)})
		}
		last := &r.findings[len(r.findings)-1]
		last.List = append(last.List, record.Finding{
			Check: r.checkName(f), What: f.What.In(r.language()), Do: f.Do.In(r.language()), Status: words[f.Status], Class: classes[f.Status],
		})
	}
}

// findingsText is the output of doctor: for each profile its name and a table of status,
// check and finding, each followed by what to do.
func (r *root) findingsText(found []doctor.Finding) string {
	words := r.statusWords()
	pad := func(text string, width int) string {
		return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text))) + "  "
	}
	const status = 4 // columns
	check := 0
	for _, f := range found {
		check = max(check, ansi.StringWidth(r.checkName(f)))
	}
	var b strings.Builder
	for i, f := range found {
		if i == 0 || f.Profile != found[i-1].Profile {
			if i > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintln(&b, r.examined(f))
		}
		start := "  " + pad(words[f.Status], status) + pad(r.checkName(f), check)
		width := ansi.StringWidth(start)
		fmt.Fprintln(&b, start+terminal.Fit(r.Out, printable.Text(f.What.In(r.language())), width))
		if do := f.Do.In(r.language()); do != "" {
			fmt.Fprintln(&b, strings.Repeat(" ", width)+terminal.Fit(r.Out, "→ "+printable.Text(do), width))
		}
	}
	return b.String()
}
