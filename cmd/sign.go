package cmd

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

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
	signed, rest, err := o.signed(c)
	if err != nil {
		return err
	}
	clients := *o.clients
	if clients.now, err = signed.Clock(o.clients.now); err != nil {
		return err
	}
	cl, err := clients.newClientOf(c.Context(), choice{o.conf.profile, rest})
	if err != nil {
		return signed.Suggest(o.conf.loaded, err)
	}
	src, err := o.conf.sources()
	if err != nil {
		return err
	}
	step, err := signature.StepOf(cl, profile.StepName(o.step), src)
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
	d, err := signed.Draft(c.Context(), cl, step, given, expects)
	if err != nil {
		return err
	}
	name, signs := d.Step.Signature()
	if !signs {
		return signature.NotSigned(cl, src)
	}
	s := signature.Signature{Draft: d, Name: name, Profile: cl.Profile(), Lang: o.out.language(), Scrub: o.rec.scrub}
	if expects {
		return o.search(c, s, src.IsOwn(s.Profile.Name))
	}
	return o.out.write(c, render.Result{Text: s.Text(), Fields: s.Fields()})
}

// signed returns the values that were signed, and the rest of --set, which are inputs.
func (o *signOptions) signed(c *cobra.Command) (given signature.Given, rest []string, err error) {
	given = signature.Given{At: o.at, Values: map[string]string{}, Flags: slices.Sorted(maps.Keys(o.given))}
	if given.Settable, err = o.settable(); err != nil {
		return given, nil, err
	}
	for _, pair := range o.conf.set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || !slices.Contains(given.Settable, name) {
			rest = append(rest, pair)
			continue
		}
		text, err := o.in.orStdin(c, "set "+name, value)
		if err != nil {
			return given, nil, err
		}
		if value == "-" {
			given.Values[name] = text
			continue
		}
		resolved, err := o.conf.refs(c.Context()).Resolve(text)
		if err != nil {
			return given, nil, &profile.Error{Key: name, Problem: lang.Of(err)}
		}
		given.Values[name] = resolved.Reveal()
	}
	return given, rest, nil
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

// search prints which recipes give the expected signature, or whether a JWT is the profile's.
// If the answer is no, the error is a [*failure.CheckError]. own means that the profile is the
// user's.
func (o *signOptions) search(c *cobra.Command, s signature.Signature, own bool) error {
	expected := strings.TrimSpace(o.expect)
	if s.IsToken() {
		t := s.CheckToken(expected)
		if err := o.out.write(c, render.Result{Text: t.Text(), Fields: t.Fields()}); err != nil {
			return err
		}
		return t.Err()
	}
	found, err := s.Search(expected, own)
	if err != nil {
		return failure.Usagef(lang.Text{EN: "--expect: %v", ZH: "--expect：%v"}, err)
	}
	if err := o.out.write(c, render.Result{Text: found.Text(), Fields: found.Fields()}); err != nil {
		return err
	}
	return found.Err()
}
