// Package bom removes the byte order mark that programs of Windows write at the start of a text.
// A text in UTF-16, which PowerShell 5 writes, has such a mark too, and becomes UTF-8.
//
// [Decode] is for a text that has been read, [Reader] for one that is being read.
package bom

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	ofUTF8    = "\xef\xbb\xbf"
	ofUTF16LE = "\xff\xfe"
	ofUTF16BE = "\xfe\xff"
)

// Decode returns data in UTF-8 and without its mark. Data without one, and those that are not text
// in the encoding that the mark says, are returned as they are.
func Decode(data []byte) []byte {
	if rest, marked := bytes.CutPrefix(data, []byte(ofUTF8)); marked {
		return rest
	}
	if !IsUTF16(data) {
		return data
	}
	text, err := io.ReadAll(Reader(bytes.NewReader(data)))
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return data
	}
	return text
}

// IsUTF16 reports whether data begin with a mark of UTF-16.
func IsUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte(ofUTF16LE)) || bytes.HasPrefix(data, []byte(ofUTF16BE))
}

// Reader returns a reader of the text in UTF-8 and without its mark. It reads nothing yet.
func Reader(r io.Reader) io.Reader { return &reader{raw: bufio.NewReader(r)} }

type reader struct {
	raw  *bufio.Reader
	text io.Reader // nil before the first Read
}

func (r *reader) Read(b []byte) (int, error) {
	if r.text == nil {
		r.text = r.begin()
	}
	return r.text.Read(b)
}

// begin reads the mark. An error, such as the end of the text, comes again at the next Read.
func (r *reader) begin() io.Reader {
	head, _ := r.raw.Peek(len(ofUTF16LE))
	if IsUTF16(head) {
		return transform.NewReader(r.raw, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	}
	if bytes.HasPrefix([]byte(ofUTF8), head) { // so that a person's first key does not wait for a third
		if head, _ = r.raw.Peek(len(ofUTF8)); string(head) == ofUTF8 {
			_, _ = r.raw.Discard(len(ofUTF8))
		}
	}
	return r.raw
}
