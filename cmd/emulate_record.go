package cmd

import (
	"context"
	"fmt"
	"io"

	"ssoctl/pkg/capture"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// recordingSite returns a proxy that passes a profile's requests on to its vendor and keeps
// the exchanges. It logs each request to log.
func (o *emulateOptions) recordingSite(ctx context.Context, at emulator.Addresses, p *profile.Profile, log io.Writer) (*capture.Site, error) {
	if err := capture.CheckAddresses(p, o.conf.refs(ctx)); err != nil {
		return nil, err
	}
	emu, err := emulator.New(emulator.Options{Profiles: []*profile.Profile{p}, Address: at.Public, Browser: at.Browser, Now: o.now, Rand: o.rand, Refs: o.conf.refs(ctx)})
	if err != nil {
		return nil, usageOr(err)
	}
	return capture.NewSite(p, emu, at.Path(), o.record, capture.Options{
		Load: func() (*profile.Profile, error) {
			src, err := o.conf.sources()
			if err != nil {
				return nil, err
			}
			return p.Reload(src)
		},
		Refs: o.conf.refs(ctx), HTTP: o.conn.client, Timeout: o.clients.timeout, Now: o.now,
		Report: func(e capture.Event) { fmt.Fprintln(log, e.Line()) },
	})
}
