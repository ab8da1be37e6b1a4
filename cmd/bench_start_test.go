package cmd_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// shortProfile is a profile whose token step is one POST.
const shortProfile = `
[profiles.short]
inputs.base_url = { required = true }
reply.ok = ".access_token"
[profiles.short.token]
method = "POST"
url    = "{base_url}/token"
json   = { client_id = "C", client_secret = "S" }
read   = { access_token = ".access_token" }
`

// BenchmarkShortCommands runs short programs in turn and reports the ratios of their
// median times: version against a hello world; token against curl and against a bare
// net/http program that sends the same POST. Each iteration runs every program once, so
// use -benchtime 100x.
func BenchmarkShortCommands(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, `{"access_token":"T"}`)
	}))
	defer server.Close()
	dir := b.TempDir()
	config := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(config, []byte(shortProfile), 0o600); err != nil {
		b.Fatal(err)
	}
	ssoctl := built(b, "ssoctl")
	address, body := server.URL+"/token", `{"client_id":"C","client_secret":"S"}`
	programs := []*timed{
		{args: []string{ssoctl, "version"}},
		{args: []string{built(b, source(b, `package main

func main() { println("hello") }`))}},
		{args: []string{ssoctl, "token", "-p", "short", "--config", config, "--set", "base_url=" + server.URL, "--no-cache"}},
		{args: []string{"curl", "-sS", "-H", "Content-Type: application/json", "--data-raw", body, address}},
		{args: []string{built(b, source(b, `package main

import (
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	resp, err := http.Post(os.Args[1], "application/json", strings.NewReader(os.Args[2]))
	if err != nil {
		panic(err)
	}
	io.Copy(os.Stdout, resp.Body)
}`)), address, body}},
	}
	version, hello, token, curl, bare := programs[0], programs[1], programs[2], programs[3], programs[4]
	for range b.N {
		for _, p := range programs {
			p.run(b, dir)
		}
	}
	b.ReportMetric(version.median()/hello.median(), "version/hello")
	b.ReportMetric(token.median()/curl.median(), "token/curl")
	b.ReportMetric(token.median()/bare.median(), "token/bare")
	b.ReportMetric(version.median()*1000, "ms-version")
	b.ReportMetric(token.median()*1000, "ms-token")
	b.ReportMetric(0, "ns/op")
}

// timed is a command line and the durations of its runs.
type timed struct {
	args []string
	took []time.Duration
}

func (p *timed) run(b *testing.B, home string) {
	c := exec.Command(p.args[0], p.args[1:]...)
	c.Dir, c.Env = home, []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
	begun := time.Now()
	out, err := c.CombinedOutput()
	p.took = append(p.took, time.Since(begun))
	if err != nil {
		b.Fatalf("%s: %v\n%s", p.args, err, out)
	}
}

// median is the median duration in seconds.
func (p *timed) median() float64 {
	slices.Sort(p.took)
	return p.took[len(p.took)/2].Seconds()
}

// built builds a program as make build does and returns its path.
func built(b *testing.B, target string) string {
	program := filepath.Join(b.TempDir(), "program")
	if err := build(program, target, "-trimpath"); err != nil {
		b.Fatal(err)
	}
	return program
}

// source writes the source file of a program and returns its path.
func source(b *testing.B, text string) string {
	path := filepath.Join(b.TempDir(), "main.go")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}
