package cmd_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// TestCurlIsAccepted runs what --curl prints for every step of a few profiles that together
// have every mechanism, with a real shell and curl. The emulator has to find no fault, even if
// secrets contain characters that are special in shells, forms, JSON and Basic. Fewer profiles
// send secrets in every way.
func TestCurlIsAccepted(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{} // what the secrets of a profile begin with, by its name
	for _, p := range profiletest.Covering(usableProfiles(t), profiletest.Mechanisms) {
		secrets[p.Name] = ""
	}
	for _, p := range leakProfiles(t) {
		secrets[p.Name] = `a'b"c\d$HOME` + "`id`" + `!&e=%41+f #[{中文😀:` + "\n."
	}
	for name, start := range secrets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := builtinProfile(t, name)
			for input, in := range p.Inputs {
				if in.Secret && start != "" && !p.IsKey(input) {
					setInput(t, p, input, start+input)
				}
			}
			shell := newCurlShell(t, p)
			if p.Token != nil {
				shell.run(t, shell.steps(t, "token"), "token")
			}
			if p.Exchange != nil {
				shell.run(t, shell.steps(t, "exchange"), shell.login(t)...)
			}
			if token := shell.vars["SSOCTL_REFRESH_TOKEN"]; p.Refresh != nil {
				shell.run(t, shell.steps(t, "refresh"), "token", "--refresh-token", token)
			}
			if p.UserInfo != nil && p.UserInfo.Uses("access_token") {
				shell.run(t, []string{"userinfo"}, shell.withToken()...)
			}
			if p.UserInfo == nil {
				// the exchange says who the user is
			} else if signsToken(p.UserInfo) {
				shell.asksForToken(t, "userinfo", "--code", shell.code(t, emulator.Grant{}))
			} else {
				shell.run(t, shell.steps(t, "userinfo"), "userinfo", "--code", shell.code(t, emulator.Grant{}))
			}
			if p.Details != nil {
				shell.run(t, shell.steps(t, "userinfo", "details"), "userinfo", "--details", "--code", shell.code(t, emulator.Grant{}))
			}
			for _, s := range p.Steps() {
				switch {
				case !s.Name.IsOwn() || !s.Sends() || shell.ran[string(s.Name)]:
				case s.Uses("token"): // --introspect comes before --revoke
					shell.vars["SSOCTL_TOKEN"] = shell.vars["SSOCTL_ACCESS_TOKEN"]
					shell.run(t, []string{string(s.Name)}, "token", "--"+string(s.Name), "--access-token", shell.vars["SSOCTL_TOKEN"])
				case s.Uses("device_code"): // device came before it
					shell.run(t, []string{string(s.Name)}, "step", string(s.Name), "--set", "device_code="+shell.vars["SSOCTL_DEVICE_CODE"])
				case s.Uses("access_token"):
					shell.run(t, []string{string(s.Name)}, "step", string(s.Name), "--access-token", shell.vars["SSOCTL_ACCESS_TOKEN"])
				default:
					shell.run(t, shell.steps(t, s.Name), "step", string(s.Name))
				}
			}
			for _, s := range p.Steps() {
				if s.Name != "authorize" && s.Sends() && !shell.ran[string(s.Name)] { // authorize runs in the browser
					t.Errorf("%s was not run", s.Name)
				}
			}
		})
	}
}

// curlShell runs commands with the profile's inputs in environment variables.
type curlShell struct {
	p      *profile.Profile
	server *emulator.Server
	vars   map[string]string
	asked  int             // requests that the emulator has received
	ran    map[string]bool // steps
}

func newCurlShell(t *testing.T, p *profile.Profile) *curlShell {
	s := &curlShell{p: p, server: emulator.StartWith(t, emulator.Options{Profiles: []*profile.Profile{p}}), vars: map[string]string{"SSOCTL_PROFILE": p.Name, "HOME": t.TempDir()}, ran: map[string]bool{}}
	for name, value := range s.server.Config(p.Name) {
		s.vars["SSOCTL_"+strings.ToUpper(name)] = value
	}
	return s
}

func (s *curlShell) code(t *testing.T, g emulator.Grant) string {
	t.Helper()
	code, err := s.server.IssueCode(s.p.Name, g)
	if err != nil {
		t.Fatal(err)
	}
	s.vars["SSOCTL_CODE"] = code
	return code
}

// login returns the arguments that exchange a new code, with a PKCE verifier if the
// profile uses PKCE.
func (s *curlShell) login(t *testing.T) []string {
	if !s.p.Exchange.Uses("code_verifier") {
		return []string{"exchange", "--code", s.code(t, emulator.Grant{})}
	}
	verifier := strings.Repeat("verifier-", 6)
	s.vars["SSOCTL_CODE_VERIFIER"] = verifier
	code := s.code(t, emulator.Grant{CodeChallenge: recipe.CodeChallenge(verifier)})
	return []string{"exchange", "--code", code, "--code-verifier", verifier}
}

// withToken returns the arguments that read the user with the token, and with what else the
// exchange read that userinfo needs.
func (s *curlShell) withToken() []string {
	args := []string{"userinfo", "--access-token", s.vars["SSOCTL_ACCESS_TOKEN"]}
	for _, name := range s.p.Alone(s.p.UserInfo).Lacking {
		if name != "access_token" && name != profile.AppToken {
			args = append(args, "--set", name+"="+s.vars["SSOCTL_"+strings.ToUpper(name)])
		}
	}
	return args
}

// steps returns the steps that the targets need, given a code and a refresh token.
func (s *curlShell) steps(t *testing.T, targets ...profile.StepName) []string {
	t.Helper()
	plan, err := s.p.Plan(targets, recipe.Values{"code": "C", "refresh_token": "R"})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, step := range plan.Steps {
		out = append(out, string(step.Name))
	}
	return out
}

