package cmd

import (
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/environment"
	"ssoctl/pkg/emulator/remote"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// scanOptions are the flags of emulate scan.
type scanOptions struct {
	out     *printer
	conf    *config
	conn    *connection
	clients *clients

	emulator, ready, ca string
	as, action          string
	wait                time.Duration
}

func newEmulateScan(p *parts) *cobra.Command {
	o := scanOptions{out: p.out, conf: p.conf, conn: p.conn, clients: p.clients}
	c := &cobra.Command{
		Use: "scan", Args: commandline.Arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return o.emulateScan(c) },
	}
	f := c.Flags()
	f.StringVar(&o.as, "as", "", "")
	f.StringVar(&o.action, "action", "confirm", "")
	f.StringVar(&o.emulator, "emulator", "", "")
	f.StringVar(&o.ready, "ready-file", "", "")
	f.StringVar(&o.ca, "tls-ca", "", "")
	commandline.Duration(f, &o.wait, "wait", 10*time.Second)
	return c
}

func (o *scanOptions) emulateScan(c *cobra.Command) error {
	at, h, err := o.emulatorAt()
	if err != nil {
		return err
	}
	got, err := remote.Scan(c.Context(), h, at, remote.Phone{Profile: o.conf.profile, As: o.as, Action: o.action}, o.wait, o.clients.timeout)
	if err != nil {
		return err
	}
	return o.out.write(c, got.Result(o.out.language()))
}

// emulatorAt returns the emulator's address and an HTTP client that trusts it.
func (o *scanOptions) emulatorAt() (string, *http.Client, error) {
	at := emulator.Ready{Address: o.emulator, CAFile: o.ca}
	here, _ := o.conf.env(environment.Emulator)
	switch base, _ := o.conf.env("SSOCTL_BASE_URL"); {
	case o.emulator != "" && o.ready != "":
		return "", nil, failure.Usagef(lang.Text{EN: "give --emulator or --ready-file, not both", ZH: "--emulator 和 --ready-file 只能给一个"})
	case o.ready != "":
		if err := remote.Read(o.ready, &at); err != nil {
			return "", nil, err
		}
	case o.emulator == "" && here != "":
		at.Address = here
	case o.emulator == "":
		u, err := url.Parse(base)
		if err != nil || u.Host == "" {
			return "", nil, failure.Usagef(lang.Text{EN: "emulate scan needs --emulator URL, or SSOCTL_BASE_URL as emulate -o env prints it", ZH: "emulate scan 需要 --emulator URL，或 emulate -o env 输出的 SSOCTL_BASE_URL"})
		}
		at.Address = u.Scheme + "://" + u.Host
	}
	return remote.Reach(o.conn.client, at, "--emulator")
}
