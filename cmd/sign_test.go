package cmd_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/url"
)

// printDigest prints a digest, or an HMAC if KEY is given, in hex or base64, or in base64
// that is escaped for a query. It uses none of our own signing code:
//
//	digest [-base64|-query] sha256|sha1|md5 TEXT [KEY]
func printDigest(out io.Writer, args []string) error {
	written := hex.EncodeToString
	if len(args) > 0 && args[0] == "-base64" {
		written, args = base64.StdEncoding.EncodeToString, args[1:]
	}
	if len(args) > 0 && args[0] == "-query" {
		written, args = func(sum []byte) string { return url.QueryEscape(base64.StdEncoding.EncodeToString(sum)) }, args[1:]
	}
	if len(args) != 2 && len(args) != 3 {
		return fmt.Errorf("usage: digest [-base64|-query] sha256|sha1|md5 TEXT [KEY]")
	}
	made, ok := map[string]func() hash.Hash{"sha256": sha256.New, "sha1": sha1.New, "md5": md5.New}[args[0]]
	if !ok {
		return fmt.Errorf("digest: unknown hash %s", args[0])
	}
	h := made()
	if len(args) == 3 {
		h = hmac.New(made, []byte(args[2]))
	}
	io.WriteString(h, args[1])
	_, err := fmt.Fprintln(out, written(h.Sum(nil)))
	return err
}
