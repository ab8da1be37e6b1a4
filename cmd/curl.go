package cmd

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/client"
	"ssoctl/pkg/curlscript"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
)

// curls prints requests as curl commands instead of sending them, if --curl is given.
type curls struct {
	out  *printer
	conn *connection
	rec  *recording
	now  func() time.Time
	on   bool // the flag
}

func (o *curls) flags(f *pflag.FlagSet) { f.BoolVar(&o.on, "curl", false, "") }

// check returns a usage error if --curl cannot work with the other flags.
func (o *curls) check(c *cobra.Command) error {
	switch {
	case !o.on:
		return nil
	case c.Flags().Changed("listen"):
		return failure.Usagef(lang.Text{EN: "--curl sends nothing, so no code arrives: use --code instead of --listen", ZH: "--curl 不发送请求，等不到授权码：请用 --code 代替 --listen"})
	case o.out.format == render.Raw || o.out.format.OfVariables():
		return failure.Usagef(lang.Text{EN: "--curl prints commands: use -o text or json, not %s", ZH: "--curl 输出的是命令：请用 -o text 或 json，不能用 %s"}, o.out.format)
	}
	return nil
}

// write prints the requests that the target steps would send first. It sends none. redirect is
// that of the login, if there is one.
func (o *curls) write(c *cobra.Command, cl *client.Client, targets []profile.StepName, given recipe.Values, redirect ...client.Done) error {
	drafts, err := cl.Draft(c.Context(), targets, given, redirect...)
	if err != nil {
		return err
	}
	if len(drafts) == 0 {
		return failure.Usagef(lang.Text{EN: "%s sends nothing, so there is no request to print", ZH: "%s 不发送请求，没有可打印的命令"}, targets[len(targets)-1])
	}
	conn := o.conn.options
	s := curlscript.Script{
		Profile: cl.Profile().Name, Lang: o.out.language(), Now: o.now(), Scrub: o.rec.scrub,
		Connection: curlscript.Connection{
			CACert: conn.CACert, ClientCert: conn.ClientCert, ClientKey: conn.ClientKey, Insecure: conn.Insecure,
			Direct: conn.Proxy == "none", Proxies: o.conn, Env: o.conn.env,
		},
	}
	s.Add(drafts)
	return o.out.write(c, render.Result{Text: s.Text(), Alone: true, Fields: s.Fields()})
}
