package idp_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A user runs ssoctl with a home of their own, for one client of a server.
type user struct {
	t    *testing.T
	home string
	// flags say which server and which client.
	flags  []string
	secret string
}

// An outcome is how a command ended.
type outcome struct {
	exit           int
	stdout, stderr string
}

// command returns a command of ssoctl.
func (u *user) command(args ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(programs, "ssoctl"), append(append(args, u.flags...), "--no-project", "--lang", "en", "-o", "json")...)
	command.Env = []string{
		"HOME=" + u.home, "PATH=" + programs + string(filepath.ListSeparator) + os.Getenv("PATH"),
		"SSOCTL_CLIENT_SECRET=" + u.secret,
	}
	return command
}

// run runs a command of ssoctl, which may open the browser.
func (u *user) run(args ...string) outcome {
	u.t.Helper()
	var stderr bytes.Buffer
	return u.runWith(&stderr, stderr.String, args...)
}

// runWith is run. The command writes its messages to stderr, and read returns them.
func (u *user) runWith(stderr io.Writer, read func() string, args ...string) outcome {
	u.t.Helper()
	command := u.command(args...)
	var stdout bytes.Buffer
	command.Stdout, command.Stderr = &stdout, stderr
	err := command.Run()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		u.t.Fatal(err)
	}
	o := outcome{exit: command.ProcessState.ExitCode(), stdout: stdout.String(), stderr: read()}
	if (o.exit != 0) != (o.stdout == "") {
		u.t.Errorf("ssoctl %s: exit code %d, stdout %q", strings.Join(args, " "), o.exit, o.stdout)
	}
	return o
}

// succeeds runs a command and returns its result.
func (u *user) succeeds(args ...string) (r result) {
	u.t.Helper()
	u.reads(&r, args...)
	return r
}

// reads runs a command and decodes its result.
func (u *user) reads(into any, args ...string) {
	u.t.Helper()
	o := u.run(args...)
	if o.exit != 0 {
		u.t.Fatalf("ssoctl %s: exit code %d:\n%s", strings.Join(args, " "), o.exit, o.stderr)
	}
	if err := json.Unmarshal([]byte(o.stdout), into); err != nil {
		u.t.Fatal(err)
	}
}

// A result has the members that the tests read.
type result struct {
	URL          string
	RedirectURI  string `json:"redirect_uri"`
	State        string
	CodeVerifier string `json:"code_verifier"`

	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    int    `json:"expires_in"`
	IDToken      string `json:"id_token"`
	Verified     bool
	Subject      string

	Token *result
	User  *result
}

// A refusal is what the error of ssoctl says about a server that said no.
type refusal struct {
	Exit    int
	Kind    string `json:"refusal"`
	Code    string `json:"vendor_code"`
	Status  int    `json:"http_status"`
	Message string `json:"vendor_message"`
	Hint    string
}

// refused runs a command that the server refuses, and returns how.
func (u *user) refused(args ...string) refusal {
	u.t.Helper()
	o := u.run(args...)
	lines := strings.Split(strings.TrimSpace(o.stderr), "\n")
	var said struct{ Error refusal }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &said); err != nil || o.exit != said.Error.Exit {
		u.t.Fatalf("ssoctl %s: exit code %d:\n%s%s", strings.Join(args, " "), o.exit, o.stderr, o.stdout)
	}
	return said.Error
}
