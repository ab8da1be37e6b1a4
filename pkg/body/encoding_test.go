package body

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/htmlindex"
)

// The encodings are those that browsers use.
func TestEncodingOf(t *testing.T) {
	const labels = `utf-8 UTF8 utf-16 utf-16le utf-16be gb18030 GBK x-gbk gb2312 GB_2312-80 big5 Big5-HKSCS shift_jis Shift-JIS sjis
		euc-jp iso-2022-jp euc-kr ks_c_5601-1987 iso-8859-1 ISO8859-1 latin1 us-ascii ascii iso-8859-2 iso8859-2 iso_8859-5 iso-8859-6
		iso-8859-7 iso-8859-8 iso-8859-8-i iso-8859-9 iso-8859-10 iso-8859-11 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r KOI8-U
		macintosh x-mac-cyrillic windows-874 windows-1250 windows-1251 Windows-1252 cp1252 x-cp1251 cp1253 windows-1254
		windows-1255 windows-1256 windows-1257 windows-1258 ibm866 cp866`
	for _, label := range strings.Fields(labels) {
		want, err := htmlindex.Get(label)
		if err != nil {
			t.Fatal(label, err)
		}
		if got, ok := encodingOf(label); !ok || got != want {
			t.Errorf("%s: %v, %v; want %v", label, got, ok, want)
		}
	}
	for _, label := range []string{"", "unheard-of", "x-", "cp", "utf-7", "replacement"} {
		if got, ok := encodingOf(label); ok {
			t.Errorf("%q: %v, want none", label, got)
		}
	}
}
