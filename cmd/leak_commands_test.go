package cmd_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"ssoctl/cmd"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
)

// leakCommand is a command line whose output is searched for secrets.
type leakCommand struct {
	args    []string
	asks    bool // calls the vendor, so it is run with each fault
	yields  bool // prints a secret on stdout
	mayFail bool // may fail without a fault
}

func (c leakCommand) String() string { return strings.Join(c.args, " ") }

// waits reports whether a command waits for a redirect.
func (c leakCommand) waits() bool { return strings.HasSuffix(c.args[0], "login") }

// commands returns all commands that work with a profile, except emulate, which
// TestEmulatorTellsNoSecret covers.
func (l *leakRun) commands(t *testing.T) []leakCommand {
	p, name := l.vendor.vendor, l.vendor.vendor.Name
	var out []leakCommand
	add := func(c leakCommand, args ...string) {
		c.args = args
		out = append(out, c)
	}
	vendor, quiet, uncertain := leakCommand{asks: true, yields: true}, leakCommand{}, leakCommand{mayFail: true}
	code := func() string { return l.vendor.code(t, emulator.Grant{}).Reveal() }
	if p.Exchange != nil || p.UserInfo != nil {
		add(vendor, "exchange", "--code", code())
		add(quiet, "exchange", "--curl", "--code", code())
	}
	if p.Authorize != nil {
		add(leakCommand{yields: true}, "authorize-url", "--redirect-uri", "http://127.0.0.1:9/callback")
		add(vendor, "login", "--no-browser", "--redirect-uri", "http://127.0.0.1:0/callback/{state}")
		if p.Authorize.Scan {
			add(vendor, "qrlogin", "--redirect-uri", "http://127.0.0.1:0/{state}")
		}
	}
	if p.Token != nil {
		add(vendor, "token")
		add(vendor, "token", "--no-cache")
		add(quiet, "token", "--curl")
		add(vendor, "step", "token")
	}
	if p.Token != nil && p.Token.Uses("jwt_auth") {
		for _, method := range []string{"client_secret_jwt", "private_key_jwt"} {
			set := []string{"--set", "token_endpoint_auth_method=" + method, "--set", "client_key=env:EXAMPLE_KEY"}
			add(vendor, append([]string{"token", "--no-cache"}, set...)...)
			add(quiet, append([]string{"token", "--curl"}, set...)...)
			add(quiet, append([]string{"sign", "--step", "token"}, set...)...)
		}
	}
	if p.Refresh != nil {
		add(leakCommand{asks: true, yields: true, mayFail: true}, "token", "--refresh-token", "emulated"+strings.Repeat("r", 32))
	}
	for flag, step := range map[string]profile.StepName{"--revoke": profile.StepRevoke, "--introspect": profile.StepIntrospect} {
		if p.Step(step) != nil {
			about := leakCommand{asks: true, yields: true, mayFail: true}
			add(about, "token", flag, "--access-token", "emulated"+strings.Repeat("a", 32))
			add(about, "token", flag, "--refresh-token", "emulated"+strings.Repeat("r", 32))
			add(quiet, "token", flag, "--curl", "--access-token", "emulated"+strings.Repeat("a", 32))
		}
	}
	if _, has := p.Inputs[oidc.LogoutInput]; has {
		add(leakCommand{yields: true, mayFail: true}, "logout", "--redirect-uri", "http://127.0.0.1:9/bye")
		add(leakCommand{yields: true, mayFail: true}, "logout", "--listen", "127.0.0.1:0", "--wait", "300ms")
	}
	if p.Step(profile.StepDevice) != nil {
		add(leakCommand{asks: true, yields: true, mayFail: true}, "login", "--device", "--wait", "1s") // the interval is longer
	}
	if p.UserInfo != nil {
		add(vendor, "userinfo", "--code", code())
	}
	if p.Details != nil {
		add(vendor, "userinfo", "--details", "--code", code())
	}
	for _, s := range p.Steps() {
		if s.Sign != nil {
			add(quiet, "sign", "--code", code())
			add(uncertain, "sign", "--code", code(), "--at", "1595229375367", "--expect", strings.Repeat("0", 64))
		}
	}
	for _, s := range p.Steps() {
		if s.Name.IsOwn() {
			add(leakCommand{asks: true, yields: true, mayFail: true}, "step", string(s.Name), "--code", code())
		}
	}
	add(leakCommand{asks: true, mayFail: true}, "doctor", "--credentials")
	add(quiet, "demo", name)

	for secret := range l.secrets {
		add(uncertain, "explain", `{"error":"invalid_grant","error_description":"`+secret+`","access_token":"`+code()+`"}`)
		add(uncertain, "explain", secret+" and "+code())
		add(uncertain, "jwt", " "+secret) // without the space, a key in PEM would be a flag
		add(uncertain, "jwt", "eyJhbGciOiJub25lIn0.e30."+base64.RawURLEncoding.EncodeToString([]byte(secret)))
		add(uncertain, "explain", "http://127.0.0.1/callback?error=access_denied&state="+code()+"&error_description="+url.QueryEscape(secret))
	}
	own := "[profiles.own]\nextends = '" + name + "'\n"
	for input := range p.Inputs {
		if text := l.env["SSOCTL_"+strings.ToUpper(input)]; p.Inputs[input].Secret && text != "" {
			own += input + " = '''" + text + "'''\n"
		}
	}
	config := filepath.Join(l.dir, "own.toml")
	if err := os.WriteFile(config, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	add(uncertain, "profile")
	add(quiet, "profile", "show", "own", "--config", config)
	add(quiet, "profile", "diff", name, "own", "--config", config)
	add(quiet, "profile", "list", "--config", config)
	add(quiet, "profile", "lint", config)
	add(quiet, "profile", "schema")
	fresh := filepath.Join(l.dir, "fresh.toml") // profile new does not write it: client_id is missing
	var secrets, others []string
	for input, in := range p.Inputs {
		value := "--set=" + input + "=" + l.env["SSOCTL_"+strings.ToUpper(input)]
		switch {
		case in.Secret:
			secrets = append(secrets, value)
		case in.Required:
			others = append(others, value)
		}
	}
	add(uncertain, append([]string{"profile", "new", "fresh", "--from", name, "--config", fresh}, secrets...)...)
	kept := filepath.Join(l.dir, "kept.toml")
	if err := os.RemoveAll(kept); err != nil {
		t.Fatal(err)
	}
	add(uncertain, append(append([]string{"profile", "new", "kept", "--from", name, "--config", kept, "--plain-secrets", "-o", "json"}, secrets...), others...)...)
	add(uncertain, "config")
	add(quiet, "config", "path", "-o", "json")
	add(quiet, "trust", "--yes", config)
	add(quiet, "trust", "--list")
	add(uncertain, "profile", "verify", filepath.Join("..", "testdata", "vendors", name))

	add(quiet, "cache", "list", "-o", "json")
	add(quiet, "cache", "clear")
	add(uncertain, "cache")
	add(uncertain, "keyring")
	for _, do := range []string{"set", "delete"} { // an invalid name, because this machine may have a keyring
		add(uncertain, "keyring", do, "own")
	}

	local := strings.TrimSuffix(l.vendor.base, "/"+name)
	add(quiet, "emulate", "healthcheck", local)
	add(uncertain, "emulate", "scan", "--emulator", local, "--wait", "1ms")
	add(quiet, "version")
	add(quiet, "help")
	add(quiet, "help", "output")
	for _, shell := range []string{"", "bash", "fish", "powershell", "zsh"} {
		add(quiet, slices.DeleteFunc([]string{"completion", shell}, func(s string) bool { return s == "" })...)
	}
	return out
}

// TestLeaksAreSoughtEverywhere checks that every command is in [leakRun.commands].
func TestLeaksAreSoughtEverywhere(t *testing.T) {
	t.Parallel()
	run := map[string]bool{"emulate": true} // TestEmulatorTellsNoSecret runs it
	all := cmd.Commands()
	for _, p := range usableProfiles(t) {
		for _, c := range newLeakRun(t, p.Name).commands(t) {
			path := ""
			for _, known := range all { // find the longest command that the line begins with
				if len(known) > len(path) && strings.HasPrefix(c.String()+" ", known+" ") {
					path = known
				}
			}
			run[path] = true
		}
	}
	if diff := gocmp.Diff(all, slices.Sorted(maps.Keys(run))); diff != "" {
		t.Errorf("commands (-existing +searched):\n%s", diff)
	}
}

// TestEmulatorTellsNoSecret checks that the emulator shows no secrets of requests and
// responses on stderr, in its ledger, or in the exchanges that it records.
func TestEmulatorTellsNoSecret(t *testing.T) {
	t.Parallel()
	for _, p := range leakProfiles(t) {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			l := newLeakRun(t, p.Name)
			e := launch(t, []string{"HOME=" + l.dir}, "emulate", p.Name, "-o", "json")
			l.useEmulator(t, e)
			for name := range p.Inputs {
				if value := l.env["SSOCTL_"+strings.ToUpper(name)]; p.Inputs[name].Secret && value != "" { // optional inputs have no value
					l.secrets[value] = true
				}
			}
			address := e.await(&e.out, `"address":"([^"]+)"`)
			l.useIt(t)
			l.search(t, get(t, address+"/_/requests")+get(t, address+"/_/requests.har")+e.err.String())
		})
		t.Run(p.Name+" passed on", func(t *testing.T) {
			t.Parallel()
			l := newLeakRun(t, p.Name)
			env := []string{"HOME=" + l.dir}
			for name, value := range l.env {
				env = append(env, name+"="+value)
			}
			kept := filepath.Join(l.dir, "kept")
			e := launch(t, env, "emulate", p.Name, "-o", "json", "--record", kept)
			l.useEmulator(t, e)
			l.useIt(t)
			files, err := filepath.Glob(filepath.Join(kept, "*"))
			if err != nil || len(files) == 0 {
				t.Fatalf("recorded %d exchanges, want at least one; error %v", len(files), err)
			}
			said := e.err.String()
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				said += string(text)
			}
			l.search(t, said)
		})
	}
}

