package record

import (
	"regexp"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// UTF8 is a body in UTF-8, whose media type is that of Content-Type. A page of a
// Chinese gateway is often GBK, as that or the page itself says; GB 18030 has all
// of GBK and GB 2312. Any other body comes back as it is.
func UTF8(media string, data []byte) []byte {
	if utf8.Valid(data) || !saysGB(media, data) {
		return data
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return text
}

// answer is the body of the answer as text, as far as it is one.
func (x *Exchange) answer() string {
	if x.Response == nil {
		return ""
	}
	return string(UTF8(x.Response.Header.Get("Content-Type"), x.Body))
}

func saysGB(media string, data []byte) bool {
	const declared = 1024 // bytes, in which HTML has to say it
	head := string(data[:min(len(data), declared)])
	return regexp.MustCompile(`(?i);\s*charset\s*=\s*["']?gb`).MatchString(media) ||
		regexp.MustCompile(`(?i)<(?:meta|\?xml)\s[^>]*(?:charset|encoding)\s*=\s*["']?gb`).MatchString(head)
}

// withoutHalf is a text without the character that its end has cut in two.
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
