package cmd

import (
	"cmp"
	"slices"
	"strings"

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

// choose adds the values of the flags to those of --set. The profile becomes the one for any
// OpenID provider if the command line names none.
func (f *providerFlags) choose(profile *string, set *[]string) {
	if f.issuer != "" {
		*profile = cmp.Or(*profile, "oidc")
		*set = append(*set, oidc.IssuerInput+"="+f.issuer)
	}
	if f.clientID != "" {
		*set = append(*set, "client_id="+f.clientID)
	}
}

// publicByFlags is public for a profile that does not exist yet, so that only --set can give
// a secret.
func (f *providerFlags) publicByFlags(set *[]string) {
	given := slices.ContainsFunc(*set, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return name == "client_secret" || name == recipe.AuthMethod
	})
	if f.issuer != "" && !given {
		*set = append(*set, recipe.AuthMethod+"=none")
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

// noCacheFlag adds --no-cache, which commands that use what earlier runs kept have.
func noCacheFlag(c *cobra.Command, clients *clients) {
	c.Flags().BoolVar(&clients.noCache, "no-cache", false, "")
}
