package client

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"

	"ssoctl/pkg/body"
	"ssoctl/pkg/profile"
)

// saved returns a response as it is cached, or kept to resume a login, for [reread]: the
// body that [Response.bodyAlone] returns. Status and header precede it, as in HTTP, if
// expressions use them, or if the body is a JWT, which only its media type says.
func (r Response) saved(reader *profile.Reader) []byte {
	text := r.bodyAlone()
	if !reader.ReadsHeaders() && r.Form() != body.JWT && !isMessage(text) {
		return text
	}
	header := r.head.Header.Clone()
	for _, name := range []string{"Content-Length", "Content-Encoding", "Transfer-Encoding"} {
		header.Del(name)
	}
	if media := body.Media(header.Get("Content-Type")); media != "" {
		header.Set("Content-Type", media) // text is in UTF-8
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", r.head.StatusCode, http.StatusText(r.head.StatusCode))
	_ = header.Write(&b) // a Buffer takes everything
	b.WriteString("\r\n")
	b.Write(text)
	return b.Bytes()
}

// isMessage reports whether data begins like an HTTP response.
func isMessage(data []byte) bool { return bytes.HasPrefix(data, []byte("HTTP/1.1 ")) }

// reread decodes a response that [Response.saved] returned. raw is its body.
func reread(s *profile.Step, saved []byte) (decoded profile.Response, raw []byte, err error) {
	if !isMessage(saved) {
		decoded, err = s.Decode(0, nil, saved)
		return decoded, saved, err
	}
	head, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(saved)), nil)
	if err != nil {
		return profile.Response{}, nil, err
	}
	defer head.Body.Close()
	if raw, err = io.ReadAll(head.Body); err != nil {
		return profile.Response{}, nil, err
	}
	decoded, err = s.Decode(head.StatusCode, head.Header, raw)
	return decoded, raw, err
}
