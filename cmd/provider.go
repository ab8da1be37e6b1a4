package cmd

import (
	"cmp"

	"github.com/spf13/cobra"

	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// providerFlags name an OpenID provider on the command line, so that a login needs no
// configuration.
type providerFlags struct{ issuer, clientID string }

func (f *providerFlags) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.issuer, "issuer", "", "")
	c.Flags().StringVar(&f.clientID, "client-id", "", "")
}

// choose gives the values of the flags as --set does, to the profile for any OpenID provider
// if the command line names no profile.
func (f *providerFlags) choose(conf *config) {
	if f.issuer != "" {
		conf.profile = cmp.Or(conf.profile, "oidc")
		conf.set = append(conf.set, oidc.IssuerInput+"="+f.issuer)
	}
	if f.clientID != "" {
		conf.set = append(conf.set, "client_id="+f.clientID)
	}
}

// public makes a client public that has an issuer and no secret, unless the profile says how
// it authenticates.
func (f *providerFlags) public(p *profile.Profile) error {
	secret, _ := p.Given("client_secret")
	if _, from := p.Given(recipe.AuthMethod); f.issuer != "" && secret == "" && from.From == "default" {
		return p.Set(recipe.AuthMethod, "none", profile.Origin{From: "flag"})
	}
	return nil
}

// noVerifyFlag adds --no-verify, which commands that get id_tokens have.
func noVerifyFlag(c *cobra.Command, clients *clients) {
	c.Flags().BoolVar(&clients.noVerify, "no-verify", false, "")
}
