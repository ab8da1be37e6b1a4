package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// user is the user of the image, the one that images without root usually have.
const user = 65532

const (
	home        = "/home/ssoctl"
	programPath = "/usr/bin/ssoctl"
)

// epoch is the time of everything in the image, so that the same programs give the same image.
var epoch = time.Unix(0, 0).UTC()

// base is the layer below the program: certificates, a user, and folders to write in. Time
// zones are in the program.
func base() ([]byte, error) {
	roots, err := certificates()
	if err != nil {
		return nil, err
	}
	return archive(
		folder("etc", 0o755, 0), folder("etc/ssl", 0o755, 0), folder("etc/ssl/certs", 0o755, 0),
		file("etc/ssl/certs/ca-certificates.crt", 0o644, roots),
		file("etc/passwd", 0o644, fmt.Appendf(nil, "root:x:0:0::/:\nssoctl:x:%d:%[1]d::%s:\n", user, home)),
		file("etc/group", 0o644, fmt.Appendf(nil, "root:x:0:\nssoctl:x:%d:\n", user)),
		folder("home", 0o755, 0), folder(home[1:], 0o700, user),
		folder("tmp", 0o1777, 0),
	)
}

// certificates returns the root certificates of Mozilla's list, in the version of go.mod. Left
// out are those that Mozilla trusts with constraints, which a PEM file cannot express.
func certificates() ([]byte, error) {
	var blocks [][]byte
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		if _, err := x509.ParseCertificate(root.Certificate); err != nil {
			return nil, err
		}
		blocks = append(blocks, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}))
	}
	slices.SortFunc(blocks, bytes.Compare)
	return bytes.Join(blocks, nil), nil
}

// entry is a file or a folder of an archive.
type entry struct {
	header  tar.Header
	content []byte
}

func file(path string, mode int64, content []byte) entry {
	return entry{tar.Header{Typeflag: tar.TypeReg, Name: path, Mode: mode, Size: int64(len(content))}, content}
}

func folder(path string, mode int64, owner int) entry {
	return entry{header: tar.Header{Typeflag: tar.TypeDir, Name: path + "/", Mode: mode, Uid: owner, Gid: owner}}
}

// archive returns a tar file.
func archive(entries ...entry) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		e.header.ModTime = epoch
		if err := w.WriteHeader(&e.header); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}
