package body

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"ssoctl/pkg/lang"
)

// Reason says why a body cannot be read as data.
type Reason int

// The reasons.
const (
	NotData        Reason = iota // an HTML page, other markup, or nothing
	Compressed                   // with the compression Name, which ssoctl does not request
	Encrypted                    // a JWT that only the client's private key can decrypt
	GzipUndeclared               // compressed with gzip, without a Content-Encoding
	NotUTF8                      // nor in the declared charset Name; "" if none is declared
	NotText                      // binary data
	TooLarge                     // more bytes than Limit
	TooManyValues                // more JSON values than Limit
)

// Error says why a body cannot be read as data.
type Error struct {
	Reason Reason
	Form   Form
	Type   string // Content-Type
	Name   string // the compression or charset, as the server wrote it
	Size   int    // in bytes
	Limit  int    // of TooLarge and TooManyValues
}

// SyntaxError says why the body is not JSON; nil if it is.
func (b Body) SyntaxError() error {
	text, _ := b.Text()
	return json.Unmarshal(text, new(any))
}

// Unreadable says why a body that is not JSON cannot be read as data; nil if it can.
func (b Body) Unreadable() *Error {
	e := &Error{Form: b.Form(), Type: b.Type, Size: len(b.Data)}
	_, isText := b.Text()
	switch {
	case e.Form == Page && isText: // not data, whatever the compression
	case b.isCompressed():
		e.Reason, e.Name = Compressed, b.Encoding
	case bytes.HasPrefix(b.Data, []byte("\x1f\x8b")):
		e.Reason = GzipUndeclared
	case !isText:
		e.Reason, e.Name = b.notText()
	case IsJWT(b.Media()) && IsJWE(b.Data):
		e.Reason = Encrypted
	case e.Form != Empty && !e.Form.IsMarkup():
		return nil
	}
	return e
}

// isCompressed reports whether the body is compressed in a way that ssoctl does not request.
func (b Body) isCompressed() bool {
	return b.Encoding != "" && !strings.EqualFold(b.Encoding, "identity") && len(b.Data) > 0
}

// notText returns the reason for a body that is not text in UTF-8.
func (b Body) notText() (Reason, string) {
	if charset := b.charset(); charset != "" && !strings.EqualFold(charset, "utf-8") {
		return NotUTF8, charset
	}
	if utf8.Valid(b.Data) {
		return NotText, ""
	}
	return NotUTF8, ""
}

func (e *Error) Error() string { return e.Text().EN }

// Text returns the message in both languages.
func (e *Error) Text() lang.Text {
	size := lang.Amount(e.Size, "byte", "字节")
	switch {
	case e.Reason == Compressed:
		return lang.Sprintf(lang.Text{EN: "the response is compressed with %s, which ssoctl does not ask for", ZH: "响应以 %s 压缩，而 ssoctl 没有请求这种压缩"}, e.Name)
	case e.Reason == Encrypted:
		return lang.Text{EN: "the response is an encrypted JWT (JWE), which ssoctl cannot decrypt; configure the server to only sign for this client", ZH: "响应是加密的 JWT（JWE），ssoctl 无法解密；请在服务器上把该客户端改为只签名"}
	case e.Reason == GzipUndeclared:
		return lang.Text{EN: "the response is compressed with gzip, but has no Content-Encoding: gzip", ZH: "响应以 gzip 压缩，却没有 Content-Encoding: gzip 响应头"}
	case e.Reason == NotUTF8 && e.Name != "":
		return lang.Sprintf(lang.Text{EN: "the response cannot be read as %s", ZH: "无法按字符集 %s 读取响应"}, e.Name)
	case e.Reason == NotUTF8:
		return lang.Sprintf(lang.Text{EN: "the response is not valid UTF-8 and names no other charset (%s)", ZH: "响应不是有效的 UTF-8，也没有声明其他字符集（%s）"}, size)
	case e.Reason == NotText:
		return lang.Sprintf(lang.Text{EN: "the response is binary data (%s)", ZH: "响应是二进制数据（%s）"}, size)
	case e.Reason == TooLarge:
		return lang.Sprintf(lang.Text{EN: "the response is larger than %d MiB", ZH: "响应超过 %d MiB"}, e.Limit>>20)
	case e.Reason == TooManyValues:
		return lang.Sprintf(lang.Text{EN: "the response has more than %d JSON values", ZH: "响应中的 JSON 值超过 %d 个"}, e.Limit)
	case e.Form == Empty:
		return lang.Text{EN: "expected JSON, got an empty response", ZH: "应为 JSON，得到空响应"}
	case e.Type == "":
		return lang.Text{EN: "expected JSON, got HTML", ZH: "应为 JSON，得到 HTML"}
	}
	return lang.Sprintf(lang.Text{EN: "expected JSON, got %s", ZH: "应为 JSON，得到 %s"}, e.Type)
}
