package body_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
)

// The expected values are what xmltodict.parse returns, with local names.
func TestXML(t *testing.T) {
	type object = map[string]any
	for text, want := range map[string]any{
		`<a/>`:                   object{"a": nil},
		`<a> x </a>`:             object{"a": "x"},
		`<a b="1"/>`:             object{"a": object{"@b": "1"}},
		`<a b="1">x</a>`:         object{"a": object{"@b": "1", "#text": "x"}},
		`<a><b>1</b></a>`:        object{"a": object{"b": "1"}},
		`<a><b>1</b><b/></a>`:    object{"a": object{"b": []any{"1", nil}}},
		`<a>x<b>1</b>y</a>`:      object{"a": object{"b": "1", "#text": "xy"}},
		`<a>&lt;&#25480;</a>`:    object{"a": "<授"},
		`<a><![CDATA[<b>]]></a>`: object{"a": "<b>"},
		`<c:a xmlns:c="urn:c" xmlns="urn:d"><c:b c:d="1">x</c:b></c:a>`:                             object{"a": object{"b": object{"@d": "1", "#text": "x"}}},
		"<?xml version=\"1.0\" encoding=\"GBK\"?>\n<!-- by us -->\n<a><!-- x -->错<!-- y -->误</a>\n": object{"a": "错误"},
		`<a><b><c/></b><b>2</b><b>3</b></a>`:                                                        object{"a": object{"b": []any{object{"c": nil}, "2", "3"}}},
	} {
		got, err := body.XML([]byte(text))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
	for _, text := range []string{
		"", "x", "<a>", "<a></b>", "<a/>x", "<a/><a/>", "<a/><b/>", "<br>", `<a>&nbsp;</a>`,
		`<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>`, `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`,
		strings.Repeat("<a>", body.MaxDepth+1) + strings.Repeat("</a>", body.MaxDepth+1),
	} {
		if got, err := body.XML([]byte(text)); err == nil {
			t.Errorf("%.60s is decoded as %v, want an error", text, got)
		}
	}
	for _, part := range []string{"<b/>", `<b a="1"/>`} {
		text := "<a>" + strings.Repeat(part, exactjson.MaxValues) + "</a>"
		if _, err := body.XML([]byte(text)); !errors.Is(err, exactjson.ErrTooMany) {
			t.Errorf("many %s: %v", part, err)
		}
	}
}