// signsToken reports whether a step's signature covers the access token, or is made of it. A
// shell cannot sign, so the token has to be known.
func signsToken(s *profile.Step) bool {
	name, signed := s.Signature()
	made, _ := s.Make(name)
	return signed && s.Uses("access_token") && (s.Covers(name) || made.Text.Is("access_token"))
}

// asksForToken runs a command that has to ask for the access token instead of printing a script.
func (s *curlShell) asksForToken(t *testing.T, args ...string) {
	t.Helper()
	c := s.command(t, append([]string{"ssoctl", "--curl"}, args...)...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if out, err := c.Output(); err == nil || len(out) > 0 || !strings.Contains(stderr.String(), "--access-token") {
		t.Errorf("ssoctl --curl %s: got %v, %s%s, want a failure that asks for --access-token", args[0], err, out, stderr.String())
	}
}

// run runs the commands that ssoctl prints, one after the other, and sets the variables
// from their responses as the comments say. A script with one command is run as it is.
func (s *curlShell) run(t *testing.T, wantSteps []string, args ...string) {
	t.Helper()
	if len(args) == 0 {
		args = wantSteps
	}
	var out struct {
		Commands []struct{ Step, Curl string }
		Script   string
	}
	printed := s.exec(t, "", append([]string{"ssoctl", "--curl", "-o", "json"}, args...)...)
	if err := json.Unmarshal(printed, &out); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	if got := len(s.server.Requests(emulator.Filter{})); got != s.asked {
		t.Fatalf("ssoctl %s --curl sent %d requests, want none", args[0], got-s.asked)
	}
	s.checkSecrets(t, out.Script)
	s.derive(t, args)
	functions, _, _ := strings.Cut(out.Script, "\n\n")
	var steps []string
	for _, c := range out.Commands {
		steps = append(steps, c.Step)
		script := functions + "\n" + c.Curl
		if len(out.Commands) == 1 {
			script = out.Script
		}
		answer := s.exec(t, script, "sh", "-eu")
		s.asked++
		s.ran[c.Step] = true
		record := s.server.Requests(emulator.Filter{})[s.asked-1]
		if record.Diagnosis != "" || string(record.Step) != c.Step {
			t.Errorf("%s: the emulator received the step %q and reports: %s\n%s", c.Step, record.Step, record.Diagnosis, c.Curl)
		}
		s.read(t, c.Step, answer)
	}
	if diff := cmp.Diff(wantSteps, steps); diff != "" {
		t.Errorf("steps (-want +got): %s", diff)
	}
}

// exported matches a secret in a script that --show-secrets asked for.
var exported = regexp.MustCompile(`(?m)^export (SSOCTL_\w+)='([^']*)'$`)

// derive sets the variables of the secrets that ssoctl derives from others, such as a JWT.
func (s *curlShell) derive(t *testing.T, args []string) {
	t.Helper()
	if len(s.p.Makes) == 0 {
		return
	}
	script := s.exec(t, "", append([]string{"ssoctl", "--curl", "--show-secrets"}, args...)...)
	for _, m := range exported.FindAllSubmatch(script, -1) {
		if name := strings.ToLower(strings.TrimPrefix(string(m[1]), "SSOCTL_")); s.p.Makes[name].Signs() {
			s.vars[string(m[1])] = string(m[2])
		}
	}
}

// read sets the variables from the response of a step.
func (s *curlShell) read(t *testing.T, step string, answer []byte) {
	t.Helper()
	reader, err := s.p.Reader(s.p.Step(profile.StepName(step)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.p.Step(profile.StepName(step)).Decode(0, nil, answer)
	if err != nil {
		t.Fatal(err)
	}
	all, err := reader.Read(t.Context(), got)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range all {
		if step == "token" && name == "access_token" {
			name = profile.AppToken
		}
		s.vars["SSOCTL_"+strings.ToUpper(strings.ReplaceAll(name, ".", "_"))] = profile.Text(value)
	}
}

// checkSecrets checks that a script shows no secret, code or token.
func (s *curlShell) checkSecrets(t *testing.T, script string) {
	t.Helper()
	var scrub scrub.Scrubber
	for name, in := range s.p.Inputs {
		if in.Secret {
			scrub.Add(secret.New(s.vars["SSOCTL_"+strings.ToUpper(name)]))
		}
	}
	for _, name := range []string{"CODE", "CODE_VERIFIER", "ACCESS_TOKEN", "REFRESH_TOKEN", "APP_TOKEN"} {
		scrub.Add(secret.New(s.vars["SSOCTL_"+name]))
	}
	if diff := cmp.Diff(scrub.Scrub(script), script); diff != "" {
		t.Errorf("the script shows a secret (-without +with): %s", diff)
	}
}

// exec runs a program with the shell's variables, and returns its stdout.
func (s *curlShell) exec(t *testing.T, stdin string, args ...string) []byte {
	t.Helper()
	for _, tool := range []string{args[0], "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	c := s.command(t, args...)
	c.Stdin = strings.NewReader(stdin)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s%s\n%s", strings.Join(args, " "), err, errs.Bytes(), out, stdin)
	}
	return out
}

// command returns a program with the shell's variables.
func (s *curlShell) command(t *testing.T, args ...string) *exec.Cmd {
	c := exec.CommandContext(t.Context(), args[0], args[1:]...)
	c.Env = os.Environ()
	for name, value := range s.vars {
		c.Env = append(c.Env, name+"="+value)
	}
	c.Dir = s.vars["HOME"]
	return c
}
