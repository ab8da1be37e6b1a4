package cmd

import (
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/curlscript"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
)

// checkCurl returns a usage error if --curl cannot work with the other flags.
func (r *root) checkCurl(c *cobra.Command) error {
	switch {
	case !r.curl:
		return nil
	case c.Flags().Changed("listen"):
		return usagef(lang.Text{EN: "--curl sends nothing, so no code arrives: use --code instead of --listen", ZH: "--curl 不发送请求，等不到授权码：请用 --code 代替 --listen"})
	case r.format == render.Env || r.format == render.Raw:
		return usagef(lang.Text{EN: "--curl prints commands: use -o text or json, not %s", ZH: "--curl 输出的是命令：请用 -o text 或 json，不能用 %s"}, r.format)
	}
	return nil
}

// writeCurl prints the requests that the target steps would send first. It sends none.
func (r *root) writeCurl(c *cobra.Command, cl *client.Client, targets []profile.StepName, given recipe.Values) error {
	drafts, err := cl.Draft(c.Context(), targets, given)
	if err != nil {
		return err
	}
	o := r.connection
	s := curlscript.Script{
		Profile: cl.Profile().Name, Lang: r.language(), Now: r.Now(), Scrub: r.scrub,
		Connection: curlscript.Connection{
			CACert: o.caCert, ClientCert: o.clientCert, ClientKey: o.clientKey, Insecure: o.insecure,
			Direct: o.proxy == "none", Proxy: r.proxyOf, Env: r.Env,
		},
	}
	s.Add(drafts)
	return r.write(c, render.Result{Text: s.Text(), Fields: s.Fields()})
}
