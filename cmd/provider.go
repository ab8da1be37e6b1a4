package cmd

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/hint"
	"ssoctl/pkg/manual"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/project"
	"ssoctl/pkg/recipe"
)

// openID is the profile for any OpenID provider.
const openID = "oidc"

// providerFlags name an OpenID provider on the command line, so that a login needs no
// configuration.
type providerFlags struct{ issuer, clientID string }

func (f *providerFlags) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.issuer, "issuer", "", "")
	c.Flags().StringVar(&f.clientID, "client-id", "", "")
}

// inputAsFlag returns the error for an unknown flag of c that is named after an input of the chosen
// profile, or of the one for any OpenID provider; nil for another error.
func (o *config) inputAsFlag(c *cobra.Command, err error) error {
	unknown, is := errors.AsType[*pflag.NotExistError](err)
	if !is || !manual.Takes(commandline.Path(c), "set") {
		return nil
	}
	src, err := project.WithoutUntrusted(o.sources())
	if err != nil {
		return nil
	}
	return hint.InputAsFlag(unknown.GetSpecifiedName(), src, o.profile, openID)
}

// providerFlag adds --issuer and --client-id, for commands that can use an OpenID provider.
func providerFlag(c *cobra.Command, conf *config) { conf.provider.flags(c) }

// choose adds --issuer and --client-id to c, as if they were given with --set. With --issuer, the
// profile is oidc if c has none.
func (f *providerFlags) choose(c choice) choice {
	c.set = slices.Clone(c.set)
	if f.issuer != "" {
		c.profile = cmp.Or(c.profile, openID)
		c.set = append(c.set, oidc.IssuerInput+"="+f.issuer)
	}
	if f.clientID != "" {
		c.set = append(c.set, "client_id="+f.clientID)
	}
	return c
}

// publicByFlags makes the client of a new profile public, unless set gives a secret or a key.
func (f *providerFlags) publicByFlags(set []string) []string {
	given := slices.ContainsFunc(set, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return name == "client_secret" || name == recipe.ClientKey || name == recipe.AuthMethod
	})
	if f.issuer == "" || given {
		return set
	}
	return append(set, recipe.AuthMethod+"=none")
}
