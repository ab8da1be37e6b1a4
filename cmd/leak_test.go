package cmd_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"html"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"ssoctl/cmd"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// leakRun runs ssoctl commands against a vendor and collects the secrets.
type leakRun struct {
	vendor  *emulation
	secrets map[string]bool // secret inputs
	echo    *echo
	env     map[string]string
	dir     string
	reach   http.RoundTripper    // used instead of echo
	open    func(address string) // plays the browser
}

func newLeakRun(t *testing.T, name string) *leakRun {
	t.Helper()
	given := map[string]string{}
	p := builtinProfile(t, name)
	for input, in := range p.Inputs {
		if in.Secret && !p.IsKey(input) { // the emulator has an example of a key
			given[input] = "s3cr+t/of the " + input + "<&>=é密%20"
		}
	}
	l := &leakRun{vendor: emulate(t, name, given, time.Now()), dir: t.TempDir(), secrets: map[string]bool{}, echo: &echo{base: &http.Transport{DisableKeepAlives: true}, keys: map[string]bool{}}}
	l.reach = l.echo
	l.open = func(address string) { browse(context.Background(), address) } //nolint // if it fails, the login times out
	l.env = map[string]string{"HOME": l.dir, "SSOCTL_PROFILE": name}
	inputs := l.vendor.Inputs(name)
	for input := range inputs {
		text, _ := inputs.Text(input)
		l.env["SSOCTL_"+strings.ToUpper(input)] = text
		if l.vendor.vendor.Inputs[input].Secret {
			l.secrets[text], l.echo.keys[text] = true, p.IsKey(input)
		}
	}
	if p.IsKey("client_key") {
		k, _ := key.Example("ES256") // the emulator knows it, but clients need not have one
		lines := strings.Split(k.PEM(), "\n")
		text := strings.Join(lines[1:len(lines)-2], "") // an argument cannot begin with -----BEGIN
		l.env["EXAMPLE_KEY"], l.secrets[text], l.echo.keys[text] = text, true, true
	}
	return l
}

// onlooker is stderr. It opens the first address that is printed, as a browser or a phone
// does. It leaves that address out of the text, because the address has to work and is not
// redacted.
type onlooker struct {
	mu     sync.Mutex
	text   bytes.Buffer
	open   func(address string)
	opened string
}

func (o *onlooker) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for line := range strings.Lines(string(text)) {
		address := strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(address, "http") && o.opened == "" {
			o.opened = address
			o.open(address)
		}
		if address != o.opened {
			o.text.WriteString(line)
		}
	}
	return len(text), nil
}

// run runs a command with all outputs on. said is stderr, the HAR and the report, which
// must contain no secret.
func (l *leakRun) run(t *testing.T, args ...string) (code int, stdout, said string) {
	t.Helper()
	command, err := cmd.Command(args)
	if err != nil || !cmd.Takes(command, "har") {
		return l.runPlainly(t, args...)
	}
	har, report := filepath.Join(l.dir, "out.har"), filepath.Join(l.dir, "out.html")
	args = append(args, "-vv", "--har", har, "--report", report)
	code, stdout, said = l.runPlainly(t, args...)
	for _, file := range []string{har, report} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%q: exit code %d, error %v\n%s", args, code, err, said)
		}
		said += string(data)
		os.Remove(file)
	}
	return code, stdout, said
}

// runPlainly runs a command without a trace and recordings. said is stderr.
func (l *leakRun) runPlainly(t *testing.T, args ...string) (code int, stdout, said string) {
	t.Helper()
	l.echo.known, l.echo.echoed = maps.Clone(l.secrets), map[string]bool{}
	if args[0] == "demo" { // it starts its own emulator, which does not know these secrets
		clear(l.echo.known)
	}
	var out bytes.Buffer
	errs := onlooker{open: func(address string) {
		l.echo.learn(address)
		go l.open(address)
	}}
	a := &cmd.App{
		In: strings.NewReader(""), Out: &out, Err: &errs, HTTP: &http.Client{Transport: l.reach}, Now: time.Now, Rand: rand.Reader,
		Env: func(name string) (string, bool) { v, ok := l.env[name]; return v, ok },
	}
	if command, err := cmd.Command(args); err == nil && cmd.Takes(command, "timeout") {
		args = append(args, "--timeout", "5s")
	}
	if command, err := cmd.Command(args); err == nil && cmd.Takes(command, "retries") {
		args = append(args, "--retries", "0")
	}
	code = a.Run(t.Context(), args)
	return code, out.String(), errs.text.String()
}

