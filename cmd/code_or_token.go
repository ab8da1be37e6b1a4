package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// codeOrToken are the flags of a command that goes on after a login: --code or --access-token,
// and the login's --redirect-uri.
type codeOrToken struct{ accessToken, code, redirectURI string }

func (f *codeOrToken) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.accessToken, "access-token", "", "")
	c.Flags().StringVar(&f.code, "code", "", "")
	c.Flags().StringVar(&f.redirectURI, "redirect-uri", "", "")
	commandline.ExcludeEachOther(c, "access-token", "code")
}

// given returns what --access-token and --code give, under the names of the placeholders
// access_token and code. It sets the profile's redirect_uri from --redirect-uri.
func (f *codeOrToken) given(c *cobra.Command, in *input, p *profile.Profile) (recipe.Values, error) {
	if err := redirectFlag(p, f.redirectURI); err != nil {
		return nil, err
	}
	given := recipe.Values{}
	for _, flag := range []struct{ flag, name, value string }{{"access-token", "access_token", f.accessToken}, {"code", "code", f.code}} {
		if !c.Flags().Changed(flag.flag) {
			continue
		}
		text, err := in.orStdin(c, flag.flag, flag.value)
		if err != nil {
			return nil, err
		}
		given[flag.name] = secret.New(text)
	}
	return given, nil
}
