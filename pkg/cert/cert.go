// Package cert makes a short-lived TLS certificate for a local server, and a CA that signs
// only this certificate. Call [New].
package cert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"time"
)

// Lifetime is how long a certificate is valid. It is short, so that a forgotten one soon
// becomes useless.
const Lifetime = 90 * 24 * time.Hour

// Made is a certificate with its key, and its CA.
type Made struct {
	TLS tls.Certificate
	// CA is the CA certificate in PEM. A client that trusts it trusts only this one
	// certificate, because the CA's key is discarded.
	CA []byte
}

// New makes a certificate with whose as its common name, valid from one hour before now
// until [Lifetime] after it. hosts are host names and IP addresses without ports; duplicates
// are ignored. It is an error if hosts is empty.
func New(whose string, hosts []string, now time.Time, rand io.Reader) (Made, error) {
	if len(hosts) == 0 {
		return Made{}, fmt.Errorf("a certificate needs at least one host")
	}
	authority, err := template(whose+" CA (not for production)", now, rand)
	if err != nil {
		return Made{}, err
	}
	authority.IsCA, authority.MaxPathLenZero, authority.BasicConstraintsValid = true, true, true
	authority.KeyUsage = x509.KeyUsageCertSign
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return Made{}, err
	}
	ca, err := x509.CreateCertificate(rand, authority, authority, &caKey.PublicKey, caKey)
	if err != nil {
		return Made{}, err
	}
	leaf, err := template(whose, now, rand)
	if err != nil {
		return Made{}, err
	}
	leaf.KeyUsage, leaf.BasicConstraintsValid = x509.KeyUsageDigitalSignature, true
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	addHosts(leaf, hosts)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return Made{}, err
	}
	cert, err := x509.CreateCertificate(rand, leaf, authority, &key.PublicKey, caKey)
	if err != nil {
		return Made{}, err
	}
	return Made{
		TLS: tls.Certificate{Certificate: [][]byte{cert, ca}, PrivateKey: key},
		CA:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca}),
	}, nil
}

// addHosts adds host names and IP addresses to a certificate, each once.
func addHosts(leaf *x509.Certificate, hosts []string) {
	for _, host := range hosts {
		switch ip := net.ParseIP(host); {
		case ip == nil && !slices.Contains(leaf.DNSNames, host):
			leaf.DNSNames = append(leaf.DNSNames, host)
		case ip != nil && !slices.ContainsFunc(leaf.IPAddresses, ip.Equal):
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		}
	}
}

// template returns the fields common to both certificates. They are valid from one hour
// ago, because the clocks of containers differ.
func template(name string, now time.Time, rand io.Reader) (*x509.Certificate, error) {
	var serial [16]byte
	if _, err := io.ReadFull(rand, serial[:]); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	serial[0] &= 0x7f // serial numbers are positive (RFC 5280 §4.1.2.2)
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:]), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(Lifetime),
	}, nil
}

// Fingerprint is the first eight bytes of a certificate's SHA-256, written as browsers
// write it. Nobody can make a second certificate with these bytes during a login.
func Fingerprint(c tls.Certificate) string {
	sum := sha256.Sum256(c.Certificate[0])
	pairs := make([]string, 0, 8)
	for b := range slices.Values(sum[:8]) {
		pairs = append(pairs, fmt.Sprintf("%02X", b))
	}
	return strings.Join(pairs, ":") + ":…"
}
