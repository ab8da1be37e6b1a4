package hint

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
)

// certificate says what is wrong with the server's certificate; zero if e has another
// cause.
func (a Adviser) certificate(e *client.NetworkError) lang.Text {
	var (
		failed    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	if !errors.As(e.Err, &failed) || len(failed.UnverifiedCertificates) == 0 {
		return lang.Text{}
	}
	leaf := failed.UnverifiedCertificates[0]
	switch {
	case errors.As(failed.Err, &hostname):
		host, _, err := net.SplitHostPort(e.Host)
		if err != nil {
			host = e.Host
		}
		names := strings.Join(namesOf(leaf), ", ")
		return lang.Join(lang.Sprintf(lang.Text{
			EN: "The certificate is for %s, not for %s: this is not the intended server.",
			ZH: "证书属于 %s，而不是 %s：响应的不是要找的服务器。",
		}, names, host), a.address(e.Step))
	case errors.As(failed.Err, &invalid) && invalid.Reason == x509.Expired:
		return a.expired(leaf)
	case errors.As(failed.Err, &authority), errors.As(failed.Err, &invalid):
		last := failed.UnverifiedCertificates[len(failed.UnverifiedCertificates)-1]
		issuer := issuerOf(last)
		return lang.Sprintf(lang.Text{
			EN: "The server's certificate was issued by %q, which this machine does not trust. If that is your company's CA, or a proxy that reads TLS, get its certificate and trust it: --ca-cert FILE (or SSL_CERT_FILE). Otherwise somebody may be intercepting the connection: send nothing.",
			ZH: "服务器证书由 %q 签发，本机不信任它。若是公司的 CA，或解密 TLS 的代理，请取得其证书后用 --ca-cert FILE（或 SSL_CERT_FILE）信任；否则可能有中间人，请勿继续。",
		}, issuer)
	}
	return lang.Text{}
}

// expired is about a certificate that has expired or is not valid yet.
func (a Adviser) expired(leaf *x509.Certificate) lang.Text {
	now := a.Now.UTC().Format(time.RFC3339)
	if a.Now.Before(leaf.NotBefore) {
		from := leaf.NotBefore.UTC().Format(time.RFC3339)
		return lang.Sprintf(lang.Text{
			EN: "The server's certificate is valid only from %s; this machine's clock says %s. Set the clock.",
			ZH: "服务器证书从 %s 起才有效，本机时钟是 %s。请校准时钟。",
		}, from, now)
	}
	since := leaf.NotAfter.UTC().Format(time.RFC3339)
	return lang.Sprintf(lang.Text{
		EN: "The server's certificate expired on %s; this machine's clock says %s. If the clock is right, the server's administrator has to renew it.",
		ZH: "服务器证书已于 %s 过期，本机时钟是 %s。若时钟无误，须由服务器的管理员更新证书。",
	}, since, now)
}

// namesOf returns the hosts that a certificate is for, at most three of them.
func namesOf(c *x509.Certificate) []string {
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return []string{cmp.Or(c.Subject.CommonName, "?")}
	}
	if len(names) > 3 {
		names = append(names[:3:3], "…")
	}
	return names
}

func issuerOf(c *x509.Certificate) string {
	return cmp.Or(c.Issuer.CommonName, strings.Join(c.Issuer.Organization, " "), c.Issuer.String())
}
