package cmd

import (
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/remote"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// healthOptions are the flags of emulate healthcheck, and what it needs.
type healthOptions struct {
	out     *printer
	conn    *connection
	clients *clients

	ready, ca string
}

func newHealthcheck(p *parts) *cobra.Command {
	o := healthOptions{out: p.out, conn: p.conn, clients: p.clients}
	c := &cobra.Command{
		Use: "healthcheck [URL]", Args: commandline.Arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	c.Flags().StringVar(&o.ready, "ready-file", "", "")
	c.Flags().StringVar(&o.ca, "tls-ca", "", "")
	return c
}

func (o *healthOptions) run(c *cobra.Command, args []string) error {
	at := emulator.Ready{CAFile: o.ca}
	switch {
	case len(args) == 1 && o.ready != "":
		return failure.Usagef(lang.Text{EN: "give a URL or --ready-file, not both", ZH: "URL 和 --ready-file 只能给一个"})
	case len(args) == 1:
		at.Address = args[0]
	case o.ready == "":
		return failure.Usagef(lang.Text{EN: "healthcheck needs a URL or --ready-file FILE", ZH: "healthcheck 需要 URL 或 --ready-file FILE"})
	default:
		if err := remote.Read(o.ready, &at); err != nil {
			return err
		}
	}
	return o.healthcheck(c, at)
}

func (o *healthOptions) healthcheck(c *cobra.Command, at emulator.Ready) error {
	where, h, err := remote.Reach(o.conn.client, at, "URL")
	if err != nil {
		return err
	}
	if err := remote.Health(c.Context(), h, where, min(o.clients.timeout, 5*time.Second)); err != nil {
		return err
	}
	return o.out.write(c, render.Result{Text: "ok", Fields: render.Fields{{Name: "status", Value: "ok"}, {Name: "address", Value: where}}})
}
