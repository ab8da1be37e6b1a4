package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBodies(t *testing.T) {
	for _, test := range []struct {
		media, data string
		want        body
	}{
		{"application/json", "", body{}},
		{"application/json", " \r\n", body{}},
		{"application/json", `{"id":9007199254740993,"f":1.50,"e":{}}`, body{kind: "json", text: "{\n  \"id\": 9007199254740993,\n  \"f\": 1.50,\n  \"e\": {}\n}"}},
		{"text/plain", "\ufeff" + `["a"]`, body{kind: "json", text: "[\n  \"a\"\n]"}},
		{"", `{"msg":"\u6388\u6743\u7801 \ud83d\ude00 \u0022\u001b\\u6388"}`, body{kind: "json", text: "{\n  \"msg\": \"授权码 😀 \\u0022\\u001b\\\\u6388\"\n}"}},
		{"application/json", `{"half":`, body{kind: "text", text: `{"half":`}},
		{"application/x-www-form-urlencoded", "a=1&b=%E4%BD%A0+%26", body{kind: "form", text: "a=1\nb=你 &"}},
		{"text/html; charset=utf-8", "<html><TITLE lang=en>\n Sign &amp;  in </TITLE>", body{kind: "html", text: "<html><TITLE lang=en>\n Sign &amp;  in </TITLE>", title: "Sign & in"}},
		{"", "  <!doctype html>", body{kind: "html", text: "<!doctype html>"}},
		{"application/json", "\xff\xfe", body{kind: "binary"}},
		{"image/png", "\x89PNG\x00", body{kind: "binary"}},
		{"text/plain", "plain\ntext\n", body{kind: "text", text: "plain\ntext"}},
		{"text/plain", "eyJub3.eyJqc29u.x", body{kind: "text", text: "eyJub3.eyJqc29u.x"}},
	} {
		if diff := cmp.Diff(test.want, bodyOf(test.media, []byte(test.data)), cmp.AllowUnexported(body{})); diff != "" {
			t.Errorf("%s %q: %s", test.media, test.data, diff)
		}
	}
}
