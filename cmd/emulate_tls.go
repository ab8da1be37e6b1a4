package cmd

import (
	"context"
	"crypto/tls"
	"os"
	"path/filepath"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// certificate reads or makes the certificate, if the flags ask for TLS. It returns nil if they
// do not. The caller calls remove at the end, unless there is an error.
func (e *emulation) certificate(ctx context.Context) (_ *tls.Certificate, remove func(), err error) {
	switch {
	case e.tlsCert != "":
		pair, err := e.certs.certificate(ctx, "--tls", e.tlsCert, e.tlsKey)
		return &pair, func() {}, err
	case e.tls:
		made, err := e.at.MakeCertificate(e.now(), e.rand)
		if err != nil {
			return nil, nil, err
		}
		remove, err := e.writeCA(made.CA)
		return &made.TLS, remove, err
	}
	return nil, func() {}, nil
}

// writeCA writes the CA of --tls to the file of --tls-ca. Without that flag, it writes a
// temporary file, sets e.caFile, and returns what removes the file.
func (e *emulation) writeCA(pem []byte) (remove func(), err error) {
	if e.tlsCA != "" {
		if err := atomicfile.Write(e.tlsCA, pem, 0o644); err != nil {
			return nil, failure.Usagef(lang.Text{EN: "--tls-ca %s: %v", ZH: "--tls-ca %s：%v"}, e.tlsCA, failure.WithoutPath(err))
		}
		return func() {}, nil
	}
	dir, err := os.MkdirTemp("", "ssoctl-emulate-")
	if err != nil {
		return nil, &failure.TemporaryError{Dir: os.TempDir(), Err: err}
	}
	remove = func() { os.RemoveAll(dir) }
	e.caFile = filepath.Join(dir, "ca.pem")
	e.remove = append(e.remove, dir)
	if err := os.WriteFile(e.caFile, pem, 0o644); err != nil {
		remove()
		return nil, &failure.TemporaryError{Dir: os.TempDir(), Err: err}
	}
	return remove, nil
}
