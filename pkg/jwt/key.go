package jwt

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/regularfile"
)

const maxKeys = 1 // MiB of a file with keys

// ReadSet reads the keys for signatures in a file with a JWKS (RFC 7517). There is at least
// one.
func ReadSet(path string) ([]key.Published, error) {
	data, err := regularfile.Read(path, maxKeys)
	if err != nil {
		return nil, failure.WithoutPath(err)
	}
	keys, err := key.ParseSet(data)
	if err == nil && len(keys) == 0 {
		err = lang.Errorf(lang.Text{EN: "there are no keys for signatures in it", ZH: "其中没有可用于验签的密钥"})
	}
	return keys, err
}

// ReadKey reads a file with one key, which verifies a token whatever kid that has.
func ReadKey(path string) ([]key.Published, error) {
	data, err := regularfile.Read(path, maxKeys)
	if err != nil {
		return nil, failure.WithoutPath(err)
	}
	k, err := key.ParseVerifying(string(data))
	return []key.Published{{Key: k}}, err
}
