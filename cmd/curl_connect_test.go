package cmd_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/cert"
)

// network is a vendor that is reachable directly by its address, and as vendor.invalid
// through proxies. It records the route of each request.
type network struct {
	http, https         *httptest.Server // the vendor
	proxy, tlsProxy     *httptest.Server
	folder, authorities string
	mu                  sync.Mutex
	ways                []string
}

func (n *network) note(way string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ways = append(n.ways, way)
}

// taken returns the routes of the requests since the last call.
func (n *network) taken() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	ways := n.ways
	n.ways = nil
	return ways
}

func newNetwork(t *testing.T) *network {
	n := &network{folder: t.TempDir()}
	vendor := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Via") == "" && r.TLS == nil {
			n.note("directly")
		}
		io.WriteString(w, `{"access_token":"T"}`)
	}
	made, err := cert.New("test", []string{"vendor.invalid", "127.0.0.1"}, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	config := func(s *httptest.Server) { s.TLS = &tls.Config{Certificates: []tls.Certificate{made.TLS}} }
	n.http = httptest.NewServer(http.HandlerFunc(vendor))
	t.Cleanup(n.http.Close)
	n.https = tlsServer(t, func(s *httptest.Server) { config(s); s.Config.Handler = http.HandlerFunc(vendor) })
	n.proxy = httptest.NewServer(n.through("the proxy"))
	t.Cleanup(n.proxy.Close)
	n.tlsProxy = tlsServer(t, func(s *httptest.Server) { config(s); s.Config.Handler = n.through("the proxy by TLS") })
	n.authorities = filepath.Join(n.folder, "ca.pem")
	if err := os.WriteFile(n.authorities, made.CA, 0o600); err != nil {
		t.Fatal(err)
	}
	return n
}

// through returns a proxy, which records its name and the client's user and password.
func (n *network) through(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		credentials, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic "))
		n.note(strings.TrimSpace(name + " " + string(credentials)))
		if r.Method != http.MethodConnect {
			r.RequestURI, r.URL.Host = "", strings.TrimPrefix(n.http.URL, "http://")
			r.Header.Set("Via", name)
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			defer resp.Body.Close()
			io.Copy(w, resp.Body)
			return
		}
		there, err := net.Dial("tcp", strings.TrimPrefix(n.https.URL, "https://"))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer there.Close()
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer here.Close()
		io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go io.Copy(there, here)
		io.Copy(here, there)
	})
}

// run runs a program with these environment variables, HOME and PATH. It skips the test if
// curl is not installed.
func (n *network) run(t *testing.T, env []string, stdin string, args ...string) (stdout, stderr string, ok bool) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		if inCI(err) != nil {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	c := exec.CommandContext(t.Context(), args[0], args[1:]...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + n.folder}, env...)
	c.Dir, c.Stdin = n.folder, strings.NewReader(stdin)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	return out.String(), errs.String(), err == nil
}

