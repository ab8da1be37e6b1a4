package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"

	"github.com/spf13/cobra"

	"ssoctl/pkg/capture"
	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/outcome"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletext"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/terminal"
)

// softMemory is the garbage collector's memory limit, in bytes. An emulator keeps far less
// than that, so the process stays below it even after hours of load.
const softMemory = 112 << 20

// serveEmulator serves an emulator or, with --record, a recording proxy until a signal
// arrives, or until the COMMAND ends.
func (o *emulateOptions) serveEmulator(c *cobra.Command, profiles []*profile.Profile) error {
	interrupt.Handle(o.out.stderr) // it writes files, and others may end it once it is ready
	l, at, err := o.listenAt()
	if err != nil {
		return err
	}
	defer l.Close()
	certificate, remove, err := o.certificate(c.Context(), at)
	if err != nil {
		return err
	}
	defer remove()
	log := &terminal.Log{Console: o.out.console(), Hold: !o.watched() && o.record == ""}
	handler, inputs, err := o.emulatorHandler(c.Context(), l, at, profiles, log)
	if err != nil {
		return err
	}
	ready, err := emulator.NewReady(at, o.tlsCA, inputs)
	if err != nil {
		return err
	}
	if _, chosen := o.conf.env("GOMEMLIMIT"); !chosen {
		debug.SetMemoryLimit(softMemory)
	}
	s := emulator.Serve(l, emulator.ServeOptions{Handler: handler, Certificate: certificate, Log: log})
	defer s.Close()
	if err := o.announce(c, s, at, ready, profiles); err != nil {
		return err
	}
	if o.command.args != nil {
		err := o.runCommand(c.Context(), ready, profiles)
		return o.command.run.Error(err, log.Lines())
	}
	debug.FreeOSMemory() // what its start left: see delayCollection
	return s.Wait(c.Context())
}

// listenAt listens on the address of --listen, and returns the addresses at which it can be
// reached.
func (o *emulateOptions) listenAt() (net.Listener, emulator.Addresses, error) {
	l, err := emulator.Listen(o.listen)
	if err != nil {
		return nil, emulator.Addresses{}, err
	}
	if emulator.Exposed(l) {
		o.out.warn(lang.Text{
			EN: "listening on " + l.Addr().String() + ": anyone who can reach this machine can use the emulator",
			ZH: "正在监听 " + l.Addr().String() + "：能访问本机的人都能使用这个模拟器",
		})
	}
	at, err := emulator.AddressesOf(l, o.tls || o.tlsCert != "", o.public, o.browser)
	if err != nil {
		l.Close()
	}
	return l, at, err
}

// watched reports whether stderr shows the requests. With a COMMAND, stderr is the COMMAND's, so
// only -v shows them.
func (o *emulateOptions) watched() bool {
	return !o.out.quiet && (o.command.args == nil || o.rec.verbose > 0)
}

// emulatorHandler returns what to serve, and the inputs that it expects of each profile.
func (o *emulateOptions) emulatorHandler(ctx context.Context, l net.Listener, at emulator.Addresses, profiles []*profile.Profile, log io.Writer) (http.Handler, map[string]recipe.Values, error) {
	inputs := map[string]recipe.Values{}
	if o.record != "" {
		site, err := o.recordingSite(ctx, at, profiles[0], log)
		if err != nil {
			return nil, nil, err
		}
		inputs[profiles[0].Name] = site.Inputs
		return site, inputs, nil
	}
	options := emulator.Options{
		Profiles: profiles, Address: at.Public, Browser: at.Browser, Hosts: []string{l.Addr().String()},
		Approve: o.approve, Strict: o.strict, Quiet: o.noDiagnosis, Now: o.now, Rand: o.rand, Refs: o.conf.refs(ctx),
		Lang: o.out.language(),
	}
	if o.watched() {
		language := options.Lang // not options, which would keep the profiles in memory
		options.Report = func(e emulator.Event) { fmt.Fprintln(log, e.Line(language)) }
	}
	emu, err := o.emulator(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range profiles {
		inputs[p.Name] = emu.Inputs(p.Name)
	}
	o.command.run, err = outcome.Expect(emu, o.command.asserts)
	return emu, inputs, err
}

// tellServing prints what is served, and where to watch it.
func (o *emulateOptions) tellServing(at emulator.Addresses, profiles []*profile.Profile) {
	if o.record != "" {
		o.out.progress("%s", o.out.in(lang.Sprintf(lang.Text{
			EN: "passing %s on to the vendor; exchanges are saved in %s",
			ZH: "正在把 %s 的请求转发给厂商，往来内容保存在 %s",
		}, profiles[0].Name, o.record)))
		return
	}
	for _, p := range profiles {
		o.out.progress("%s  %s", p.Name, profiletext.Provenance(p, o.out.language()))
	}
	o.out.progress("%s%s/_/", o.out.in(lang.Text{EN: "every exchange, live: ", ZH: "实时查看每次请求："}), at.Browser)
}

// usageOr turns an error of emulator.New into a usage error, unless it is about a profile.
func usageOr(err error) error {
	if errors.As(err, new(*profile.Error)) || errors.As(err, new(profile.Errors)) || errors.As(err, new(*profile.MissingError)) {
		return err
	}
	return &failure.UsageError{Problem: emulator.Text(err)}
}

// recordingSite returns a proxy that passes a profile's requests on to its vendor and keeps
// the exchanges. It logs each request to log.
func (o *emulateOptions) recordingSite(ctx context.Context, at emulator.Addresses, p *profile.Profile, log io.Writer) (*capture.Site, error) {
	if err := client.New(p, o.clients.deps(ctx)).Discover(); err != nil {
		return nil, err
	}
	if err := capture.CheckAddresses(p, o.conf.refs(ctx)); err != nil {
		return nil, err
	}
	emu, err := emulator.New(emulator.Options{Profiles: []*profile.Profile{p}, Address: at.Public, Browser: at.Browser, Now: o.now, Rand: o.rand, Refs: o.conf.refs(ctx)})
	if err != nil {
		return nil, usageOr(err)
	}
	return capture.NewSite(emu, at, o.record, capture.Options{
		Profile: p, Refs: o.conf.refs(ctx), HTTP: o.conn.client, Timeout: o.clients.timeout, Now: o.now, Log: log, Lang: o.out.language(),
	})
}
