package key

import (
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"regexp"
	"strings"

	"ssoctl/pkg/lang"
)

// maxDER limits a key in DER, in bytes. An RSA key of [maxRSA] bits has 4.7 KB.
const maxDER = 8 << 10

// parsePEM reads the first key in PEM and, if there is one, its certificate. It skips other
// blocks, such as EC PARAMETERS. If there is no key, it reads the public key of the
// certificate.
func parsePEM(text string) (Key, error) {
	rest := []byte(pemLines(text))
	var key, certificate *pem.Block
	var other string
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch kind := block.Type; {
		case key != nil && kind != "CERTIFICATE":
		case kind == "OPENSSH PRIVATE KEY":
			return Key{}, lang.Errorf(openSSH)
		case kind == "ENCRYPTED PRIVATE KEY", strings.Contains(text, "Proc-Type: 4,ENCRYPTED"):
			return Key{}, lang.Errorf(encryptedKey)
		case strings.HasSuffix(kind, "KEY"):
			key = block
		case kind == "CERTIFICATE" && certificate == nil:
			certificate = block
		default:
			other = kind
		}
	}
	switch {
	case key != nil && certificate != nil:
		return withCertificate(key.Bytes, certificate.Bytes)
	case key != nil:
		return parseDER(key.Bytes)
	case certificate != nil:
		return parseDER(certificate.Bytes)
	}
	return Key{}, notPEM(text, other)
}

// withCertificate reads a key with a certificate beside it. It ignores the certificate of
// another key.
func withCertificate(key, certificate []byte) (Key, error) {
	k, err := parseDER(key)
	if of, other := parseDER(certificate); err == nil && other == nil && of.SameAs(k) {
		m := k.material()
		sum := sha256.Sum256(certificate)
		m.certificate = base64.RawURLEncoding.EncodeToString(sum[:])
		k = keyOf(m)
	}
	return k, err
}

var (
	openSSH      = lang.Text{EN: "this is a key in OpenSSH's own format: convert a copy with ssh-keygen -p -m PKCS8 -f COPY", ZH: "这是 OpenSSH 专用格式的密钥，请先复制一份再转换：ssh-keygen -p -m PKCS8 -f 副本"}
	encryptedKey = lang.Text{EN: "the key is encrypted: remove its passphrase with openssl pkey -in FILE -out NEWFILE", ZH: "密钥有口令保护，请先去掉口令：openssl pkey -in 文件 -out 新文件"}
)

// notPEM says why there is no key in a text that looks like PEM. other is the label of a
// block that was found.
func notPEM(text, other string) error {
	switch {
	case other != "":
		return lang.Errorf(lang.Text{EN: "the PEM has no key, only %s", ZH: "PEM 里没有密钥，只有 %s"}, other)
	case !strings.Contains(text, "-----END"):
		return lang.Errorf(lang.Text{EN: "the key is cut off: its line -----END … is missing", ZH: "密钥不完整，缺少 -----END … 这一行"})
	}
	return lang.Errorf(lang.Text{EN: "the PEM cannot be decoded: its base64 or its first and last line are damaged", ZH: "PEM 无法解码：base64 或首尾行有误"})
}

// pemLines restores the line ends of PEM: those that are written as \n, and those around the
// first and last line that became spaces.
func pemLines(text string) string {
	boundary := regexp.MustCompile(`\s*(-----(BEGIN|END) [A-Z0-9 ]+-----)\s*`)
	return boundary.ReplaceAllString(lineEnds(text), "\n$1\n")
}

func lineEnds(text string) string { return strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text) }

// parseBase64 reads the base64 of DER.
func parseBase64(text string) (Key, error) {
	text = strings.Join(strings.Fields(lineEnds(text)), "")
	plain := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	der, err := base64.RawStdEncoding.DecodeString(plain)
	if err != nil || len(der) < 2 || der[0] != 0x30 { // DER begins with a SEQUENCE
		return Key{}, lang.Errorf(lang.Text{EN: "not a key: expected PEM, a JWK, or the base64 of PKCS#8; to name a file, write file:PATH", ZH: "不是密钥：应为 PEM、JWK 或 PKCS#8 的 base64；引用文件请写 file:路径"})
	}
	return parseDER(der)
}

// parseDER reads a key in any DER structure, because the labels of PEM are often wrong.
func parseDER(der []byte) (Key, error) {
	if len(der) > maxDER {
		return Key{}, lang.Errorf(lang.Text{EN: "the key is larger than %d KiB", ZH: "密钥超过 %d KiB"}, maxDER>>10)
	}
	var whole asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &whole); err != nil || len(rest) > 0 {
		return Key{}, damaged(der)
	}
	if parsed := parseStructure(der); parsed != nil {
		return newKey(parsed)
	}
	if certificate, err := x509.ParseCertificate(der); err == nil {
		k, err := newKey(certificate.PublicKey)
		return keyOf(material{public: k.public(), from: fromCertificate}), err
	}
	return Key{}, unreadable(der)
}

// parseStructure returns a key of the standard library, or nil.
func parseStructure(der []byte) any {
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return k
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k
	}
	if k, err := x509.ParsePKIXPublicKey(der); err == nil {
		return k
	}
	if k, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return k
	}
	return nil
}

// damaged says why DER is not exactly one complete structure.
func damaged(der []byte) error {
	const longForm = 0x82 // a length in two bytes, which every RSA key has
	if len(der) >= 4 && der[1] == longForm {
		if want := 4 + int(der[2])<<8 + int(der[3]); want > len(der) {
			return lang.Errorf(lang.Text{EN: "the key is cut off: it has %d of %d bytes", ZH: "密钥不完整：共 %[2]d 字节，只有 %[1]d 字节"}, len(der), want)
		}
	}
	return lang.Errorf(lang.Text{EN: "the key is damaged: a part of it is missing, or something follows it", ZH: "密钥有误：缺了一部分，或多出了内容"})
}

// unreadable says why a complete DER structure cannot be read as a key.
func unreadable(der []byte) error {
	var encrypted struct { // RFC 5958 §3
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	if rest, err := asn1.Unmarshal(der, &encrypted); err == nil && len(rest) == 0 {
		return lang.Errorf(encryptedKey)
	}
	var inner struct { // RFC 5208 §5
		Version   int
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
	}
	if _, err := asn1.Unmarshal(der, &inner); err == nil {
		der = inner.Key
	}
	var rsaKey struct { // the beginning of RFC 8017 A.1.2
		Version int
		N       asn1.RawValue
		E, D    asn1.RawValue
	}
	if _, err := asn1.Unmarshal(der, &rsaKey); err == nil && rsaKey.D.Tag == asn1.TagInteger {
		return lang.Errorf(lang.Text{EN: "the RSA key is damaged: its numbers do not belong together", ZH: "RSA 密钥有误：其中的数值互相不符"})
	}
	return lang.Errorf(unsupported)
}
