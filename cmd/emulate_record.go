package cmd

import (
	"fmt"
	"io"

	"ssoctl/pkg/capture"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// recordingSite returns a proxy that passes a profile's requests on to its vendor and keeps
// the exchanges. It logs each request to log.
func (r *root) recordingSite(o *emulateOptions, at emulator.Addresses, p *profile.Profile, log io.Writer) (*capture.Site, error) {
	if err := capture.CheckAddresses(p, r.refs()); err != nil {
		return nil, err
	}
	emu, err := emulator.New(emulator.Options{Profiles: []*profile.Profile{p}, Address: at.Public, Browser: at.Browser, Now: r.Now, Rand: r.Rand, Refs: r.refs()})
	if err != nil {
		return nil, usageOr(err)
	}
	return capture.NewSite(p, emu, at.Path(), o.record, capture.Options{
		Load: func() (*profile.Profile, error) { return r.again(p) }, Refs: r.refs(), HTTP: r.client, Timeout: r.timeout, Now: r.Now,
		Report: func(e capture.Event) { fmt.Fprintln(log, e.Line()) },
	})
}

// again reloads a profile and keeps the values that came from flags and environment.
func (r *root) again(p *profile.Profile) (*profile.Profile, error) {
	src, err := r.sources()
	if err != nil {
		return nil, err
	}
	out, err := profile.Load(p.Name, src)
	if err != nil {
		return nil, err
	}
	for _, name := range p.InputNames() {
		if text, origin := p.Given(name); origin.From == "flag" || origin.From == "environment" {
			if err := out.Set(name, text, origin); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
