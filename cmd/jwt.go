package cmd

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/jwt"
	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/secret"
)

// jwtOptions are the flags of jwt, and what it needs.
type jwtOptions struct {
	out     *printer
	in      *input
	conf    *config
	rec     *recording
	clients *clients
	now     func() time.Time

	jwks, key        string
	withClientSecret bool
}

func newJWT(p *parts) *cobra.Command {
	o := jwtOptions{out: p.out, in: p.in, conf: p.conf, rec: p.rec, clients: p.clients, now: p.app.Now}
	c := &cobra.Command{
		Use: "jwt [TOKEN | -]", Args: commandline.Arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	providerFlag(c, p.conf)
	c.Flags().StringVar(&o.jwks, "jwks", "", "")
	c.Flags().StringVar(&o.key, "key", "", "")
	c.Flags().BoolVar(&o.withClientSecret, "with-client-secret", false, "")
	noCacheFlag(c, p.clients)
	commandline.ExcludeEachOther(c, "jwks", "key", "with-client-secret")
	return c
}

func (o *jwtOptions) run(c *cobra.Command, args []string) error {
	// An empty value, as from a variable that is not set, must not leave the token unverified.
	if err := commandline.CheckEmpty(c, "jwks", "key", "profile"); err != nil {
		return err
	}
	t, err := o.read(c, args)
	if err != nil {
		return err
	}
	verifier, err := o.verifier(c)
	if err != nil {
		return err
	}
	by := jwt.Verification{Reason: lang.Text{
		EN: "nothing was given to verify it with, such as --issuer URL, --jwks FILE, --key FILE or -p PROFILE",
		ZH: "没有给出验证依据，例如 --issuer URL、--jwks FILE、--key FILE 或 -p PROFILE",
	}}
	if verifier != nil {
		by.Reason = lang.Text{}
		if _, by.Compared, err = verifier.VerifyToken(c.Context(), t.Text, o.now()); err != nil {
			return err
		}
	}
	view := jwt.View{Lang: o.out.language(), Now: o.now(), ShowSignature: o.rec.showSecrets}
	res, err := view.Result(t, by)
	if err != nil {
		return err
	}
	return o.out.write(c, res)
}

// read reads the token from the argument or from standard input.
func (o *jwtOptions) read(c *cobra.Command, args []string) (jwt.Token, error) {
	text := strings.Join(args, "")
	switch {
	case len(args) == 1 && text == "":
		return jwt.Token{}, failure.Usagef(lang.Text{EN: "the token is empty", ZH: "令牌是空的"})
	case len(args) == 0 || text == "-":
		if _, typed := o.in.terminalIn(); typed {
			o.out.say(lang.Text{EN: "Paste the token, then press Enter and Ctrl-D.", ZH: "请粘贴令牌，然后按回车和 Ctrl-D。"})
		}
		var err error
		if text, err = o.in.readStdin(c.Context()); err != nil {
			return jwt.Token{}, err
		}
		args = nil
	}
	o.rec.scrub.Add(secret.New(text))
	t, err := jwt.Read(text)
	if err != nil {
		return t, jwt.AdviseFile(err, strings.Join(args, ""))
	}
	o.rec.scrub.Add(secret.New(t.Text))
	if len(args) == 1 {
		o.in.warnOfToken(t.Text, lang.Text{EN: "the token", ZH: "令牌"}, lang.Text{EN: "- with standard input", ZH: " - 从标准输入读取"})
	}
	return t, nil
}

// verifier returns what verifies the token; nil if the command line does not ask for it.
func (o *jwtOptions) verifier(c *cobra.Command) (*oidc.Verifier, error) {
	known, err := jwt.ReadKeys(o.jwks, o.key)
	if err != nil {
		return nil, err
	}
	chosen := o.conf.choice
	if o.conf.profileFromEnv { // only the command line may cause requests
		chosen.profile = ""
	}
	if known == nil && o.jwks == "" && !o.withClientSecret && o.conf.provider == (providerFlags{}) && chosen.profile == "" {
		return nil, nil
	}
	if o.jwks != "" && known == nil { // an address
		chosen.set = append(slices.Clone(chosen.set), oidc.KeysInput+"="+o.jwks)
	}
	chosen.profile = cmp.Or(chosen.profile, openID)
	cl, err := o.clients.newClientOf(c.Context(), chosen)
	if err != nil {
		return nil, err
	}
	issuer, clientID, err := cl.IssuerAndClientID()
	from := cmp.Or(o.jwks, o.key)
	switch {
	case err != nil:
		return nil, err
	case o.withClientSecret:
		from = "client_secret"
		if known, err = o.clientSecret(c, cl); err != nil {
			return nil, err
		}
	case known == nil && issuer == "" && o.jwks == "":
		return nil, failure.Usagef(lang.Text{
			EN: "%s has no issuer, so its tokens' keys are unknown: give --issuer URL, --jwks FILE or --key FILE",
			ZH: "%s 没有 issuer，不知道用哪些公钥：请给出 --issuer URL、--jwks FILE 或 --key FILE",
		}, cl.Profile().Name)
	case known == nil:
		return cl.TokenVerifier()
	}
	return oidc.NewVerifierWith(known, from, issuer, clientID), nil
}

// clientSecret returns the profile's client_secret as a key.
func (o *jwtOptions) clientSecret(c *cobra.Command, cl *client.Client) ([]key.Published, error) {
	text, err := cl.Profile().Value("client_secret", o.conf.refs(c.Context()))
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, failure.Usagef(lang.Text{
			EN: "--with-client-secret: %s has no client_secret; give it as SSOCTL_CLIENT_SECRET or name a profile with -p",
			ZH: "--with-client-secret：%s 没有 client_secret；请用 SSOCTL_CLIENT_SECRET 给出，或用 -p 指定接入配置",
		}, cl.Profile().Name)
	}
	return []key.Published{{Key: key.Shared(text)}}, nil
}
