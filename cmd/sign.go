package cmd

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/signature"
)

// signOptions are the flags of sign, and what it needs.
type signOptions struct {
	out     *printer
	in      *input
	conf    *config
	rec     *recording
	clients *clients

	step, at, expect string
	given            map[string]*string // flag values, by placeholder
}

func newSign(p *parts) *cobra.Command {
	o := signOptions{out: p.out, in: p.in, conf: p.conf, rec: p.rec, clients: p.clients, given: map[string]*string{}}
	c := &cobra.Command{
		Use: "sign", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
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

func (o *signOptions) run(c *cobra.Command) error {
	fresh, err := o.fresh()
	if err != nil {
		return err
	}
	made, err := o.takeMade(c, fresh)
	if err != nil {
		return err
	}
	clients := *o.clients
	if clients.now, err = o.clock(made); err != nil {
		return err
	}
	cl, err := clients.newClient(c.Context())
	if err != nil {
		return o.suggestMade(err, fresh)
	}
	step, err := o.signedStep(cl.Profile())
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
	if err := giveMade(cl.Profile(), step, fresh, made, given); err != nil {
		return err
	}
	if err := o.giveFlags(c, given); err != nil {
		return err
	}
	d, err := cl.DraftStep(c.Context(), step.Name, given)
	if err != nil {
		return err
	}
	name, _ := step.Signature()
	s := signature.Signature{Draft: d, Name: name, Profile: cl.Profile(), Lang: o.out.language(), Scrub: o.rec.scrub}
	if expects {
		return o.search(c, s, strings.TrimSpace(o.expect))
	}
	return o.out.write(c, render.Result{Text: s.Text(), Fields: s.Fields()})
}

// giveFlags adds the values of the flags that are named after a placeholder.
func (o *signOptions) giveFlags(c *cobra.Command, given recipe.Values) error {
	for name, value := range o.given {
		if flag := strings.ReplaceAll(name, "_", "-"); c.Flags().Changed(flag) {
			text, err := o.in.orStdin(c, flag, *value)
			if err != nil {
				return err
			}
			given[name] = secret.New(text)
		}
	}
	return nil
}

// search prints which recipes give a digest. If none does, it returns a [*failure.CheckError].
func (o *signOptions) search(c *cobra.Command, s signature.Signature, digest string) error {
	if s.IsToken() {
		return o.checkToken(c, s.CheckToken(digest))
	}
	src, err := o.conf.sources()
	own := err != nil || src.IsOwn(s.Profile.Name)
	found, err := s.Search(digest, own)
	if err != nil {
		return failure.Usagef(lang.Text{EN: "--expect: %v", ZH: "--expect：%v"}, err)
	}
	if err := o.out.write(c, render.Result{Text: found.Text(), Fields: found.Fields()}); err != nil {
		return err
	}
	if len(found.Ways) == 0 {
		return failure.Checkf(lang.Text{
			EN: "%s: %s: none of %d recipes gives this digest",
			ZH: "%s：%s：试了 %d 种签名方式，都得不出这个摘要",
		}, s.Profile.Name, s.Step.Name, found.Tried)
	}
	return nil
}

// checkToken prints whether a JWT is the profile's. If it is not, it returns a [*failure.CheckError].
func (o *signOptions) checkToken(c *cobra.Command, t signature.Token) error {
	if err := o.out.write(c, render.Result{Text: t.Text(), Fields: t.Fields()}); err != nil || t.OK() {
		return err
	}
	return failure.Checkf(lang.Text{EN: "%s: %s: the token differs from the profile", ZH: "%s：%s：令牌与接入配置不一致"}, t.Profile.Name, t.Step.Name)
}

// allSigned checks that --expect comes with every signed value that changes with each
// request, such as the time.
func allSigned(step *profile.Step, at string, made map[string]string) error {
	names := slices.Clone(recipe.Fixable)
	clocked := slices.Clone(clocked)
	step.EachMake(func(name string, m recipe.Make) {
		if m.IsFresh() {
			names = append(names, name)
		}
		if m.Time != "" {
			clocked = append(clocked, name)
		}
	})
	for _, name := range names {
		switch _, given := made[name]; {
		case given || !step.Uses(name):
		case !slices.Contains(clocked, name):
			return failure.Usagef(lang.Text{EN: "--expect needs --set %s=…, the value that was signed", ZH: "--expect 需要 --set %s=…，即签名时用的值"}, name)
		case at == "":
			return failure.Usagef(lang.Text{EN: "--expect needs --at, the time that was signed, in seconds or milliseconds since 1970", ZH: "--expect 需要 --at，即签名时用的时间戳（秒或毫秒）"})
		}
	}
	return nil
}

// clock returns a clock that stands at the time of --at or at a timestamp from --set, or
// else the real one.
func (o *signOptions) clock(made map[string]string) (func() time.Time, error) {
	at, flagged := o.at, o.at != ""
	for _, name := range clocked {
		at = cmp.Or(at, made[name])
	}
	n, err := strconv.ParseInt(at, 10, 64)
	if !flagged && (err != nil || n < 0) {
		return o.clients.now, nil // a --set timestamp in another form is used as it is
	}
	if err != nil || n < 0 {
		return nil, failure.Usagef(lang.Text{EN: "--at %s: expected seconds or milliseconds since 1970, such as 1595229375367", ZH: "--at %s：应为秒或毫秒时间戳，例如 1595229375367"}, at)
	}
	const latestSecond = 1e11 // the year 5138; in milliseconds 1973
	when := time.Unix(n, 0)
	if n >= latestSecond {
		when = time.UnixMilli(n)
	}
	return func() time.Time { return when }, nil
}

func isSigned(s *profile.Step) bool {
	_, signed := s.Signature()
	return signed
}

// signedStep returns the signed step of --step, or the first signed step if there is no --step.
func (o *signOptions) signedStep(p *profile.Profile) (*profile.Step, error) {
	signed := slices.DeleteFunc(p.Steps(), func(s *profile.Step) bool { return !isSigned(s) })
	for _, s := range signed {
		if cmp.Or(profile.StepName(o.step), s.Name) == s.Name {
			return s, nil
		}
	}
	if len(signed) > 0 {
		return nil, failure.Usagef(lang.Text{EN: "--step %s: this step is not signed; %s is", ZH: "--step %s：这个步骤不签名；签名的是 %s"}, o.step, signed[0].Name)
	}
	src, err := o.conf.sources()
	if err != nil {
		return nil, err
	}
	all, err := profile.LoadWithSteps(src.Names(), src)
	if err != nil {
		return nil, err
	}
	var signing []string
	for _, p := range all {
		if slices.ContainsFunc(p.Steps(), isSigned) {
			signing = append(signing, p.Name)
		}
	}
	return nil, &profile.NotOfferedError{Profile: p.Name, Step: "sign", Why: lang.Text{
		EN: "It signs no requests. Profiles that do: " + strings.Join(signing, ", ") + ".",
		ZH: "它的请求都不签名。会签名的接入配置：" + strings.Join(signing, "、") + "。",
	}}
}
