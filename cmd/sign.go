package cmd

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

type signOptions struct {
	step, at, expect string
	given            map[string]*string // flag values, by placeholder
}

func (r *root) newSign() *cobra.Command {
	o := signOptions{given: map[string]*string{}}
	c := &cobra.Command{
		Use: "sign", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return r.sign(c, o) },
	}
	f := c.Flags()
	f.StringVar(&o.step, "step", "", "")
	f.StringVar(&o.at, "at", "", "")
	f.StringVar(&o.expect, "expect", "", "")
	for _, name := range []string{"code", "access_token", "app_token", "refresh_token"} {
		o.given[name] = f.String(strings.ReplaceAll(name, "_", "-"), "", "")
	}
	return c
}

func (r *root) sign(c *cobra.Command, o signOptions) error {
	made, err := r.takeMade()
	if err != nil {
		return err
	}
	if err := r.signAt(o.at, made); err != nil {
		return err
	}
	cl, err := r.newClient()
	if err != nil {
		return r.suggestMade(err)
	}
	step, err := r.signedStep(cl.Profile(), o.step)
	if err != nil {
		return err
	}
	expects := c.Flags().Changed("expect")
	if expects {
		if err := allSigned(step, o.at, made); err != nil {
			return err
		}
	}
	given := recipe.Values{}
	if err := giveMade(cl.Profile(), step, made, given); err != nil {
		return err
	}
	for name, value := range o.given {
		if flag := strings.ReplaceAll(name, "_", "-"); c.Flags().Changed(flag) {
			text, err := r.orStdin(flag, *value)
			if err != nil {
				return err
			}
			given[name] = secret.New(text)
		}
	}
	d, err := cl.DraftStep(c.Context(), step.Name, given)
	if err != nil {
		return err
	}
	s := signature{root: r, p: cl.Profile(), Draft: d}
	if expects {
		return s.expect(c, strings.TrimSpace(o.expect))
	}
	return r.write(c, render.Result{Text: s.text(), Fields: s.fields()})
}

// allSigned checks that --expect comes with every signed value that changes with each
// request, such as the time.
func allSigned(step *profile.Step, at string, made map[string]string) error {
	for _, name := range recipe.Fixable {
		switch _, given := made[name]; {
		case given || !step.Uses(name):
		case !slices.Contains(clocked, name):
			return usagef(lang.Text{EN: "--expect needs --set %s=…, the value that was signed", ZH: "--expect 需要 --set %s=…，即签名时用的值"}, name)
		case at == "":
			return usagef(lang.Text{EN: "--expect needs --at, the time that was signed, in seconds or milliseconds since 1970", ZH: "--expect 需要 --at，即签名时用的时间戳（秒或毫秒）"})
		}
	}
	return nil
}

// signAt sets the clock to the time of --at, or to a timestamp from --set.
func (r *root) signAt(at string, made map[string]string) error {
	flagged := at != ""
	for _, name := range clocked {
		at = cmp.Or(at, made[name])
	}
	n, err := strconv.ParseInt(at, 10, 64)
	if !flagged && (err != nil || n < 0) {
		return nil // a --set timestamp in another form is used as it is
	}
	if err != nil || n < 0 {
		return usagef(lang.Text{EN: "--at %s: expected seconds or milliseconds since 1970, such as 1595229375367", ZH: "--at %s：应为秒或毫秒时间戳，例如 1595229375367"}, at)
	}
	const latestSecond = 1e11 // the year 5138; in milliseconds 1973
	when := time.Unix(n, 0)
	if n >= latestSecond {
		when = time.UnixMilli(n)
	}
	app := *r.App
	app.Now = func() time.Time { return when }
	r.App, r.clients.now = &app, app.Now
	return nil
}

// signedStep returns the signed step of that name, or the first signed step if name is "".
func (r *root) signedStep(p *profile.Profile, name string) (*profile.Step, error) {
	signed := slices.DeleteFunc(p.Steps(), func(s *profile.Step) bool { return s.Sign == nil })
	for _, s := range signed {
		if cmp.Or(profile.StepName(name), s.Name) == s.Name {
			return s, nil
		}
	}
	if len(signed) > 0 {
		return nil, usagef(lang.Text{EN: "--step %s: this step is not signed; %s is", ZH: "--step %s：这个步骤不签名；签名的是 %s"}, name, signed[0].Name)
	}
	src, err := r.sources()
	if err != nil {
		return nil, err
	}
	all, err := usable(src)
	if err != nil {
		return nil, err
	}
	var signing []string
	for _, p := range all {
		if slices.ContainsFunc(p.Steps(), func(s *profile.Step) bool { return s.Sign != nil }) {
			signing = append(signing, p.Name)
		}
	}
	return nil, &profile.NotOfferedError{Profile: p.Name, Step: "sign", Why: lang.Text{
		EN: "It signs no requests. Profiles that do: " + strings.Join(signing, ", ") + ".",
		ZH: "它的请求都不签名。会签名的接入配置：" + strings.Join(signing, "、") + "。",
	}}
}

