package clients_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is the ssoctl that plays the platforms: SSOCTL, otherwise one that TestMain builds.
var program string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if program = os.Getenv("SSOCTL"); program != "" {
		return m.Run()
	}
	folder, err := os.MkdirTemp("", "ssoctl-clients")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "ssoctl")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../.."
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// An emulator plays one platform, in a process of its own.
type emulator struct {
	address string
	profile string
	inputs  map[string]string // what a client of the platform is given
}

// emulate starts the emulator of a profile, with further flags. It ends with the test. If the
// test fails, its log has what the emulator said about each request.
func emulate(t *testing.T, profile string, flags ...string) *emulator {
	t.Helper()
	var log bytes.Buffer
	args := append([]string{"emulate", profile, "-o", "json", "--no-project", "--config", "profiles.toml", "--lang", "en"}, flags...)
	process := exec.Command(program, args...)
	process.Env = []string{"HOME=" + t.TempDir()}
	process.Stderr = &log
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Signal(os.Interrupt)
		if err := process.Wait(); err != nil {
			t.Errorf("emulate: %v", err)
		}
		if t.Failed() {
			t.Logf("the emulator's log:\n%s", &log)
		}
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatalf("emulate %s: %v", profile, err)
	}
	var ready struct {
		Address  string
		Profiles map[string]map[string]string
	}
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatal(err)
	}
	return &emulator{address: ready.Address, profile: profile, inputs: ready.Profiles[profile]}
}

// code has the emulator issue a code for a user, without a browser.
func (e *emulator) code(t *testing.T, user string) string {
	t.Helper()
	order, err := json.Marshal(map[string]string{"profile": e.profile, "user": user, "redirect_uri": e.inputs["redirect_uri"]})
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: &http.Transport{}}).Post(e.address+"/_/codes", "application/json", bytes.NewReader(order))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var issued struct{ Code string }
	if err := json.NewDecoder(response.Body).Decode(&issued); err != nil || issued.Code == "" {
		t.Fatalf("POST /_/codes: %s, %v", response.Status, err)
	}
	return issued.Code
}

// approve opens an authorize URL as the user's browser does. The emulator approves at once,
// and sends the browser back with the state of that URL and a code, which approve returns.
func (e *emulator) approve(t *testing.T, authorizeURL string) string {
	t.Helper()
	query := e.redirected(t, authorizeURL)
	return cmp.Or(query.Get("code"), query.Get("auth_code"))
}

// redirected is approve, and returns all parameters of the redirect.
func (e *emulator) redirected(t *testing.T, authorizeURL string) url.Values {
	t.Helper()
	browser := &http.Client{
		Transport:     http.DefaultClient.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := browser.Get(authorizeURL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	location := response.Header.Get("Location")
	if !strings.HasPrefix(location, e.inputs["redirect_uri"]+"?") {
		t.Fatalf("GET %s: %s, redirected to %q, want %s", authorizeURL, response.Status, location, e.inputs["redirect_uri"])
	}
	query := queryOf(t, location)
	if state := queryOf(t, authorizeURL).Get("state"); query.Get("state") != state || !query.Has("code") && !query.Has("auth_code") {
		t.Fatalf("redirected to %s, want a code and the state %q", location, state)
	}
	return query
}

func queryOf(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// lead sends requests of http.DefaultClient for the hosts to the emulator, and makes every
// other request fail. All the libraries here use http.DefaultClient: several accept a client
// from the caller but do not use it for every request, and others accept none. So no test is
// parallel.
func (e *emulator) lead(t *testing.T, hosts ...string) {
	t.Helper()
	base, err := url.Parse(e.address + "/" + e.profile)
	if err != nil {
		t.Fatal(err)
	}
	r := &route{base: base, hosts: hosts}
	before := http.DefaultClient.Transport
	http.DefaultClient.Transport = r
	t.Cleanup(func() {
		http.DefaultClient.Transport = before
		r.transport.CloseIdleConnections()
	})
}
