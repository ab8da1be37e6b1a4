// Package cert makes a certificate for a server of one's own, on the spot, and
// the authority that vouches for it.
package cert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"time"
)

// Lifetime is how long a certificate is good for. One that a person forgot is
// of no use after that.
const Lifetime = 90 * 24 * time.Hour

// Made is a certificate with its key, and what trusts it.
type Made struct {
	TLS tls.Certificate
	// CA is the authority's certificate in PEM: a client that trusts it trusts
	// this server. Its key is gone, so it vouches for nothing else.
	CA []byte
}

// New makes a certificate for whose, the name of its server, and for hosts: names and IP addresses, without ports; each
// counts once, and none is an error.
func New(whose string, hosts []string, now time.Time, rand io.Reader) (Made, error) {
	if len(hosts) == 0 {
		return Made{}, fmt.Errorf("a certificate needs a host")
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
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			if !slices.ContainsFunc(leaf.IPAddresses, ip.Equal) {
				leaf.IPAddresses = append(leaf.IPAddresses, ip)
			}
		} else if !slices.Contains(leaf.DNSNames, host) {
			leaf.DNSNames = append(leaf.DNSNames, host)
		}
	}
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

// template is what every certificate here has. It begins an hour ago: clocks
// in containers differ.
func template(name string, now time.Time, rand io.Reader) (*x509.Certificate, error) {
	var serial [16]byte
	if _, err := io.ReadFull(rand, serial[:]); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	serial[0] &= 0x7f // RFC 5280 §4.1.2.2: positive
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:]), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(Lifetime),
	}, nil
}
