package cmd_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"ssoctl/pkg/cert"
)

// makeCertificate writes NAME.pem and NAME-key.pem, a certificate for 127.0.0.1
// and its key, and NAME-ca.pem, what vouches for it. It was made when the
// duration AGE was over from then to now.
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
