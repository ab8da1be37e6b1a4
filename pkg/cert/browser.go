package cert

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"ssoctl/pkg/lang"
)

// Warning tells a person that the browser will warn of a certificate that [New] made, and how
// to recognise it.
func Warning(made tls.Certificate) lang.Text {
	print := Fingerprint(made)
	return lang.Text{
		EN: "before the browser returns here it will warn that the connection is not private, because the certificate was just made and no authority signed it. If its SHA-256 fingerprint (click the icon to the left of the address) is " + print + ", choose Advanced, then Proceed. To use your own certificate: --listen-tls-cert",
		ZH: "浏览器返回本机前会提示“您的连接不是私密连接”，因为证书是刚刚生成的。若其 SHA-256 指纹（点地址栏左侧可查看）为 " + print + "，请点“高级”再继续前往；也可用 --listen-tls-cert 指定自己的证书",
	}
}

// CheckDates returns an error if a certificate is not valid at the time now.
func CheckDates(c *x509.Certificate, now time.Time) error {
	switch {
	case now.After(c.NotAfter):
		return lang.Errorf(lang.Text{EN: "expired at %s", ZH: "已于 %s 过期"}, c.NotAfter.Format(time.RFC3339))
	case now.Before(c.NotBefore):
		return lang.Errorf(lang.Text{EN: "not valid before %s", ZH: "%s 之后才生效"}, c.NotBefore.Format(time.RFC3339))
	}
	return nil
}
