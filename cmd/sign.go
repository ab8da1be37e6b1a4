package cmd

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
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
		Use: "sign", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	providerFlag(c, p.conf)
	noCacheFlag(c, p.clients)
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
	signed, err := o.signed(c)
	if err != nil {
		return err
	}
	clients := *o.clients
	if clients.now, err = signed.Clock(o.clients.now); err != nil {
		return err
	}
	cl, err := clients.newClient(c.Context())
	if err != nil {
		return signed.Suggest(o.conf.loaded, err)
	}
	step, err := o.signedStep(cl)
	if err != nil {
		return err
	}
	given := recipe.Values{}
	if err := signed.Give(cl.Profile(), step, given); err != nil {
		return err
	}
	if err := o.giveFlags(c, given); err != nil {
		return err
	}
	expects := c.Flags().Changed("expect")
	if expects {
		if err := signature.FillUnsigned(cl.Profile(), step); err != nil {
			return err
		}
	}
	d, err := cl.DraftStep(c.Context(), step.Name, given)
	if expects {
		err = signed.Complete(cl.Profile(), step, given, err)
	}
	if err != nil {
		return err
	}
	name, signs := d.Step.Signature()
	if !signs {
		return o.notSigned(cl)
	}
	s := signature.Signature{Draft: d, Name: name, Profile: cl.Profile(), Lang: o.out.language(), Scrub: o.rec.scrub}
	if expects {
		return o.search(c, s, strings.TrimSpace(o.expect))
	}
	return o.out.write(c, render.Result{Text: s.Text(), Fields: s.Fields()})
}

// signed takes from --set the values that were signed, and leaves the inputs there.
func (o *signOptions) signed(c *cobra.Command) (signature.Given, error) {
	given := signature.Given{At: o.at, Values: map[string]string{}, Flags: slices.Sorted(maps.Keys(o.given))}
	var err error
	if given.Settable, err = o.settable(); err != nil {
		return given, err
	}
	var rest []string
	for _, pair := range o.conf.set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || !slices.Contains(given.Settable, name) {
			rest = append(rest, pair)
			continue
		}
		text, err := o.in.orStdin(c, "set "+name, value)
		if err != nil {
			return given, err
		}
		resolved, err := o.conf.refs(c.Context()).Resolve(text)
		if err != nil {
			return given, &profile.Error{Key: name, Problem: lang.Of(err)}
		}
		given.Values[name] = resolved.Reveal()
	}
	o.conf.set = rest
	return given, nil
}

// settable returns the names of the values that may have been signed.
func (o *signOptions) settable() ([]string, error) {
	known := func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(signature.Settable(), name)
	}
	if !slices.ContainsFunc(o.conf.set, func(pair string) bool { return !known(pair) }) {
		return signature.Settable(), nil // without reading the profile twice
	}
	p, err := o.conf.bare(o.conf.profile)
	if err != nil {
		return nil, err
	}
	return signature.SettableOf(p), nil
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

// search prints which recipes give a signature. If none does, it returns a [*failure.CheckError].
func (o *signOptions) search(c *cobra.Command, s signature.Signature, expected string) error {
	if s.IsToken() {
		return o.checkToken(c, s.CheckToken(expected))
	}
	src, err := o.conf.sources()
	own := err != nil || src.IsOwn(s.Profile.Name)
	found, err := s.Search(expected, own)
	if err != nil {
		return failure.Usagef(lang.Text{EN: "--expect: %v", ZH: "--expect：%v"}, err)
	}
	if err := o.out.write(c, render.Result{Text: found.Text(), Fields: found.Fields()}); err != nil {
		return err
	}
	if len(found.Ways) == 0 {
		return failure.Checkf(lang.Text{
			EN: "%s: %s: none of %d recipes gives this signature",
			ZH: "%s：%s：试了 %d 种签名方式，都得不出这个签名",
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

// signedStep returns the signed step of --step, or the first signed step if there is no --step.
func (o *signOptions) signedStep(cl *client.Client) (*profile.Step, error) {
	isIt := func(s *profile.Step) bool { return cmp.Or(profile.StepName(o.step), s.Name) == s.Name }
	signed := signature.Steps(cl.Profile())
	if i := slices.IndexFunc(signed, isIt); i >= 0 {
		return signed[i], nil
	}
	authenticating, err := cl.Authenticating()
	if err != nil {
		return nil, err
	}
	signed = slices.Concat(signed, authenticating)
	if i := slices.IndexFunc(signed, isIt); i >= 0 {
		return signed[i], nil
	}
	if len(signed) > 0 {
		return nil, failure.Usagef(lang.Text{EN: "--step %s: this step is not signed; %s is", ZH: "--step %s：这个步骤不签名；签名的是 %s"}, o.step, signed[0].Name)
	}
	return nil, o.notSigned(cl)
}

// notSigned is the error for a profile that signs no requests.
func (o *signOptions) notSigned(cl *client.Client) error {
	p := cl.Profile()
	method, _, err := cl.AuthMethod()
	switch {
	case err != nil:
		return err
	case method == recipe.AuthMethodNone:
		return &profile.NotOfferedError{Profile: p.Name, Step: "sign", Why: lang.Text{
			EN: "It signs no requests: the client has neither client_secret nor client_key. Set client_key to see what private_key_jwt signs.",
			ZH: "它的请求都不签名：客户端既没有 client_secret，也没有 client_key。要查看 private_key_jwt 的签名内容，请设置 client_key。",
		}}
	case method != "":
		return &profile.NotOfferedError{Profile: p.Name, Step: "sign", Why: lang.Sprintf(lang.Text{
			EN: "It signs no requests: the client authenticates by %s. To see what private_key_jwt or client_secret_jwt signs, set token_endpoint_auth_method.",
			ZH: "它的请求都不签名：客户端认证方式是 %s。要查看 private_key_jwt 或 client_secret_jwt 的签名内容，请设置 token_endpoint_auth_method。",
		}, method)}
	}
	src, err := o.conf.sources()
	if err != nil {
		return err
	}
	all, err := profile.LoadWithSteps(src.Names(), src)
	if err != nil {
		return err
	}
	var signing []string
	for _, p := range all {
		if len(signature.Steps(p)) > 0 {
			signing = append(signing, p.Name)
		}
	}
	return &profile.NotOfferedError{Profile: p.Name, Step: "sign", Why: lang.Text{
		EN: "It signs no requests. Profiles that do: " + strings.Join(signing, ", ") + ".",
		ZH: "它的请求都不签名。会签名的接入配置：" + strings.Join(signing, "、") + "。",
	}}
}
