package record

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
)

func TestBodies(t *testing.T) {
	for _, test := range []struct {
		media, data string
		want        content
	}{
		{"application/json", "", content{}},
		{"application/json", " \r\n", content{}},
		{"application/json", `{"id":9007199254740993,"f":1.50,"e":{}}`, content{form: body.JSON, text: "{\n  \"id\": 9007199254740993,\n  \"f\": 1.50,\n  \"e\": {}\n}"}},
		{"text/plain", "\ufeff" + `["a"]`, content{form: body.JSON, text: "[\n  \"a\"\n]"}},
		{"", `{"msg":"\u6388\u6743\u7801 \ud83d\ude00 \u0022\u001b\\u6388"}`, content{form: body.JSON, text: "{\n  \"msg\": \"授权码 😀 \\u0022\\u001b\\\\u6388\"\n}"}},
		{"application/json", `{"half":`, content{form: body.Text, text: `{"half":`}},
		{"application/x-www-form-urlencoded", "a=1&b=%E4%BD%A0+%26", content{form: body.Fields, text: "a=1\nb=你 &"}},
		{"text/html; charset=utf-8", "<html><TITLE lang=en>\n Sign &amp;  in </TITLE>", content{form: body.Page, text: "<html><TITLE lang=en>\n Sign &amp;  in </TITLE>", title: "Sign & in"}},
		{"text/html", `{"a":1}`, content{form: body.JSON, text: "{\n  \"a\": 1\n}"}},
		{"", "  <!doctype html>", content{form: body.Page, text: "<!doctype html>"}},
		{"application/json", "\xff\xfea", content{form: body.Binary}},
		{"text/html", "<html>\xb4\xed", content{form: body.Page, text: "<html>错"}},
		{"text/html", `callback( {"a":1} );`, content{form: body.Script, text: `callback( {"a":1} );`}},
		{"text/html", "Oops", content{form: body.Text, text: "Oops"}},
		{"image/png", "\x89PNG\x00", content{form: body.Binary}},
		{"text/plain", "plain\ntext\n", content{form: body.Text, text: "plain\ntext"}},
		{"text/plain", "eyJub3.eyJqc29u.x", content{form: body.Text, text: "eyJub3.eyJqc29u.x"}},
	} {
		if diff := cmp.Diff(test.want, contentOf(body.Body{Type: test.media, Data: []byte(test.data)}), cmp.AllowUnexported(content{})); diff != "" {
			t.Errorf("%s %q: %s", test.media, test.data, diff)
		}
	}
}

func TestLargeBodies(t *testing.T) {
	item := `{"name":"王小明"},`
	list := "[" + strings.Repeat(item, 3*mostShown/len(item)) + "0]"
	m := messageOf([]Field{{"Content-Type", "application/json"}}, []byte(list), false)
	if !strings.HasPrefix(m.body.text, "[\n  {\n    \"name\": \"王小明\"\n  },\n  {\n") || m.size != len(list) {
		t.Errorf("%s of %d: %.80s", m.body.form, m.size, m.body.text)
	}
	// A text that is cut inside a character is still a text.
	text := strings.Repeat("王", mostShown)
	for cut := range 4 {
		m := messageOf(nil, []byte(" "+text[:len(text)-cut]), true)
		if m.body.form != body.Text || !strings.HasSuffix(m.body.text, "王") {
			t.Errorf("cut by %d bytes: form %s", cut, m.body.form)
		}
	}
}

func TestChinesePage(t *testing.T) {
	const data, want = "<title>\xb4\xed\xce\xf3</title>", "<title>错误</title>"
	m := messageOf([]Field{{"Content-Type", "text/html; charset=gbk"}}, []byte(data), false)
	if diff := cmp.Diff(content{form: body.Page, text: want, title: "错误"}, m.body, cmp.AllowUnexported(content{})); diff != "" || m.raw != want || m.size != len(data) {
		t.Errorf("%d bytes, %s%s", m.size, m.raw, diff)
	}
	if note := m.note(lang.ZH, false); note != "（HTML，19 字节，标题：错误）" {
		t.Error(note)
	}
}

func TestNotes(t *testing.T) {
	for _, test := range []struct {
		m      message
		cut    bool
		en, zh string
	}{
		{message{size: 9, body: content{form: body.JSON}}, false, "", ""},
		{message{size: 9, body: content{form: body.JSON}}, true, "(9 bytes; truncated, --har keeps more)", "（9 字节；未全部显示，--har 保留更多）"},
		{message{size: 9, body: content{form: body.Text}, partial: true}, false, "(9 bytes; the rest was not read)", "（9 字节；其余未读取）"},
		{message{size: 9, body: content{form: body.Text}, partial: true}, true, "(9 bytes; the rest was not read; truncated, --har keeps more)", "（9 字节；其余未读取；未全部显示，--har 保留更多）"},
		{message{size: 9, body: content{form: body.Page}}, false, "(9 bytes of HTML)", "（HTML，9 字节）"},
		{message{size: 9, body: content{form: body.Page, title: "x"}}, true, "(9 bytes of HTML, title: x; truncated, --har keeps more)", "（HTML，9 字节，标题：x；未全部显示，--har 保留更多）"},
		{message{size: 9, body: content{form: body.Binary}}, true, "(9 bytes of binary data)", "（9 字节，不是文本）"},
	} {
		if en, zh := test.m.note(lang.EN, test.cut), test.m.note(lang.ZH, test.cut); en != test.en || zh != test.zh {
			t.Errorf("%+v: %s %s", test, en, zh)
		}
	}
}
