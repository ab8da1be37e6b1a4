package body

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
)

// Inflate decompresses a body that its header declares as deflate, which servers may send
// although nobody asked for it, and removes the declaration from the header. Deflate means
// the format of zlib (RFC 9110 §8.4.1.2), but some servers send it without zlib's header.
// The result has at most limit+1 bytes. Other bodies, and one that is not deflate, stay as
// they are, so that [Body.Unreadable] names the compression.
func Inflate(header http.Header, data []byte, limit int) []byte {
	if !strings.EqualFold(strings.TrimSpace(header.Get("Content-Encoding")), "deflate") || len(data) == 0 {
		return data
	}
	var in io.ReadCloser
	in, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		in = flate.NewReader(bytes.NewReader(data))
	}
	defer in.Close()
	plain, err := io.ReadAll(io.LimitReader(in, int64(limit)+1))
	if err != nil {
		return data
	}
	header.Del("Content-Encoding")
	header.Del("Content-Length")
	return plain
}
