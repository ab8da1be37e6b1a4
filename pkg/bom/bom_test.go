package bom_test

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"ssoctl/pkg/bom"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                 "",
		"a":                                "a",
		"a\ufeffb":                         "a\ufeffb",
		"\ufeff":                           "",
		"\ufeffkey = 中\r\n":                "key = 中\r\n",
		"\ufeff\ufeffa":                    "\ufeffa",
		"\xff\xfea\x00-N\r\x00\n\x00":      "a中\r\n",
		"\xfe\xff\x00aN-":                  "a中",
		"\xff\xfe":                         "",
		"\xff\xfe\x3d\xd8\x00\xde":         "😀",
		"\xff\xfea":                        "\xff\xfea",             // half a character
		"\xff\xfe\x00\xdea\x00":            "\xff\xfe\x00\xdea\x00", // half a pair
		"\xef\xbb":                         "\xef\xbb",
		"\xef\xbbx":                        "\xef\xbbx",
		strings.Repeat("a", 10_000) + "\n": strings.Repeat("a", 10_000) + "\n",
	} {
		if got := string(bom.Decode([]byte(in))); got != want {
			t.Errorf("%.20q: got %.20q, want %.20q", in, got, want)
		}
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "a": "a", "ab": "ab", "\xef": "\xef", "\xef\xbb": "\xef\xbb", "\ufeff": "", "\ufeffab": "ab",
		"\xff\xfea\x00\n\x00": "a\n", "\xfe\xff\x00a": "a",
	} {
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader, "last with its error": iotest.DataErrReader,
		} {
			if got, err := io.ReadAll(bom.Reader(wrap(strings.NewReader(in)))); string(got) != want || err != nil {
				t.Errorf("%q, %s: got %q, %v", in, name, got, err)
			}
		}
	}
	if got, err := io.ReadAll(bom.Reader(io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(io.ErrClosedPipe)))); string(got) != "ab" || err != io.ErrClosedPipe {
		t.Errorf("a broken pipe: got %q, %v", got, err)
	}
}
