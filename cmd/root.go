package cmd

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// root is one run of the program: the command tree, the global flags and the state that
// commands share.
type root struct {
	*App
	cmd     *cobra.Command
	started bool // a command's own code was reached; earlier errors are usage errors

	profile, config, output, jq, lang string
	set                               []string
	timeout                           time.Duration
	noColor, quiet, curl, noProject   bool
	allowCmd, noCache                 bool
	connecting                        connectOptions
	records

	format  render.Format
	waiting bytes.Buffer     // the result, until the records are written
	loaded  *profile.Profile // the chosen profile, for hints
	stdin   bool             // standard input is taken: see takeStdin
	// noVerifier: a code was sent without code_verifier, although the profile uses PKCE.
	noVerifier bool
	handing    *handoff.Command // nil until the command uses it
	lookups    lookups
	made       tls.Certificate // the certificate of --listen-tls
	help       printed         // what cobra prints on stdout
	called     string          // the running command, such as "ssoctl profile lint"
}

// newRoot builds the part of the command tree that args need, with help in the language
// that they ask for.
func newRoot(a *App, args []string) *root {
	r := &root{App: a, help: printed{to: a.Out}}
	var showVersion bool
	r.cmd = &cobra.Command{
		Use:           "ssoctl",
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, _ []string) error {
			if showVersion {
				return r.printVersion(c)
			}
			return c.Help()
		},
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			r.called = c.CommandPath()
			if err := checkGlobals(c); err != nil {
				return err
			}
			if err := checkFlags(c); err != nil {
				return err
			}
			return r.prepare(c)
		},
	}
	r.cmd.SetIn(a.In)
	r.cmd.SetOut(&r.help)
	r.cmd.SetErr(a.Err)
	r.cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		r.describe()
		return flagFault(c, err)
	})
	f := r.cmd.PersistentFlags()
	f.StringVarP(&r.profile, "profile", "p", "", "")
	f.StringVar(&r.config, "config", "", "")
	f.BoolVar(&r.noProject, "no-project", false, "")
	f.StringArrayVar(&r.set, "set", nil, "")
	f.BoolVar(&r.allowCmd, "allow-cmd", false, "")
	f.StringVarP(&r.output, "output", "o", "text", "")
	f.StringVar(&r.jq, "jq", "", "")
	r.recordFlags(f)
	spanVar(f, &r.timeout, "timeout", client.DefaultTimeout)
	r.connecting.flags(f)
	f.StringVar(&r.lang, "lang", "", "")
	f.BoolVar(&r.curl, "curl", false, "")
	f.BoolVar(&r.noColor, "no-color", false, "")
	f.BoolVarP(&r.quiet, "quiet", "q", false, "")
	r.cmd.Flags().BoolVar(&showVersion, "version", false, "")
	f.BoolP("help", "h", false, "")
	r.complete()
	r.build(args)
	r.lang, _ = peek(args)
	r.cmd.SetHelpFunc(func(c *cobra.Command, _ []string) {
		r.describe()
		r.printHelp(c)
	})
	return r
}

// prepare reads the global flags and their environment, before any command.
func (r *root) prepare(c *cobra.Command) error {
	for name, env := range map[string]string{"profile": "SSOCTL_PROFILE", "config": "SSOCTL_CONFIG", "output": "SSOCTL_OUTPUT"} {
		if v, ok := r.Env(env); ok && v != "" && !c.Flags().Changed(name) {
			if err := c.Flags().Set(name, v); err != nil {
				return usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, env, err)
			}
		}
	}
	if v, _ := r.Env("NO_COLOR"); v != "" { // no-color.org: an empty value does not count
		r.noColor = true
	}
	if r.lang != "" && r.lang != string(lang.EN) && r.lang != string(lang.ZH) {
		return usagef(lang.Text{EN: "--lang %s: expected en or zh", ZH: "--lang %s：只能是 en 或 zh"}, r.lang)
	}
	var err error
	if r.format, err = render.ParseFormat(r.output); err != nil {
		return err
	}
	if err := render.Check(r.format, r.jq); err != nil {
		return err
	}
	if err := r.checkCurl(c); err != nil {
		return err
	}
	if err := r.connect(); err != nil {
		return err
	}
	return r.record()
}

// language is the language of --lang, or of the locale.
func (r *root) language() lang.Lang {
	if r.lang != "" {
		return lang.Lang(r.lang)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v, ok := r.Env(name); ok && v != "" {
			return lang.FromLocale(v)
		}
	}
	return lang.EN
}

// write prints the result of a command.
func (r *root) write(c *cobra.Command, res render.Result) error {
	return render.Write(c.Context(), r.results(), res, r.format, r.jq)
}

// writeNow prints the result of a command that keeps running.
func (r *root) writeNow(c *cobra.Command, res render.Result) error {
	return render.Write(c.Context(), r.Out, res, r.format, r.jq)
}

// results is the writer for results. With --har or --report, results wait in a buffer:
// writing these files can fail, and after a failure stdout must be empty.
func (r *root) results() io.Writer {
	if r.har == "" && r.reportFile == "" {
		return r.Out
	}
	return &r.waiting
}

// end writes the files of --har and --report for a command that ended with err, then the
// waiting result. It returns its own error, not err.
func (r *root) end(err error) error {
	if failed := r.writeRecords(err); failed != nil {
		return failed
	}
	_, failed := r.waiting.WriteTo(r.Out)
	return failed
}