// signature is a request that is signed.
type signature struct {
	*root
	client.Draft
	p *profile.Profile
}

// visible is the request to show: unchanged with --show-secrets, otherwise with marks in
// place of secrets.
func (s signature) visible() *recipe.Request {
	if s.showSecrets {
		return s.Signed
	}
	return s.Request
}

// shown replaces the marks in a text of the visible request with redacted values.
func (s signature) shown(text string) string {
	var pairs []string
	for _, m := range s.Marks {
		pairs = append(pairs, m.Text, cmp.Or(s.scrub.Shown(m.Value), "{"+m.Name+"}"))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// signedText is the text that is hashed.
func (s signature) signedText() string { return s.shown(s.visible().SignText.Reveal()) }

// part is a piece of the text that is hashed.
type part struct{ source, value string }

func (s signature) parts() []part {
	var out []part
	for _, t := range s.Step.Sign.Text.Parts() {
		value, _ := t.Expand(s.visible().SignValue)
		out = append(out, part{string(t), s.shown(value)})
	}
	return out
}

// request is the request as it would be sent: its first line, headers, body.
func (s signature) request() (line string, headers map[string]any, body string) {
	req := s.visible()
	headers = map[string]any{}
	for name := range req.Header {
		value := req.Header.Get(name)
		if name == "Authorization" && strings.HasPrefix(value, "Basic ") && !s.showSecrets {
			value = "Basic " + secret.Redacted // marks cannot be replaced inside Base64
		}
		headers[name] = s.shown(value)
	}
	return req.Method + " " + s.shown(req.URL.String()), headers, s.shown(string(req.Body))
}

func (s signature) fields() render.Fields {
	var parts []any
	for _, p := range s.parts() {
		parts = append(parts, map[string]any{"part": p.source, "value": p.value})
	}
	line, headers, body := s.request()
	method, address, _ := strings.Cut(line, " ")
	return render.Fields{
		{Name: "profile", Value: s.p.Name},
		{Name: "step", Value: string(s.Step.Name)},
		{Name: "hash", Value: s.Step.Sign.Hash},
		{Name: "encoding", Value: cmp.Or(s.Step.Sign.Encoding, "hex")},
		{Name: "parts", Value: parts},
		{Name: "text", Value: s.signedText()},
		{Name: "digest", Value: s.Signed.Digest},
		{Name: "request", Value: render.Fields{{Name: "method", Value: method}, {Name: "url", Value: address}, {Name: "headers", Value: headers}, {Name: "body", Value: body}}},
		{Name: "guess", Value: s.Step.GuessText().In(s.language())},
	}
}

func (s signature) text() string {
	in := func(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(s.language()) }
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\n", s.p.Name, s.Step.Name)
	parts := s.parts()
	width := 0
	for i, p := range parts {
		parts[i] = part{printable.Text(p.source), printable.Text(p.value)} // makes line feeds visible
		p = parts[i]
		width = max(width, ansi.StringWidth(p.source))
	}
	for _, p := range parts {
		fmt.Fprintf(&b, "  %s%s  %s\n", p.source, strings.Repeat(" ", width-ansi.StringWidth(p.source)), cmp.Or(p.value, in("(empty)", "（空）")))
	}
	fmt.Fprintf(&b, "\n%s\n  %s\n", in("text", "待签名文本"), strings.ReplaceAll(s.signedText(), "\n", "\n  "))
	fmt.Fprintf(&b, "\n%s\n  %s\n", fmt.Sprintf(in("digest: %s, as %s", "摘要：%s，%s"), s.Step.Sign.Hash, cmp.Or(s.Step.Sign.Encoding, "hex")), s.Signed.Digest)
	line, headers, body := s.request()
	fmt.Fprintf(&b, "\n%s\n  %s\n", in("request, not sent", "请求（未发送）"), line)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		fmt.Fprintf(&b, "  %s: %s\n", name, headers[name])
	}
	if body != "" {
		fmt.Fprintf(&b, "\n  %s\n", body)
	}
	if guess := profile.Unverified(s.Step.GuessText()); !guess.IsZero() {
		fmt.Fprintf(&b, "\n%s\n", s.in(guess))
	}
	return b.String()
}
