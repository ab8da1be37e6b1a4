package jwt

import (
	"ssoctl/pkg/bom"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/regularfile"
)

const maxKeys = 1 // size of a file with keys, in MiB

// ReadKeys returns the keys in the file of --jwks or --key; nil if neither is given, or if
// --jwks is an address. The error is a [failure.Usage].
func ReadKeys(jwks, one string) (keys []key.Published, err error) {
	flag, path := "jwks", jwks
	switch {
	case one != "":
		flag, path = "key", one
		keys, err = readKey(path)
	case jwks != "" && !oidc.IsAddress(jwks):
		keys, err = readSet(path)
	}
	if err != nil {
		return nil, failure.Usagef(lang.Text{EN: "--%s %s: %v", ZH: "--%s %s：%v"}, flag, path, err)
	}
	return keys, nil
}

// readSet returns the keys for signatures in a file with a JWKS (RFC 7517), at least one.
func readSet(path string) ([]key.Published, error) {
	data, err := regularfile.Read(path, maxKeys)
	if err != nil {
		return nil, failure.WithoutPath(err)
	}
	keys, err := key.ParseSet(bom.Decode(data))
	if err == nil && len(keys) == 0 {
		err = lang.Errorf(lang.Text{EN: "there are no keys for signatures in it", ZH: "其中没有可用于验签的密钥"})
	}
	return keys, err
}

// readKey reads a file with one key, which verifies tokens with any kid.
func readKey(path string) ([]key.Published, error) {
	data, err := regularfile.Read(path, maxKeys)
	if err != nil {
		return nil, failure.WithoutPath(err)
	}
	k, err := key.ParseVerifying(string(bom.Decode(data)))
	return []key.Published{{Key: k}}, err
}
