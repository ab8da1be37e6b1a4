package cmd

import (
	"cmp"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
	"github.com/spf13/pflag"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/terminal"
)

// records holds the flags and the state for recording exchanges.
type records struct {
	trace       bool
	verbose     int
	showSecrets bool
	har         string // a file
	reportFile  string
	scrub       *scrub.Scrubber
	exchanges   *record.Recorder // nil if nothing is recorded
	held        *terminal.Held
	findings    []record.Findings // for the report
	notes       []string          // for the report
}

func (r *root) recordFlags(f *pflag.FlagSet) {
	f.BoolVar(&r.trace, "trace", false, "")
	f.CountVarP(&r.verbose, "verbose", "v", "")
	f.StringVar(&r.har, "har", "", "")
	f.StringVar(&r.reportFile, "report", "", "")
	f.BoolVar(&r.showSecrets, "show-secrets", false, "")
}

// record starts recording exchanges, if a flag asks for it.
func (r *root) record() error {
	r.scrub = &scrub.Scrubber{Lifted: r.showSecrets}
	if r.showSecrets {
		r.warn(lang.Text{
			EN: "--show-secrets: the output and files of this run contain live secrets; do not share them",
			ZH: "--show-secrets：本次的输出和文件含有可用的密钥和令牌，请勿转发",
		})
	}
	r.hideProxy()
	for flag, path := range map[string]string{"har": r.har, "report": r.reportFile} {
		if err := r.checkFile(flag, path); err != nil {
			return err
		}
	}
	if !r.trace && r.verbose == 0 && r.har == "" && r.reportFile == "" {
		return nil
	}
	r.scrub.Stub = true
	r.exchanges = &record.Recorder{Now: r.Now, Scrub: r.scrub}
	if r.trace || r.verbose > 0 {
		columns, _, _ := terminal.Size(r.Err)
		r.held = terminal.NewHeld(r.Err)
		trace := &record.Trace{
			W: r.held, Lang: r.language(), Columns: columns, Members: r.verbose > 1,
			Paint: r.paint(),
		}
		r.exchanges.Begun, r.exchanges.Ended = trace.Begun, trace.Ended
	}
	return nil
}

// paint returns the colours for stderr.
func (r *root) paint() record.Paint {
	style := r.terminal().NewStyle()
	return record.Paint{
		Title: style.Bold(true).Render, Name: style.Foreground(lipgloss.Color("6")).Render,
		Good: style.Foreground(lipgloss.Color("2")).Render, Bad: style.Foreground(lipgloss.Color("1")).Render,
	}
}

// hideProxy redacts the proxy's password, or its user name if it has no password. Other
// user names are not secret.
func (r *root) hideProxy() {
	for _, scheme := range []string{"http", "https"} {
		proxy, _ := r.proxyOf(scheme, "vendor.invalid")
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
func (r *root) hideInputs(p *profile.Profile) {
	for _, name := range p.InputNames() {
		if text, _ := p.Given(name); p.Inputs[name].Secret && !isReference(text) {
			r.scrub.Add(secret.New(text))
		}
	}
}

// terminal returns a renderer for stderr, with colours if it is a terminal and they are
// allowed.
func (r *root) terminal() *lipgloss.Renderer {
	out := lipgloss.NewRenderer(r.Err)
	out.SetColorProfile(termenv.Ascii)
	if _, _, tty := r.drawable(); tty && !r.noColor {
		out.SetColorProfile(termenv.ANSI)
	}
	return out
}