// TestCurlGoesTheSameWay fetches a token with ssoctl and with the script that ssoctl
// prints. The script has to use ssoctl's proxy, or none, whatever curl would read from the
// environment.
func TestCurlGoesTheSameWay(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	plain, secure := "http://vendor.invalid/token", "https://vendor.invalid/token"
	proxy, tlsProxy := n.proxy.URL, n.tlsProxy.URL
	withPassword := strings.Replace(proxy, "//", "//me:p%40ss-word-long-enough@", 1)
	for name, tt := range map[string]struct {
		env      string
		args     []string
		url, way string
		variable string // the variable with the proxy
	}{
		"flag":                          {"", []string{"--proxy", proxy}, plain, "the proxy", ""},
		"flag, with a password":         {"", []string{"--proxy", withPassword}, plain, "the proxy me:p@ss-word-long-enough", "SSOCTL_HTTP_PROXY"},
		"flag before the environment":   {"HTTPS_PROXY=http://127.0.0.1:1", []string{"--proxy", withPassword}, secure, "the proxy me:p@ss-word-long-enough", "SSOCTL_HTTPS_PROXY"},
		"flag before NO_PROXY":          {"NO_PROXY=vendor.invalid", []string{"--proxy", proxy}, plain, "the proxy", ""},
		"flag, by TLS":                  {"", []string{"--proxy", tlsProxy}, secure, "the proxy by TLS", ""},
		"flag, by unchecked TLS":        {"", []string{"--proxy", tlsProxy, "--insecure"}, plain, "the proxy by TLS", ""},
		"none":                          {"http_proxy=" + proxy, []string{"--proxy", "none"}, n.http.URL, "directly", ""},
		"HTTP_PROXY":                    {"HTTP_PROXY=" + proxy, nil, plain, "the proxy", ""},
		"http_proxy":                    {"http_proxy=" + proxy, nil, plain, "the proxy", ""},
		"HTTP_PROXY, with a password":   {"HTTP_PROXY=" + withPassword, nil, plain, "the proxy me:p@ss-word-long-enough", "HTTP_PROXY"},
		"HTTPS_PROXY, with a password":  {"HTTPS_PROXY=" + withPassword, nil, secure, "the proxy me:p@ss-word-long-enough", "HTTPS_PROXY"},
		"HTTPS_PROXY, without a scheme": {"HTTPS_PROXY=" + strings.TrimPrefix(withPassword, "http://"), nil, secure, "the proxy me:p@ss-word-long-enough", "SSOCTL_HTTPS_PROXY"},
		"NO_PROXY":                      {"HTTP_PROXY=" + proxy + " NO_PROXY=127.0.0.0/8", nil, n.http.URL, "directly", ""},
		"a loopback host":               {"http_proxy=" + proxy, nil, n.http.URL, "directly", ""},
		"ALL_PROXY":                     {"ALL_PROXY=" + proxy, nil, n.http.URL, "directly", ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := strings.Fields(tt.env)
			args := append([]string{"ssoctl", "token", "-p", "oauth2", "--set", "client_id=C", "--set", "token_url=" + tt.url, "--ca-cert", n.authorities, "--no-cache"}, tt.args...)
			if _, errs, ok := n.run(t, env, "", args...); !ok {
				t.Fatalf("ssoctl fails: %s", errs)
			}
			printed, errs, ok := n.run(t, env, "", append(args, "--curl", "-o", "json")...)
			var out struct {
				Script    string
				Variables []struct {
					Name, Value string
					StandsFor   string `json:"stands_for"`
				}
			}
			if err := json.Unmarshal([]byte(printed), &out); err != nil || !ok {
				t.Fatal(err, errs)
			}
			if strings.Contains(printed, "p%40ss") {
				t.Errorf("the output shows the proxy's password: %s", printed)
			}
			want := []string{tt.way, tt.way}
			if tt.variable != "" {
				if len(out.Variables) != 1 || out.Variables[0].Name != tt.variable || out.Variables[0].StandsFor != "proxy" || !strings.Contains(out.Script, "# export "+tt.variable+"='"+out.Variables[0].Value+"'\n") {
					t.Errorf("variables: got %v, want only %s, for the proxy, in\n%s", out.Variables, tt.variable, out.Script)
				}
				if out, errs, ok := n.run(t, nil, out.Script, "sh"); ok || !strings.Contains(errs, tt.variable) {
					t.Errorf("want a failure that names the missing variable %s, got %s%s", tt.variable, out, errs)
				}
				printed, _, _ := n.run(t, env, "", append(args, "--curl", "--show-secrets")...)
				if out, errs, ok := n.run(t, nil, printed, "sh", "-eu"); !ok {
					t.Errorf("the script of --show-secrets fails: %s%s\n%s", out, errs, printed)
				}
				want = append(want, tt.way)
				env = append(env, tt.variable+"="+withPassword)
			}
			if out, errs, ok := n.run(t, env, out.Script, "sh", "-eu"); !ok {
				t.Errorf("the script fails: %s%s", out, errs)
			}
			if diff := cmp.Diff(want, n.taken()); diff != "" {
				t.Errorf("routes (-want +got): %s\n%s", diff, out.Script)
			}
		})
	}
}

// TestCurlShowsCertificates runs the script against a server that requires a client
// certificate. The key is in the certificate's file or in its own.
func TestCurlShowsCertificates(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	ours, err := cert.New("ours", []string{"client.invalid"}, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(ours.TLS.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	server := tlsServer(t, func(s *httptest.Server) {
		s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
		s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
		})
	})
	certificate := &pem.Block{Type: "CERTIFICATE", Bytes: ours.TLS.Certificate[0]}
	private := &pem.Block{Type: "PRIVATE KEY", Bytes: key}
	ca := pemFile(t, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	odd := filepath.Join(n.folder, "it's: a\\b") // curl reads what follows ":" as a password
	if err := os.Rename(pemFile(t, certificate, private), odd); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"two files":   {"--client-cert", pemFile(t, certificate), "--client-key", pemFile(t, private)},
		"one file":    {"--client-cert", pemFile(t, certificate, private)},
		"an odd name": {"--client-cert", odd},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"ssoctl", "token", "-p", "oauth2", "--curl", "--set", "client_id=C", "--set", "token_url=" + server.URL, "--ca-cert", ca}, args...)
			script, errs, ok := n.run(t, nil, "", args...)
			if !ok {
				t.Fatalf("ssoctl fails: %s", errs)
			}
			if got, errs, ok := n.run(t, nil, script, "sh", "-eu"); !ok || !strings.HasPrefix(got, "ours") {
				t.Errorf("got %s%s, want the name in the certificate from\n%s", got, errs, script)
			}
		})
	}
}
