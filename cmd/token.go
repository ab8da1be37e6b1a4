package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

func (r *root) newToken() *cobra.Command {
	var refreshToken string
	c := &cobra.Command{
		Use: "token", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := r.newClient()
			if err != nil {
				return err
			}
			step, given, get := profile.StepToken, recipe.Values{}, cl.AppToken
			if c.Flags().Changed("refresh-token") {
				if refreshToken, err = r.orStdin("refresh-token", refreshToken); err != nil {
					return err
				}
				step, given["refresh_token"] = profile.StepRefresh, secret.New(refreshToken)
				get = func(ctx context.Context) (client.Token, error) { return cl.Refresh(ctx, secret.New(refreshToken)) }
			}
			if r.curl {
				return r.writeCurl(c, cl, []profile.StepName{step}, given)
			}
			t, err := get(c.Context())
			if err != nil {
				return err
			}
			res := output.Token(t)
			res.Text = t.AccessToken.Reveal()
			return r.write(c, res)
		},
	}
	c.Flags().StringVar(&refreshToken, "refresh-token", "", "")
	c.Flags().BoolVar(&r.noCache, "no-cache", false, "")
	return c
}

// orStdin returns a flag's value, or standard input if the value is "-". A code that is
// given on the command line is checked.
func (r *root) orStdin(flag, value string) (string, error) {
	switch value {
	case "-":
		return r.readStdin()
	case "":
		return "", usagef(lang.Text{EN: "--%s is empty", ZH: "--%s 的值是空的"}, flag)
	}
	if flag == "code" {
		return value, r.checkCode(value)
	}
	return value, nil
}
