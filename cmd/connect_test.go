package cmd_test

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/cert"
)

// TestClientCertificate calls a server that requires a client certificate, once with the key
// in its own file and once in the certificate's file.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	ours, err := cert.New("ssoctl emulator", []string{"client.invalid"}, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	server := tlsServer(t, func(s *httptest.Server) {
		s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
		s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{"access_token":"T-`+r.TLS.PeerCertificates[0].Subject.CommonName+`"}`)
		})
	})
	key, err := x509.MarshalPKCS8PrivateKey(ours.TLS.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certBlock := &pem.Block{Type: "CERTIFICATE", Bytes: ours.TLS.Certificate[0]}
	keyBlock := &pem.Block{Type: "PRIVATE KEY", Bytes: key}
	ca := pemFile(t, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for name, test := range map[string]struct {
		flags string
		want  int
	}{
		"two files": {"--client-cert " + pemFile(t, certBlock) + " --client-key " + pemFile(t, keyBlock), 0},
		"one file":  {"--client-cert " + pemFile(t, certBlock, keyBlock), 0},
		"none":      {"", 6},
	} {
		t.Run(name, func(t *testing.T) {
			args := strings.Fields("token -p oauth2 --set client_id=C --set token_url=" + server.URL + " --ca-cert " + ca + " " + test.flags)
			code, out, errs := run(t, &http.Transport{}, args...)
			if code != test.want || code == 0 && out != "T-ssoctl emulator\n" {
				t.Errorf("exit code %d, want %d: %s%s", code, test.want, out, errs)
			}
		})
	}
}
