package printable_test

import (
	"strings"
	"testing"

	"ssoctl/pkg/printable"
)

func TestText(t *testing.T) {
	for s, want := range map[string]string{
		"":                    "",
		`plain \n "text" 'x'`: `plain \n "text" 'x'`,
		"张三　（测试）\u00a0é":      "张三　（测试）\u00a0é",
		"👩\u200d👩\u200d👧 ❤\ufe0f 🇨🇳 می\u200cخواهم":   "👩\u200d👩\u200d👧 ❤\ufe0f 🇨🇳 می\u200cخواهم",
		"\x00\a\b\t\n\v\f\r\x1b\x7f":                 `\x00\a\b\t\n\v\f\r\x1b\x7f`,
		"\x1b[31mred\x1b]0;t\a":                      `\x1b[31mred\x1b]0;t\a`,
		"\u0080\u009b\u009f":                         `\u0080\u009b\u009f`,
		"\u202a\u202e\u2066\u2069\u200e\u200f\u061c": `\u202a\u202e\u2066\u2069\u200e\u200f\u061c`,
		"\u2028\u2029\u200b\ufeff\u00ad\U000e0041":   `\u2028\u2029\u200b\ufeff\u00ad\U000e0041`,
		"a\xff\x9bz\xe4\xbd":                         `a\xff\x9bz\xe4\xbd`,
		"real \ufffd":                                "real \ufffd",
	} {
		if got := printable.Text(s); got != want {
			t.Errorf("Text(%q) = %s, want %s", s, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for s, want := range map[string]string{
		"":          "",
		"张三":        "张三",
		"张三四":       "张三…",
		"a\x1b[31m": `a\x1b…`, // one character, escaped
		"\xff\xff":  `\xff\xff`,
	} {
		if got := printable.Cut(s, 2); got != want {
			t.Errorf("Cut(%q) = %s, want %s", s, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	if got, want := printable.Lines("a\r\n\x1bb\n"), "a\\r\n\\x1bb\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestValue(t *testing.T) {
	long := strings.Repeat("é", 120)
	for in, want := range map[string]string{
		"": "", "a b": "a b", "é\n": `"é\n"`, "\xff": "\"\ufffd\"", "\u202e": `"\u202e"`, long: long, long + "é": long + "…",
	} {
		if got := printable.Value(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}
