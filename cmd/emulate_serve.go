package cmd

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// softMemory is the garbage collector's memory limit, in bytes. An emulator keeps far less
// than that, so the process stays below it even after hours of load.
const softMemory = 112 << 20

// serveEmulator serves an emulator or, with --record, a recording proxy until a signal
// arrives.
func (r *root) serveEmulator(c *cobra.Command, o *emulateOptions, profiles []*profile.Profile) error {
	l, err := emulator.Listen(o.listen)
	if err != nil {
		return err
	}
	defer l.Close()
	if emulator.Exposed(l) {
		r.warn(lang.Text{
			EN: "listening on " + l.Addr().String() + ": anyone who can reach this machine can use the emulator",
			ZH: "正在监听 " + l.Addr().String() + "：能访问本机的人都能使用这个模拟器",
		})
	}
	at, err := emulator.AddressesOf(l, o.tls || o.tlsCert != "", o.public, o.browser)
	if err != nil {
		return err
	}
	certificate, err := r.emulatorCertificate(o, at)
	if err != nil {
		return err
	}
	log := &progressLog{r: r}
	handler, inputs, err := r.emulatorHandler(o, l, at, profiles, log)
	if err != nil {
		return err
	}
	if _, chosen := r.Env("GOMEMLIMIT"); !chosen {
		debug.SetMemoryLimit(softMemory)
	}
	s := emulator.Serve(l, emulator.ServeOptions{Handler: handler, Certificate: certificate, Log: log})
	defer s.Close()
	r.tellServing(o, at, profiles)
	if err := r.announce(c, s, o, at, profiles, inputs); err != nil {
		return err
	}
	return s.Wait(c.Context())
}

// emulatorCertificate reads or makes the certificate, if the flags ask for TLS. It returns
// nil if they do not.
func (r *root) emulatorCertificate(o *emulateOptions, at emulator.Addresses) (*tls.Certificate, error) {
	switch {
	case o.tlsCert != "":
		pair, err := r.certificate("--tls", o.tlsCert, o.tlsKey)
		return &pair, err
	case o.tls:
		return at.MakeCertificate(o.tlsCA, r.Now(), r.Rand)
	}
	return nil, nil
}

// emulatorHandler returns what to serve, and the inputs that it expects of each profile.
func (r *root) emulatorHandler(o *emulateOptions, l net.Listener, at emulator.Addresses, profiles []*profile.Profile, log io.Writer) (http.Handler, map[string]recipe.Values, error) {
	inputs := map[string]recipe.Values{}
	if o.record != "" {
		site, err := r.recordingSite(o, at, profiles[0], log)
		if err != nil {
			return nil, nil, err
		}
		inputs[profiles[0].Name] = site.Inputs
		return site, inputs, nil
	}
	options := emulator.Options{
		Profiles: profiles, Address: at.Public, Browser: at.Browser, Hosts: []string{l.Addr().String()},
		Approve: o.approve, Strict: o.strict, Quiet: o.noDiagnosis, Now: r.Now, Rand: r.Rand, Refs: r.refs(),
	}
	if !r.quiet {
		options.Report = func(e emulator.Event) { fmt.Fprintln(log, e.Line()) }
	}
	emu, err := o.emulator(options)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range profiles {
		inputs[p.Name] = emu.Inputs(p.Name)
	}
	return emu, inputs, nil
}

// tellServing prints what is served, and where to watch it.
func (r *root) tellServing(o *emulateOptions, at emulator.Addresses, profiles []*profile.Profile) {
	if o.record != "" {
		r.progress("%s", r.in(lang.Sprintf(lang.Text{
			EN: "passing %s on to the vendor; exchanges are saved in %s",
			ZH: "正在把 %s 的请求转发给厂商，往来内容保存在 %s",
		}, profiles[0].Name, o.record)))
		return
	}
	r.tellProvenance(profiles)
	r.progress("%s%s/_/", r.in(lang.Text{EN: "every exchange, live: ", ZH: "实时查看每次请求："}), at.Browser)
}

// progressLog prints each line that is written to it, as progress.
type progressLog struct {
	mu sync.Mutex
	r  *root
}

// Write implements [io.Writer]. The text is a line.
func (l *progressLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.r.progress("%s", printable.Text(strings.TrimSuffix(string(line), "\n")))
	return len(line), nil
}

// usageOr turns an error of emulator.New into a usage error, unless it is about a profile.
func usageOr(err error) error {
	if errors.As(err, new(*profile.Error)) || errors.As(err, new(profile.Errors)) || errors.As(err, new(*profile.MissingError)) {
		return err
	}
	return &failure.UsageError{Problem: emulator.Text(err)}
}