// found returns every secret that a text contains, with its encoding.
func (l *leakRun) found(said string) map[string]bool {
	found := map[string]bool{}
	plain := strings.ReplaceAll(said, `\\`, `\`) // for JSON within JSON
	unescaped := html.UnescapeString(said)       // for the report
	for s := range l.echo.known {
		for name, encode := range encodings {
			if text := encode(s); strings.Contains(said, text) || strings.Contains(plain, text) || strings.Contains(unescaped, text) {
				found[name+" of "+s] = true
			}
		}
	}
	return found
}

// possibleFaults returns a fault of each kind: refusals, and transport faults.
func possibleFaults() []emulator.Fault {
	var out []emulator.Fault
	for _, kind := range profile.Kinds {
		out = append(out, emulator.Fault{Kind: string(kind)})
	}
	for _, kind := range slices.Sorted(maps.Keys(emulator.Transports())) {
		f := emulator.Fault{Kind: kind}
		switch kind {
		case "latency":
			f.Delay = time.Millisecond
		case "drip":
			f.Rate = 100 << 10
		}
		out = append(out, f)
	}
	return out
}

// leakCase is a fault that a profile's vendor plays, and the language of the commands.
type leakCase struct {
	faults   []emulator.Fault // none or one
	language lang.Lang
}

// leakCases returns the cases of each profile, by its name: no fault, and its share of the
// faults. Each fault is played to two profiles, in English and in Chinese; a refusal only to
// profiles that list one of its kind. Those with the fewest steps to run so far come first.
func leakCases(all []*profile.Profile) map[string][]leakCase {
	cases, steps := map[string][]leakCase{}, map[string]int{}
	for _, p := range all {
		cases[p.Name], steps[p.Name] = []leakCase{{nil, lang.EN}}, len(p.Steps())
	}
	for _, f := range possibleFaults() {
		able := slices.DeleteFunc(slices.Clone(all), func(p *profile.Profile) bool {
			_, lists := p.RefusalOf(profile.Kind(f.Kind))
			return f.Refuses() && !lists
		})
		slices.SortStableFunc(able, func(a, b *profile.Profile) int { return steps[a.Name] - steps[b.Name] })
		for i, language := range []lang.Lang{lang.EN, lang.ZH} {
			if len(able) == 0 {
				break
			}
			p := able[i%len(able)]
			cases[p.Name] = append(cases[p.Name], leakCase{[]emulator.Fault{f}, language})
			steps[p.Name] += len(p.Steps())
		}
	}
	return cases
}

// TestNothingLeaks spreads the faults over the profiles, see [leakCases].
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	all := leakProfiles(t)
	cases := leakCases(all)
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			l := newLeakRun(t, p.Name)
			for _, each := range cases[p.Name] {
				faults, language := each.faults, each.language
				if err := l.vendor.SetFaults(faults); err != nil {
					t.Fatal(err)
				}
				for _, c := range l.commands(t) {
					if faults != nil && !c.asks {
						continue
					}
					if c.waits() {
						wait := patience
						if faults != nil {
							wait = 300 * time.Millisecond // [authorize] may be what fails
						}
						c.args = append(c.args, "--wait", wait.String())
					}
					code, stdout, said := l.run(t, append(c.args, "--lang", string(language))...)
					l.echo.learn(stdout, c.String())
					if !c.yields {
						said += stdout
					}
					if c.args[0] == "demo" {
						said = forBrowser.ReplaceAllString(said, "")
					}
					l.search(t, said)
					if fault := faultOfHint(said, language); code != 0 && code != 10 && fault != "" { // for 10, stdout says what to do
						t.Errorf("%s, %v (exit %d): %s\n%s", c, faults, code, fault, said)
					}
					if faults == nil && code != 0 && !c.mayFail {
						t.Errorf("%s: exit %d\n%s", c, code, said)
					}
				}
			}
		})
	}
}

// faultOfHint returns what is wrong with the hint of a failed command, "" if nothing is.
func faultOfHint(said string, l lang.Lang) string {
	_, hint, found := strings.Cut("\n"+said, "\nhint: ")
	hint, _, _ = strings.Cut(hint, "\n")
	seen := map[string]bool{}
	for _, sentence := range strings.FieldsFunc(strings.ReplaceAll(hint, ". ", "。"), func(c rune) bool { return c == '。' }) {
		if sentence = strings.Trim(sentence, " ."); seen[sentence] {
			return "the hint repeats the sentence: " + sentence
		}
		seen[sentence] = true
	}
	switch {
	case !found:
		return "there is no hint"
	case (l == lang.ZH) != strings.ContainsFunc(hint, func(c rune) bool { return unicode.Is(unicode.Han, c) }):
		return "the hint is in the wrong language: " + hint
	}
	return ""
}

// TestLeaksAreFound checks the search of TestNothingLeaks: without redaction, it has to
// find every repeated secret in every encoding.
func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	for _, p := range leakProfiles(t) {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			l := newLeakRun(t, p.Name)
			for _, c := range l.commands(t) {
				if !c.asks || c.args[0] == "doctor" {
					continue
				}
				_, _, said := l.run(t, append(c.args, "--show-secrets")...)
				found := l.found(said)
				for s := range l.echo.echoed {
					for name := range encodings {
						if !found[name+" of "+s] {
							t.Errorf("%s: no %s of %s in\n%s", c, name, s, said)
						}
					}
				}
			}
		})
	}
}
