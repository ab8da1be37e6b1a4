package body

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
)

// Inflate decompresses a body whose header declares deflate, which some servers send unasked,
// and removes the declaration from the header. Deflate means the zlib format (RFC 9110
// §8.4.1.2), but some servers omit zlib's header. The result has at most limit+1 bytes.
// Inflate returns other bodies unchanged, and also one that is wrongly declared, so that
// [Body.Unreadable] names the compression.
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
