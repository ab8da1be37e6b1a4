package body

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Text returns the body as text in UTF-8, without a byte order mark. If isText is false, the
// body is binary, or in a charset that [Body.UTF8] does not convert.
func (b Body) Text() (text []byte, isText bool) {
	data := b.UTF8()
	return bytes.TrimPrefix(data, []byte("\ufeff")), !isBinary(data)
}

// UTF8 returns the body converted to UTF-8. The charset comes from the byte order mark, or
// else from the declaration. Without either, UTF8 tries UTF-8, then GB 18030 (which includes
// GB 2312 and GBK), because many Chinese servers do not declare it. It returns the data
// unchanged if they do not fit the charset.
func (b Body) UTF8() []byte {
	if b.isCompressed() {
		return b.Data
	}
	if b.hasUTF16Mark() {
		return b.converted(unicode.UTF16(unicode.BigEndian, unicode.UseBOM))
	}
	if b.isUTF8() {
		return b.Data
	}
	if declared, err := htmlindex.Get(b.charset()); err == nil {
		if text := b.converted(declared); utf8.Valid(text) {
			return text
		}
	}
	if utf8.Valid(b.Data) || b.declaresBinary() {
		return b.Data
	}
	return b.converted(simplifiedchinese.GB18030)
}

// Encode converts the data from UTF-8 to the charset that the body declares. A character that
// the charset lacks becomes a question mark. Encode returns the data unchanged if the charset
// is unknown.
func (b Body) Encode() []byte {
	declared, err := htmlindex.Get(b.charset())
	if err != nil {
		return b.Data
	}
	if out, err := declared.NewEncoder().Bytes(b.Data); err == nil {
		return out
	}
	var out bytes.Buffer
	for _, r := range string(b.Data) {
		text, err := declared.NewEncoder().String(string(r))
		if err != nil {
			text = "?"
		}
		out.WriteString(text)
	}
	return out.Bytes()
}

// Charset returns the charset in a Content-Type; "" if there is none.
func Charset(contentType string) string {
	_, params, _ := mime.ParseMediaType(contentType)
	return params["charset"]
}

// KnowsCharset reports whether [Body.UTF8] and [Body.Encode] know the charset.
func KnowsCharset(charset string) bool {
	_, err := htmlindex.Get(charset)
	return err == nil
}

// isUTF8 reports whether the data are in UTF-8. Valid UTF-8 counts as UTF-8 even if another
// charset is declared: recordings and terminals convert the text and keep the header, and
// text in another charset is rarely valid UTF-8. An exception is short text declared as GBK,
// whose pairs of bytes may be valid: 模 in GBK is ģ in UTF-8.
func (b Body) isUTF8() bool {
	if !utf8.Valid(b.Data) {
		return false
	}
	if !strings.HasPrefix(strings.ToLower(b.charset()), "gb") {
		return true
	}
	return bytes.ContainsFunc(b.Data, func(r rune) bool { return r > 0x7ff })
}

// converted converts the data from the given charset to UTF-8. It returns them unchanged if a
// byte does not fit the charset, or if the result is not text.
func (b Body) converted(from encoding.Encoding) []byte {
	text, err := from.NewDecoder().Bytes(b.Data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) || bytes.ContainsFunc(text, isControl) {
		return b.Data
	}
	return text
}

// isControl reports whether a character occurs only in binary data.
func isControl(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\f\r\x1b", r) }

// declaresBinary reports whether the media type is one of binary data.
func (b Body) declaresBinary() bool {
	kind, _, _ := strings.Cut(b.Media(), "/")
	return kind == "image" || kind == "audio" || kind == "video" || b.Media() == "application/octet-stream"
}

func (b Body) hasUTF16Mark() bool {
	return bytes.HasPrefix(b.Data, []byte("\xff\xfe")) || bytes.HasPrefix(b.Data, []byte("\xfe\xff"))
}

// charset returns the charset from the byte order mark, the Content-Type, or the declaration
// inside HTML or XML; "" if none of them names one.
func (b Body) charset() string {
	if b.hasUTF16Mark() {
		return "UTF-16"
	}
	if charset := Charset(b.Type); charset != "" {
		return charset
	}
	const declared = 1024 // bytes in which an HTML page must declare its charset
	head := b.Data[:min(len(b.Data), declared)]
	if bytes.IndexByte(head, '<') < 0 {
		return ""
	}
	if m := declaration().FindSubmatch(head); m != nil {
		return string(m[1])
	}
	return ""
}

// declaration matches the charset declared inside HTML or XML. It is compiled on first use,
// because most responses are JSON.
var declaration = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)<(?:meta|\?xml)\s[^>]*(?:charset|encoding)\s*=\s*["']?([\w-]+)`)
})