// load finds the chosen profile and gives it the values of flags and environment.
func (r *root) load() (*profile.Profile, error) {
	src, err := r.sources()
	if err != nil {
		return nil, err
	}
	var p *profile.Profile
	if r.profile == "" {
		p, err = profile.LoadDefault(src)
	} else {
		p, err = profile.Load(r.profile, src)
	}
	if err != nil {
		return nil, err
	}
	r.loaded = p
	return p, r.values(p)
}

// values sets the inputs of p from environment and flags.
func (r *root) values(p *profile.Profile) error {
	if err := r.fromEnv(p); err != nil {
		return err
	}
	for _, pair := range r.set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return usagef(lang.Text{EN: "--set: expected INPUT=VALUE", ZH: "--set：应为 INPUT=VALUE"}) // do not repeat the value: it may be a secret
		}
		if err := r.setInput(p, name, value); err != nil {
			return err
		}
	}
	return nil
}

// fromEnv sets the inputs of p from the environment.
func (r *root) fromEnv(p *profile.Profile) error {
	for _, name := range p.InputNames() {
		env := envName(name)
		if name == "state" {
			continue // -o env prints SSOCTL_STATE, but a state belongs to one login
		}
		if v, ok := r.Env(env); ok && v != "" {
			if err := p.Set(name, v, profile.Origin{From: "environment", File: env}); err != nil {
				return err
			}
		}
	}
	return nil
}

func envName(input string) string { return "SSOCTL_" + strings.ToUpper(input) }

func (r *root) setInput(p *profile.Profile, name, value string) error {
	plain := value != "-" && !isReference(value)
	if value == "-" {
		text, err := r.readStdin()
		if err != nil {
			return err
		}
		value = text
	}
	if err := p.Give(name, value, profile.Origin{From: "flag"}); err != nil {
		return err
	}
	if in := p.Inputs[name]; plain && in.Secret {
		instead := envName(name)
		if in.Undeclared { // it cannot be set by an SSOCTL_ variable
			instead = "--set " + name + "=env:NAME"
		}
		r.warnOfFlag(name, instead)
	}
	return nil
}

// warnOfFlag warns about a secret that --set gives in plain text.
func (r *root) warnOfFlag(name, instead string) {
	r.warn(lang.Sprintf(lang.Text{
		EN: "anyone on this machine can read %s from the process list; use %s, or --set %s=- with standard input",
		ZH: "本机任何人都能从进程列表里看到 %s；请改用 %s，或用 --set %s=- 从标准输入读取",
	}, name, instead, name))
}

// takeStdin claims standard input before it is read. Only one flag or argument of a
// command can have it.
func (r *root) takeStdin() error {
	if r.stdin {
		return usagef(lang.Text{EN: "only one value can come from standard input", ZH: "只有一个值能从标准输入读取"})
	}
	r.stdin = true
	return nil
}

// readStdin returns standard input without its final line end. It stops waiting when the
// command's context ends.
func (r *root) readStdin() (string, error) {
	const most = 64 << 10
	if err := r.takeStdin(); err != nil {
		return "", err
	}
	ctx := r.cmd.Context()
	data, err := io.ReadAll(io.LimitReader(terminal.Interruptible(ctx, r.In), most+1))
	if ended := ctx.Err(); ended != nil { // Ctrl-C while waiting for input
		return "", ended
	}
	if err == nil && len(data) > most {
		err = lang.Errorf(lang.Text{EN: "larger than %d KiB", ZH: "超过 %d KiB"}, most>>10)
	}
	if err != nil {
		return "", usagef(lang.Text{EN: "standard input: %v", ZH: "标准输入：%v"}, err)
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if text == "" {
		return "", usagef(lang.Text{EN: "standard input is empty", ZH: "标准输入里没有内容"})
	}
	return text, nil
}

// newClient returns a client for the chosen profile.
func (r *root) newClient() (*client.Client, error) {
	p, err := r.load()
	if err != nil {
		return nil, err
	}
	r.hideInputs(p)
	return client.New(p, client.Deps{
		HTTP: r.HTTP, Now: r.Now, Rand: r.Rand, Refs: r.refs(), Timeout: r.timeout,
		UserAgent: "ssoctl/" + version(), Scrubber: r.scrub, Record: r.exchanges, Warn: r.warn, Cache: r.cached(),
	}), nil
}

// redirectFlag sets the profile's redirect_uri from the flag.
func redirectFlag(p *profile.Profile, uri string) error {
	if uri == "" {
		return nil
	}
	if u, err := url.Parse(uri); err != nil || !u.IsAbs() {
		return usagef(lang.Text{EN: "--redirect-uri %s: expected a whole address, such as https://crm.example.com/callback", ZH: "--redirect-uri %s：应为完整地址，例如 https://crm.example.com/callback"}, uri)
	}
	p.Declare("redirect_uri") // the listener needs it even if the vendor is not told
	return p.Set("redirect_uri", uri, profile.Origin{From: "flag"})
}

// redirectURI is the profile's redirect_uri, "" if it has none.
func (r *root) redirectURI(p *profile.Profile) (string, error) {
	values, err := p.Values(optional("redirect_uri"), r.refs())
	if err != nil {
		return "", err
	}
	uri, _ := values.Text("redirect_uri")
	return uri, nil
}
