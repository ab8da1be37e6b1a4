package cmd

import (
	"context"
	"crypto/tls"
	"os"
	"path/filepath"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// certificate reads or makes the certificate, if the flags ask for TLS. It returns nil if they
// do not. The caller calls remove at the end, unless there is an error.
func (o *emulateOptions) certificate(ctx context.Context, at emulator.Addresses) (_ *tls.Certificate, remove func(), err error) {
	switch {
	case o.tlsCert != "":
		pair, err := o.certs.certificate(ctx, "--tls", o.tlsCert, o.tlsKey)
		return &pair, func() {}, err
	case o.tls:
		made, err := at.MakeCertificate(o.now(), o.rand)
		if err != nil {
			return nil, nil, err
		}
		remove, err := o.writeCA(made.CA)
		return &made.TLS, remove, err
	}
	return nil, func() {}, nil
}

// writeCA writes the CA of --tls to the file of --tls-ca. Without that flag, it writes a
// temporary file, sets o.tlsCA, and returns what removes the file.
func (o *emulateOptions) writeCA(pem []byte) (remove func(), err error) {
	if o.tlsCA != "" {
		if err := atomicfile.Write(o.tlsCA, pem, 0o644); err != nil {
			return nil, failure.Usagef(lang.Text{EN: "--tls-ca %s: %v", ZH: "--tls-ca %s：%v"}, o.tlsCA, failure.WithoutPath(err))
		}
		return func() {}, nil
	}
	dir, err := os.MkdirTemp("", "ssoctl-emulate-")
	if err != nil {
		return nil, &failure.TemporaryError{Dir: os.TempDir(), Err: err}
	}
	remove = func() { os.RemoveAll(dir) }
	o.tlsCA = filepath.Join(dir, "ca.pem")
	o.command.remove = append(o.command.remove, dir)
	if err := os.WriteFile(o.tlsCA, pem, 0o644); err != nil {
		remove()
		return nil, &failure.TemporaryError{Dir: os.TempDir(), Err: err}
	}
	return remove, nil
}
