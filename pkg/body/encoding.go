package body

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// encodingOf returns the encoding of a charset, as the WHATWG Encoding Standard has it: the
// charsets for several languages with their usual labels, the others by their names.
//
// The package htmlindex knows every label, but it and the tables of languages that it
// imports take 5 % of the time of a short command whenever one starts.
func encodingOf(charset string) (encoding.Encoding, bool) {
	switch charset = strings.ToLower(strings.TrimSpace(charset)); charset {
	case "utf-8", "utf8":
		return unicode.UTF8, true
	case "utf-16", "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), true
	case "gb18030":
		return simplifiedchinese.GB18030, true
	case "gbk", "x-gbk", "gb2312", "gb_2312", "gb_2312-80", "csgb2312", "chinese":
		return simplifiedchinese.GBK, true
	case "big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5":
		return traditionalchinese.Big5, true
	case "shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j":
		return japanese.ShiftJIS, true
	case "euc-jp", "x-euc-jp":
		return japanese.EUCJP, true
	case "iso-2022-jp":
		return japanese.ISO2022JP, true
	case "euc-kr", "korean", "ks_c_5601-1987", "ksc5601", "windows-949":
		return korean.EUCKR, true
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "us-ascii", "ascii":
		return charmap.Windows1252, true
	case "iso-8859-9", "iso8859-9", "iso_8859-9", "latin5":
		return charmap.Windows1254, true
	case "iso-8859-11", "tis-620":
		return charmap.Windows874, true
	case "ibm866", "cp866":
		return charmap.CodePage866, true
	case "x-mac-cyrillic":
		return charmap.MacintoshCyrillic, true
	}
	return singleByte(charset)
}

// singleByte returns the encoding with this name, such as iso-8859-2, windows-1251, cp1251 or
// koi8-r.
func singleByte(charset string) (encoding.Encoding, bool) {
	plain := strings.NewReplacer(" ", "", "-", "", "_", "", "cp125", "windows125")
	want := plain.Replace(strings.TrimPrefix(charset, "x-"))
	for _, e := range charmap.All {
		if plain.Replace(strings.ToLower(fmt.Sprint(e))) == want {
			return e, true
		}
	}
	return nil, false
}
