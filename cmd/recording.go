package cmd

import (
	"cmp"
	"time"

	"github.com/spf13/pflag"

	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/terminal"
)

// recording records the requests of a command and redacts its secrets.
type recording struct {
	out *printer
	now func() time.Time

	trace, showSecrets bool
	verbose            int
	files              record.Files

	scrub    *scrub.Scrubber
	calls    *record.Recorder  // nil if nothing is recorded
	findings []record.Findings // for the report
	notes    []string          // for the report
}

func (r *recording) flags(f *pflag.FlagSet) {
	f.BoolVar(&r.trace, "trace", false, "")
	f.CountVarP(&r.verbose, "verbose", "v", "")
	f.StringVar(&r.files.HAR, "har", "", "")
	f.StringVar(&r.files.Report, "report", "", "")
	f.BoolVar(&r.showSecrets, "show-secrets", false, "")
}

// prepare starts recording, if a flag asks for it.
func (r *recording) prepare(conn *connection) error {
	r.scrub = &scrub.Scrubber{Lifted: r.showSecrets}
	if r.showSecrets {
		r.out.warn(lang.Text{
			EN: "--show-secrets: the output and files of this run contain live secrets; do not share them",
			ZH: "--show-secrets：本次的输出和文件含有可用的密钥和令牌，请勿转发",
		})
	}
	r.hideProxy(conn)
	if r.files.Any() {
		interrupt.Handle(r.out.stderr) // the check writes a file
	}
	if err := r.files.Check(); err != nil {
		return err
	}
	if !r.trace && r.verbose == 0 && !r.files.Any() {
		return nil
	}
	// Writing these files can fail, and after a failure stdout must be empty.
	r.out.delayed = r.files.Any()
	r.scrub.Stub = true
	r.calls = &record.Recorder{Now: r.now, Scrub: r.scrub}
	if r.trace || r.verbose > 0 {
		columns, _, _ := terminal.Size(r.out.stderr)
		r.out.held = terminal.NewHeld(r.out.stderr)
		r.calls.Observer = &record.Trace{
			W: r.out.held, Lang: r.out.language(), Columns: columns, Members: r.verbose > 1,
			Paint: r.out.paint(),
		}
	}
	return nil
}

// hideProxy redacts the proxy's password, or its user name if it has no password. Other
// user names are not secret.
func (r *recording) hideProxy(conn *connection) {
	for _, scheme := range []string{"http", "https"} {
		proxy, _ := conn.Proxy(scheme, "vendor.invalid")
		if proxy == nil || proxy.User == nil {
			continue
		}
		password, _ := proxy.User.Password()
		r.scrub.Add(secret.New(cmp.Or(password, proxy.User.Username())))
	}
}

// hideInputs redacts all secret inputs, even those that no request contains, because the
// vendor might repeat one. References are not resolved for this, since that may ask the
// user something.
func (r *recording) hideInputs(p *profile.Profile) {
	for _, name := range p.InputNames() {
		if text, from := p.Given(name); p.Inputs[name].Secret && (from.Verbatim || !reference.Is(text)) {
			r.scrub.Add(secret.New(text))
		}
	}
}
