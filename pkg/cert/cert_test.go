package cert_test

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/cert"
)

// TestTrust checks that a client that trusts only the CA accepts the server under the given
// hosts, and under no other.
func TestTrust(t *testing.T) {
	made, err := cert.New("test", []string{"localhost", "emulator", "127.0.0.1", "::1", "localhost"}, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(made.CA) {
		t.Fatal("the CA is not PEM")
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{made.TLS}}
	server.StartTLS()
	defer server.Close()
	for host, trusted := range map[string]bool{"localhost": true, "emulator": true, "127.0.0.1": true, "::1": true, "elsewhere": false, "127.0.0.2": false} {
		conn, err := tls.Dial("tcp", strings.TrimPrefix(server.URL, "https://"), &tls.Config{RootCAs: pool, ServerName: host})
		if (err == nil) != trusted {
			t.Errorf("%s: %v", host, err)
		}
		if err == nil {
			conn.Close()
		}
	}
	if conn, err := tls.Dial("tcp", strings.TrimPrefix(server.URL, "https://"), nil); err == nil {
		conn.Close()
		t.Error("a client that does not know the CA trusts the server")
	}
}

// TestDates checks that the certificate is valid now and expires after [cert.Lifetime].
func TestDates(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	made, err := cert.New("test", []string{"localhost"}, now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(made.CA)
	leaf, err := x509.ParseCertificate(made.TLS.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for at, good := range map[time.Duration]bool{0: true, cert.Lifetime - time.Second: true, cert.Lifetime + time.Second: false, -2 * time.Hour: false} {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: now.Add(at), DNSName: "localhost"})
		if (err == nil) != good {
			t.Errorf("%s after now: %v", at, err)
		}
	}
	if ca, _ := x509.ParseCertificate(made.TLS.Certificate[1]); leaf.IsCA || !ca.IsCA {
		t.Error("want IsCA for the CA's certificate and not for the server's")
	}
}

func TestNoHost(t *testing.T) {
	if _, err := cert.New("test", nil, time.Now(), rand.Reader); err == nil {
		t.Error("no error for an empty list of hosts")
	}
}
