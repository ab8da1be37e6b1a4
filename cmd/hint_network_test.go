package cmd_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ssoctl/cmd"
	"ssoctl/pkg/cert"
	"ssoctl/pkg/nettest"
)

// run runs a command line with a transport and an empty environment.
func run(t *testing.T, transport *http.Transport, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	app := &cmd.App{
		In: strings.NewReader(""), Out: &out, Err: &errs, HTTP: &http.Client{Transport: transport},
		Now: time.Now, Rand: rand.Reader, Env: func(string) (string, bool) { return "", false },
	}
	code = app.Run(t.Context(), args)
	return code, out.String(), errs.String()
}

// TestNetworkHints covers what testdata/script/hint.txtar cannot produce: name servers and
// hosts that fail, and certificates for other dates and hosts.
func TestNetworkHints(t *testing.T) {
	t.Parallel()
	server := tlsServer(t, func(c *httptest.Server) {})
	localhost := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	ca := pemFile(t, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	old, oldCA := servedAt(t, time.Now().AddDate(-1, 0, 0))
	early, earlyCA := servedAt(t, time.Now().AddDate(1, 0, 0))
	wantsOurs := tlsServer(t, func(s *httptest.Server) { s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert} }).URL
	ssh := nettest.Serve(t, func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n"); io.ReadFull(c, make([]byte, 1)) })
	silent := nettest.Serve(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	cut := nettest.Serve(t, func(c net.Conn) { io.ReadFull(c, make([]byte, 1)) })
	own, err := cert.New("test", []string{"127.0.0.1"}, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(own.TLS.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	ours := pemFile(t, &pem.Block{Type: "CERTIFICATE", Bytes: own.TLS.Certificate[0]}, &pem.Block{Type: "PRIVATE KEY", Bytes: key})
	another := tlsServer(t, func(s *httptest.Server) { s.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert} }).URL
	dns := func(err *net.DNSError) *http.Transport {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}
	}
	slow := func(context.Context, string, string) (net.Conn, error) {
		time.Sleep(time.Second)
		return nil, errors.New("late")
	}
	tests := map[string]struct {
		transport *http.Transport
		url       string
		flags     []string
		en, zh    string
	}{
		"another host":           {nil, localhost, []string{"--ca-cert", ca}, "The certificate is for example.com, *.example.com, 127.0.0.1, …, not for localhost: this is not the intended server. Check token_url", "不是要找的服务器"},
		"expired":                {nil, old, []string{"--ca-cert", oldCA}, "The server's certificate expired on ", "过期"},
		"not yet valid":          {nil, early, []string{"--ca-cert", earlyCA}, "The server's certificate is valid only from ", "起才有效"},
		"unknown authority":      {nil, server.URL, nil, `The server's certificate was issued by "Acme Co", which this machine does not trust. `, "本机不信任它"},
		"unknown host":           {dns(&net.DNSError{Err: "no such host", Name: "sso.invalid", IsNotFound: true}), "http://sso.invalid", nil, "There is no host with this name. Check token_url = http://sso.invalid [flag]: ", "没有这个域名。"},
		"no name server":         {dns(&net.DNSError{Err: "server misbehaving", Name: "sso.invalid", IsTemporary: true}), "http://sso.invalid", nil, "The name server does not respond, so the name may be right. ", "域名服务器没有响应"},
		"slow names":             {&http.Transport{DialContext: (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: slow}}).DialContext}, "http://sso.invalid", []string{"--timeout", "100ms"}, "No response within 100ms: the name server does not respond. ", "100 毫秒内没有响应：域名服务器没有响应。"},
		"slow host":              {&http.Transport{DialContext: (&net.Dialer{Control: func(string, string, syscall.RawConn) error { time.Sleep(time.Second); return nil }}).DialContext}, "http://127.0.0.1:1", []string{"--timeout", "100ms"}, "No response within 100ms: the host does not accept the connection; ", "静默丢弃"},
		"slow handshake":         {nil, "https://" + silent, []string{"--timeout", "100ms"}, "No response within 100ms: the TLS handshake stalls. ", "TLS 握手没有完成"},
		"wants a certificate":    {nil, wantsOurs, []string{"--insecure"}, "The server requires a client certificate. ", "服务器要求客户端证书。请向其管理员申请，再用 --client-cert FILE 出示"},
		"another certificate":    {nil, another, []string{"--insecure", "--client-cert", ours}, "The server does not accept the certificate of --client-cert. ", "服务器不接受 --client-cert 的证书。"},
		"another service":        {nil, "http://" + ssh, nil, "This port does not speak HTTP: another service is listening there. Check token_url = http://127.0.0.1:", "这个端口上不是 HTTP 服务，而是别的服务。请核对 token_url"},
		"another service by TLS": {nil, "https://" + ssh, nil, "This port does not speak HTTP: another service is listening there. Check token_url", "这个端口上不是 HTTP 服务"},
		"cut":                    {nil, "http://" + cut, nil, "The connection was cut. Try again. Check token_url = http://127.0.0.1:", "连接被断开。请重试。请核对 token_url"},
		"cut handshake":          {nil, "https://" + cut, nil, "The connection was cut during the TLS handshake. ", "TLS 握手时连接被断开"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for lang, want := range map[string]string{"en": test.en, "zh": test.zh} {
				transport := test.transport
				if transport == nil {
					transport = &http.Transport{}
				}
				args := append([]string{"token", "-p", "oauth2", "--lang", lang, "--retries", "0", "--set", "client_id=C", "--set", "token_url=" + test.url}, test.flags...)
				code, _, stderr := run(t, transport, args...)
				_, stderr, _ = strings.Cut(stderr, "ssoctl: ") // skip a warning
				if _, hint, _ := strings.Cut(stderr, "\nhint: "); code != 6 || !strings.Contains(hint, want) || lang == "en" && !strings.HasPrefix(hint, want) {
					t.Errorf("exit code %d, want 6; want the hint %q in\n%s", code, want, stderr)
				}
			}
		})
	}
}

func tlsServer(t *testing.T, change func(*httptest.Server)) *httptest.Server {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	change(s)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// servedAt starts a server with a certificate made at that time, and returns the server's
// URL and the path of the CA.
func servedAt(t *testing.T, made time.Time) (url, caFile string) {
	t.Helper()
	c, err := cert.New("test", []string{"127.0.0.1"}, made, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(c.CA)
	return tlsServer(t, func(s *httptest.Server) { s.TLS = &tls.Config{Certificates: []tls.Certificate{c.TLS}} }).URL, pemFile(t, block)
}

func pemFile(t *testing.T, blocks ...*pem.Block) (path string) {
	t.Helper()
	var b bytes.Buffer
	for _, block := range blocks {
		if err := pem.Encode(&b, block); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(t.TempDir(), "file.pem")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
