package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/output"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

func (r *root) newUserInfo() *cobra.Command {
	var accessToken, code, redirectURI string
	var details bool
	c := &cobra.Command{
		Use: "userinfo", Args: arguments(0, 0),
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
			if err = r.handoff(cl).Sent(given, err, client.UserInfoSteps(details)[1:]...); err != nil {
				return err
			}
			return r.write(c, output.User(u))
		},
	}
	f := c.Flags()
	f.StringVar(&accessToken, "access-token", "", "")
	f.StringVar(&code, "code", "", "")
	f.StringVar(&redirectURI, "redirect-uri", "", "")
	f.BoolVar(&details, "details", false, "")
	excludeEachOther(c, "access-token", "code")
	return c
}
