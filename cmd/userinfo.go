package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

func (r *root) newUserInfo() *cobra.Command {
	var accessToken, code, redirectURI string
	var details bool
	c := &cobra.Command{
		Use: "userinfo", Short: "Say who logged in, from a code or a token", Args: arguments(0, 0),
		Long: `Say who logged in, from a code or a user's token. Whatever the profile needs
before runs first: the exchange of the code, the application's own token.`,
		Example: `  ssoctl userinfo -p crm --code C
  ssoctl userinfo -p crm --code C --details
  ssoctl userinfo -p desk --access-token - <token.txt`,
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := r.newClient()
			if err != nil {
				return err
			}
			if err := redirectFlag(cl.Profile(), redirectURI); err != nil {
				return err
			}
			given := recipe.Values{}
			for flag, value := range map[string]string{"access-token": accessToken, "code": code} {
				if !c.Flags().Changed(flag) {
					continue
				}
				text, err := r.orStdin(flag, value)
				if err != nil {
					return err
				}
				given[map[string]string{"access-token": "access_token", "code": "code"}[flag]] = secret.New(text)
			}
			if r.curl {
				return r.writeCurl(c, cl, client.UserInfoSteps(details), given)
			}
			u, err := cl.UserInfo(c.Context(), given, details)
			if err = r.afterCode(cl, given, err, client.UserInfoSteps(details)[1:]...); err != nil {
				return err
			}
			return r.write(c, render.Result{Fields: userFields(u), Raw: u.Raw})
		},
	}
	f := c.Flags()
	f.StringVar(&accessToken, "access-token", "", "a user's `TOKEN`; - reads it from standard input")
	f.StringVar(&code, "code", "", "a `CODE`, decoded; - takes what standard input has, as it is")
	f.StringVar(&redirectURI, "redirect-uri", "", "`URL` that was given to the vendor with the code")
	f.BoolVar(&details, "details", false, "ask for more about the user, in a second call")
	excludeEachOther(c, "access-token", "code")
	return c
}
