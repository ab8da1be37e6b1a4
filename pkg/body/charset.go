package body

import (
	"bytes"
	"mime"
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Text returns the body as text in UTF-8, without a byte order mark. If isText is false, the
// body is binary, or in a charset that [Body.UTF8] does not convert.
func (b Body) Text() (text []byte, isText bool) {
	data := b.UTF8()
	return bytes.TrimPrefix(data, []byte("\ufeff")), !isBinary(data)
}

// UTF8 returns the data of the body. It converts them to UTF-8 if the Content-Type or the
// page itself declares GB 2312, GBK or GB 18030, as the error pages of Chinese gateways
// often do.
func (b Body) UTF8() []byte {
	if utf8.Valid(b.Data) || !b.saysGB() {
		return b.Data
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b.Data) // a superset of the others
	if err != nil {
		return b.Data
	}
	return text
}

// saysGB reports whether the Content-Type or the page declares a GB charset.
func (b Body) saysGB() bool {
	const declared = 1024 // bytes in which an HTML page must declare its charset
	head := b.Data[:min(len(b.Data), declared)]
	return regexp.MustCompile(`(?i);\s*charset\s*=\s*["']?gb`).MatchString(b.Type) ||
		regexp.MustCompile(`(?i)<(?:meta|\?xml)\s[^>]*(?:charset|encoding)\s*=\s*["']?gb`).Match(head)
}

// charset returns the charset according to the byte order mark, the Content-Type or the
// page's own declaration; "" if none of them names one.
func (b Body) charset() string {
	if bytes.HasPrefix(b.Data, []byte("\xff\xfe")) || bytes.HasPrefix(b.Data, []byte("\xfe\xff")) {
		return "UTF-16"
	}
	_, params, _ := mime.ParseMediaType(b.Type)
	if params["charset"] != "" {
		return params["charset"]
	}
	if !utf8.Valid(b.Data) && b.saysGB() { // in the page
		return "GBK"
	}
	return ""
}