// useEmulator sets the inputs that a started emulator prints, so that commands call it.
func (l *leakRun) useEmulator(t *testing.T, e *program) {
	t.Helper()
	e.await(&e.out, `\}\n`)
	var ready struct {
		Profiles map[string]map[string]string
	}
	if err := json.Unmarshal([]byte(e.out.String()), &ready); err != nil {
		t.Fatal(err)
	}
	for name, value := range ready.Profiles[l.vendor.vendor.Name] {
		l.env["SSOCTL_"+strings.ToUpper(name)] = value
	}
}

// useIt runs every command that calls a vendor, and collects the secrets.
func (l *leakRun) useIt(t *testing.T) {
	t.Helper()
	for _, c := range l.commands(t) {
		if !c.asks || c.args[0] == "doctor" {
			continue
		}
		if c.waits() {
			c.args = append(c.args, "--wait", patience.String())
		}
		_, stdout, _ := l.runPlainly(t, c.args...)
		l.echo.learn(stdout, c.String())
		maps.Copy(l.secrets, l.echo.known)
	}
	l.echo.known = l.secrets
}

// search fails the test if a text contains a known secret, in any encoding.
func (l *leakRun) search(t *testing.T, said string) {
	t.Helper()
	if len(l.echo.known) == 0 {
		t.Fatal("no secret is known, so the search would find nothing")
	}
	for leak := range l.found(said) {
		t.Errorf("%s in\n%s", leak, said)
	}
}
