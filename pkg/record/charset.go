package record

import (
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// UTF8 converts a body to UTF-8 if its Content-Type (media) or the page itself declares
// GB 2312, GBK or GB 18030, as the error pages of Chinese gateways often do. Otherwise it
// returns data unchanged.
func UTF8(media string, data []byte) []byte {
	if utf8.Valid(data) || !saysGB(media, data) {
		return data
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data) // a superset of the others
	if err != nil {
		return data
	}
	return text
}

// responseText returns the body of the response in UTF-8; "" if there is no response.
func (x *Call) responseText() string {
	if x.Response == nil {
		return ""
	}
	return string(UTF8(x.Response.Header.Get("Content-Type"), x.Body))
}

func saysGB(media string, data []byte) bool {
	const declared = 1024 // bytes in which an HTML page must declare its charset
	head := string(data[:min(len(data), declared)])
	return regexp.MustCompile(`(?i);\s*charset\s*=\s*["']?gb`).MatchString(media) ||
		regexp.MustCompile(`(?i)<(?:meta|\?xml)\s[^>]*(?:charset|encoding)\s*=\s*["']?gb`).MatchString(head)
}

// withoutHalf removes an incomplete UTF-8 sequence from the end of data.
func withoutHalf(data []byte) []byte {
	for at := len(data) - 1; at >= 0 && len(data)-at < utf8.UTFMax; at-- {
		if utf8.RuneStart(data[at]) {
			if !utf8.FullRune(data[at:]) {
				return data[:at]
			}
			break
		}
	}
	return data
}
