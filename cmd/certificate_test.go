package cmd_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/cert"
)

// TestTheBrowsersWarning checks that a browser shows the warning that ssoctl announces,
// and that proceeding logs in.
func TestTheBrowsersWarning(t *testing.T) {
	t.Parallel()
	b := browsertest.StartWhole(t)
	emulator := emulateProcess(t, "oauth2", "--set", "redirect_uri=https://127.0.0.1:{state}/callback") // {state} allows any port
	env := []string{"SSOCTL_PROFILE=oauth2"}
	for name, value := range emulator.Profiles["oauth2"] {
		if name != "redirect_uri" {
			env = append(env, "SSOCTL_"+strings.ToUpper(name)+"="+value)
		}
	}
	p := launch(t, env, "login", "--no-browser", "--listen-tls", "--jq", ".user.name")
	p.tells(`^Waiting|Waiting for the browser`)
	if said := p.err.String(); !strings.Contains(said, "not private") || !strings.Contains(said, "choose Advanced, then Proceed") {
		t.Errorf("want a warning about the browser's \"not private\" page in\n%s", said)
	}
	b.JS(`(location = "` + p.tells(`^http://127\S+redirect_uri\S+$`) + `", '')`)
	b.Until(`document.body.innerText.includes("Your connection is not private")`)
	b.Until(`document.getElementById("details-button").innerText === "Advanced"`)
	b.JS(`(document.getElementById("details-button").click(), '')`)
	b.Until(`document.getElementById("proceed-link").innerText === "Proceed to 127.0.0.1 (unsafe)"`)
	b.Look("certificate-warning")
	b.JS(`(document.getElementById("proceed-link").click(), '')`)
	b.Until(`document.body.innerText.includes("Logged in")`)
	p.ends(0)
	if got := p.out.String(); got != "王小明\n" {
		t.Errorf("stdout: got %q, want the user's name", got)
	}
}

// makeCertificate writes a certificate for 127.0.0.1 to NAME.pem, its key to NAME-key.pem
// and its CA to NAME-ca.pem. The certificate's age is a Go duration.
func makeCertificate(name, age string) error {
	before, err := time.ParseDuration(age)
	if err != nil {
		return err
	}
	made, err := cert.New("test", []string{"127.0.0.1"}, time.Now().Add(-before), rand.Reader)
	if err != nil {
		return err
	}
	key, err := x509.MarshalPKCS8PrivateKey(made.TLS.PrivateKey)
	if err != nil {
		return err
	}
	for file, text := range map[string][]byte{
		name + ".pem":     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.TLS.Certificate[0]}),
		name + "-key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		name + "-ca.pem":  made.CA,
	} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return fmt.Errorf("makecert: %w", err)
		}
	}
	return nil
}
