package cmd_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ssoctl/cmd"
	"ssoctl/pkg/cert"
)

// TestClientCertificate asks a server that lets in only those who show a
// certificate: with the key in a file of its own, and beside the certificate.
func TestClientCertificate(t *testing.T) {
	ours, err := cert.New("ssoctl emulator", []string{"client.invalid"}, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"access_token":"T-`+r.TLS.PeerCertificates[0].Subject.CommonName+`"}`)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	key, err := x509.MarshalPKCS8PrivateKey(ours.TLS.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, blocks ...*pem.Block) string {
		var b bytes.Buffer
		for _, block := range blocks {
			if err := pem.Encode(&b, block); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	certBlock := &pem.Block{Type: "CERTIFICATE", Bytes: ours.TLS.Certificate[0]}
	keyBlock := &pem.Block{Type: "PRIVATE KEY", Bytes: key}
	ca := write("ca.pem", &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	certFile, keyFile, both := write("cert.pem", certBlock), write("key.pem", keyBlock), write("both.pem", certBlock, keyBlock)

	for name, test := range map[string]struct {
		flags string
		want  int
	}{
		"two files": {"--client-cert " + certFile + " --client-key " + keyFile, 0},
		"one file":  {"--client-cert " + both, 0},
		"none":      {"", 6},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			app := &cmd.App{
				In: strings.NewReader(""), Out: &out, Err: &errs, HTTP: &http.Client{Transport: &http.Transport{}},
				Now: time.Now, Rand: rand.Reader, Env: func(string) (string, bool) { return "", false },
			}
			args := strings.Fields("token -p oauth2 --set client_id=C --set token_url=" + server.URL + " --ca-cert " + ca + " " + test.flags)
			if got := app.Run(t.Context(), args); got != test.want {
				t.Fatalf("exit code %d, want %d: %s", got, test.want, &errs)
			}
			if got, want := out.String(), "T-ssoctl emulator\n"; test.want == 0 && got != want {
				t.Errorf("printed %q, want %q", got, want)
			}
		})
	}
}
