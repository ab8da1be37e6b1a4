package terminal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/terminal"
)

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"one two three":          "one two\nthree",
		"one  two":               "one  two",
		"  ab cd efgh":           "  ab cd\nefgh",
		"a\nlonger than\nb":      "a\nlonger\nthan\nb",
		"see http://a-b/c?d&e-f": "see\nhttp://a-b/c?d&e-f",
		"see {\"http://a\":0}":   "see\n{\"http://\na\":0}",
		"abcdefghijk l":          "abcdefghi\njk l",
		"use --ca-cert F":        "use\n--ca-cert\nF",
		"请重新登录":                  "请重新登\n录",
		"请重新登，录":                 "请重新\n登，录",
		"请重新（登录）":                "请重新\n（登录）",
		"请用 -p x，或":              "请用 -p\nx，或",
		"打开http://a-b/。好":        "打开\nhttp://a-b/。\n好",
	} {
		if diff := cmp.Diff(want, terminal.Wrap(text, 9)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestBreak(t *testing.T) {
	for columns, want := range map[int]string{
		0:  "GET /a?b=1&c=2",
		4:  "GET /a?b=1&c=2",
		11: "GET /a?\n  b=1&c=2",
		16: "GET /a?b=1&\n  c=2",
		17: "GET /a?b=1&c=2", // one column stays free
	} {
		if diff := cmp.Diff(want, terminal.Break("GET /a?b=1&c=2", columns, 2, "&?")); diff != "" {
			t.Errorf("%d columns (-want +got):\n%s", columns, diff)
		}
	}
}
