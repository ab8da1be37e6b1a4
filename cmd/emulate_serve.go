package cmd

import (
	"context"
	"errors"
	"fmt"
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
	log := &terminal.Log{Console: o.out.console(), Hold: !o.watched() && o.record == ""}
	return (&emulation{emulateOptions: o, profiles: profiles, at: at, log: log, caFile: o.tlsCA}).serve(c, l)
}

// emulation is one run of emulate.
type emulation struct {
	*emulateOptions
	profiles []*profile.Profile
	at       emulator.Addresses
	log      *terminal.Log
	caFile   string      // of the CA certificate to trust; "" without --tls
	remove   []string    // files and folders to remove when the COMMAND ends
	run      outcome.Run // of the COMMAND
}

// serve serves at the listener.
func (e *emulation) serve(c *cobra.Command, l net.Listener) error {
	certificate, remove, err := e.certificate(c.Context())
	if err != nil {
		return err
	}
	defer remove()
	handler, inputs, err := e.handler(c.Context(), l)
	if err != nil {
		return err
	}
	ready, err := emulator.NewReady(e.at, e.caFile, inputs)
	if err != nil {
		return err
	}
	if _, chosen := e.conf.env("GOMEMLIMIT"); !chosen {
		debug.SetMemoryLimit(softMemory)
	}
	s := emulator.Serve(l, emulator.ServeOptions{Handler: handler, Certificate: certificate, Log: e.log})
	defer s.Close()
	if err := e.announce(c, s, ready); err != nil {
		return err
	}
	if e.command.args != nil {
		err := e.runCommand(c.Context(), ready)
		return e.run.Error(err, e.log.Lines())
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

// handler returns what to serve, and the inputs that it expects of each profile.
func (e *emulation) handler(ctx context.Context, l net.Listener) (http.Handler, map[string]recipe.Values, error) {
	inputs := map[string]recipe.Values{}
	if e.record != "" {
		site, err := e.recordingSite(ctx, e.profiles[0])
		if err != nil {
			return nil, nil, err
		}
		inputs[e.profiles[0].Name] = site.Inputs
		return site, inputs, nil
	}
	options := emulator.Options{
		Profiles: e.profiles, Address: e.at.Public, Browser: e.at.Browser, Hosts: []string{l.Addr().String()},
		Approve: e.approve, Strict: e.strict, Quiet: e.noDiagnosis, Now: e.now, Rand: e.rand, Refs: e.conf.refs(ctx),
		Lang: e.out.language(),
	}
	if e.watched() {
		language, log := options.Lang, e.log // not options or e, which would keep the profiles in memory
		options.Report = func(e emulator.Event) { fmt.Fprintln(log, e.Line(language)) }
	}
	emu, err := e.emulator(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range e.profiles {
		inputs[p.Name] = emu.Inputs(p.Name)
	}
	e.run, err = outcome.Expect(emu, e.command.asserts)
	return emu, inputs, err
}

// tellServing prints what is served, and where to watch it.
func (e *emulation) tellServing() {
	if e.record != "" {
		e.out.progress("%s", e.out.in(lang.Sprintf(lang.Text{
			EN: "passing %s on to the vendor; exchanges are saved in %s",
			ZH: "正在把 %s 的请求转发给厂商，往来内容保存在 %s",
		}, e.profiles[0].Name, e.record)))
		return
	}
	for _, p := range e.profiles {
		e.out.progress("%s  %s", p.Name, profiletext.Provenance(p, e.out.language()))
	}
	e.out.progress("%s%s/_/", e.out.in(lang.Text{EN: "every exchange, live: ", ZH: "实时查看每次请求："}), e.at.Browser)
}

// usageOr turns an error of emulator.New into a usage error, unless it is about a profile.
func usageOr(err error) error {
	if errors.As(err, new(*profile.Error)) || errors.As(err, new(profile.Errors)) || errors.As(err, new(*profile.MissingError)) {
		return err
	}
	return &failure.UsageError{Problem: emulator.Text(err)}
}

// recordingSite returns a proxy that passes a profile's requests on to its vendor and records
// them.
func (e *emulation) recordingSite(ctx context.Context, p *profile.Profile) (*capture.Site, error) {
	if err := client.New(p, e.clients.deps(ctx)).Discover(); err != nil {
		return nil, err
	}
	if err := capture.CheckAddresses(p, e.conf.refs(ctx)); err != nil {
		return nil, err
	}
	emu, err := emulator.New(emulator.Options{Profiles: []*profile.Profile{p}, Address: e.at.Public, Browser: e.at.Browser, Now: e.now, Rand: e.rand, Refs: e.conf.refs(ctx)})
	if err != nil {
		return nil, usageOr(err)
	}
	return capture.NewSite(emu, e.at, e.record, capture.Options{
		Profile: p, Refs: e.conf.refs(ctx), HTTP: e.conn.client, Timeout: e.clients.timeout, Now: e.now, Log: e.log, Lang: e.out.language(),
	})
}
