package cmd

import (
	"context"
	"crypto/tls"
	"io"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/cert"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/transport"
)

// certificates reads and makes the certificates of our own servers.
type certificates struct {
	out  *printer
	now  func() time.Time
	rand io.Reader
	made tls.Certificate // of --listen-tls, for the whole run
}

// certificate reads a certificate and its key from two files. Errors name the flags
// flag-cert and flag-key.
func (o *certificates) certificate(ctx context.Context, flag, certFile, keyFile string) (tls.Certificate, error) {
	o.out.warnOfOpenFile(keyFile)
	pair, err := transport.KeyPair(ctx, certFile, keyFile)
	if err != nil {
		return pair, failure.Usagef(lang.Text{EN: "%s-cert and %s-key: %v", ZH: "%s-cert 与 %s-key：%v"}, flag, flag, err)
	}
	if err := cert.CheckDates(pair.Leaf, o.now()); err != nil {
		return pair, failure.Usagef(lang.Text{EN: "%s-cert %s: %v", ZH: "%s-cert %s：%v"}, flag, certFile, err)
	}
	return pair, nil
}

// listenTLS holds the flags of a listener that serves HTTPS.
type listenTLS struct {
	made              bool
	certFile, keyFile string
}

func (o *listenTLS) flags(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&o.made, "listen-tls", false, "")
	f.StringVar(&o.certFile, "listen-tls-cert", "", "")
	f.StringVar(&o.keyFile, "listen-tls-key", "", "")
	commandline.GoTogether(c, "listen-tls-cert", "listen-tls-key")
	commandline.ExcludeEachOther(c, "listen-tls", "listen-tls-cert")
}

// listenCertificate returns a function that returns a listener's certificate, or nil if
// the listener is to serve plain HTTP. A bad file fails here, before anything is shown.
func (o *certificates) listenCertificate(ctx context.Context, f listenTLS) (func(hosts []string) (tls.Certificate, error), error) {
	switch {
	case f.certFile != "":
		pair, err := o.certificate(ctx, "--listen-tls", f.certFile, f.keyFile)
		return func([]string) (tls.Certificate, error) { return pair, nil }, err
	case f.made:
		return o.makeCertificate, nil
	}
	return nil, nil
}

// makeCertificate makes a certificate and explains the browser's warning about it. Further
// QR codes of the same run use the same certificate, so that the browser warns once.
func (o *certificates) makeCertificate(hosts []string) (tls.Certificate, error) {
	if o.made.Certificate != nil {
		return o.made, nil
	}
	made, err := cert.New("ssoctl login", hosts, o.now(), o.rand)
	if err != nil {
		return tls.Certificate{}, err
	}
	o.made = made.TLS
	o.out.warn(cert.Warning(o.made))
	return o.made, nil
}
