package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/regularfile"
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
	har, reportFile    string // files

	scrub     *scrub.Scrubber
	exchanges *record.Recorder  // nil if nothing is recorded
	findings  []record.Findings // for the report
	notes     []string          // for the report
}

func (r *recording) flags(f *pflag.FlagSet) {
	f.BoolVar(&r.trace, "trace", false, "")
	f.CountVarP(&r.verbose, "verbose", "v", "")
	f.StringVar(&r.har, "har", "", "")
	f.StringVar(&r.reportFile, "report", "", "")
	f.BoolVar(&r.showSecrets, "show-secrets", false, "")
}

// prepare starts recording, if a flag asks for it.
func (r *recording) prepare(f *pflag.FlagSet, conn *connection) error {
	r.scrub = &scrub.Scrubber{Lifted: r.showSecrets}
	if r.showSecrets {
		r.out.warn(lang.Text{
			EN: "--show-secrets: the output and files of this run contain live secrets; do not share them",
			ZH: "--show-secrets：本次的输出和文件含有可用的密钥和令牌，请勿转发",
		})
	}
	r.hideProxy(conn)
	for flag, path := range map[string]string{"har": r.har, "report": r.reportFile} {
		if path == "" && f.Changed(flag) {
			return failure.Usagef(lang.Text{EN: "--%s is empty", ZH: "--%s 的值是空的"}, flag)
		}
		if err := r.checkFile(flag, path); err != nil {
			return err
		}
	}
	if !r.trace && r.verbose == 0 && r.har == "" && r.reportFile == "" {
		return nil
	}
	// Writing these files can fail, and after a failure stdout must be empty.
	r.out.delayed = r.har != "" || r.reportFile != ""
	r.scrub.Stub = true
	r.exchanges = &record.Recorder{Now: r.now, Scrub: r.scrub}
	if r.trace || r.verbose > 0 {
		columns, _, _ := terminal.Size(r.out.stderr)
		r.out.held = terminal.NewHeld(r.out.stderr)
		r.exchanges.Observer = &record.Trace{
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
		if text, _ := p.Given(name); p.Inputs[name].Secret && !reference.Is(text) {
			r.scrub.Add(secret.New(text))
		}
	}
}

// checkFile checks that the file of a flag can be written, before anything is sent.
func (r *recording) checkFile(flag, path string) error {
	if path == "" {
		return nil
	}
	if path == r.har && path == r.reportFile {
		return failure.Usagef(lang.Text{EN: "--har and --report name the same file", ZH: "--har 和 --report 是同一个文件"})
	}
	interrupt.Handle(r.out.stderr) // the check writes a file
	if err := writableFile(path); err != nil {
		return failure.Usagef(lang.Text{EN: "--%s %s: %v", ZH: "--%s %s：%v"}, flag, path, failure.WithoutPath(err))
	}
	return nil
}

func writableFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular(): // an atomic write would replace it
		return regularfile.ErrNotRegular
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return atomicfile.Writable(filepath.Dir(path))
}

// save writes the files of --har and --report.
func (r *recording) save(page record.Report) error {
	var errs []error
	write := func(path string, make func() ([]byte, error)) {
		if path == "" {
			return
		}
		data, err := make()
		if err == nil {
			err = atomicfile.Write(path, data, 0o600)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
		}
	}
	write(r.har, func() ([]byte, error) { return r.exchanges.HAR(version(), r.out.language()) })
	write(r.reportFile, func() ([]byte, error) { return r.exchanges.WriteReport(page) })
	return errors.Join(errs...)
}
