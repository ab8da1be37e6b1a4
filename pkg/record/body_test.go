package record

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"ssoctl/pkg/lang"
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
		{"text/html", `{"a":1}`, body{kind: "json", text: "{\n  \"a\": 1\n}"}},
		{"", "  <!doctype html>", body{kind: "html", text: "<!doctype html>"}},
		{"application/json", "\xff\xfe", body{kind: "binary"}},
		{"image/png", "\x89PNG\x00", body{kind: "binary"}},
		{"text/plain", "plain\ntext\n", body{kind: "text", text: "plain\ntext"}},
		{"text/plain", "eyJub3.eyJqc29u.x", body{kind: "text", text: "eyJub3.eyJqc29u.x"}},
	} {
		if diff := cmp.Diff(test.want, bodyOf(test.media, test.data), cmp.AllowUnexported(body{})); diff != "" {
			t.Errorf("%s %q: %s", test.media, test.data, diff)
		}
	}
}

func TestLargeBodies(t *testing.T) {
	item := `{"name":"王小明"},`
	list := "[" + strings.Repeat(item, 3*mostShown/len(item)) + "0]"
	m := messageOf([]Field{{"Content-Type", "application/json"}}, []byte(list), false)
	if !strings.HasPrefix(m.body.text, "[\n  {\n    \"name\": \"王小明\"\n  },\n  {\n") || m.size != len(list) {
		t.Errorf("%s of %d: %.80s", m.body.kind, m.size, m.body.text)
	}
	// A text that is cut inside a character is still a text.
	text := strings.Repeat("王", mostShown)
	for cut := range 4 {
		m := messageOf(nil, []byte(" "+text[:len(text)-cut]), true)
		if m.body.kind != "text" || !strings.HasSuffix(m.body.text, "王") {
			t.Errorf("cut by %d bytes: kind %s", cut, m.body.kind)
		}
	}
}

func TestChinesePages(t *testing.T) {
	const page = `<html><head>%<title>错误：签名</title></head>`
	for _, test := range []struct{ media, declared string }{
		{"text/html; charset=gbk", ""},
		{`text/html;charset="GB2312"`, ""},
		{"text/html", `<meta charset="gb18030">`},
		{"text/html", `<meta http-equiv="Content-Type" content="text/html; charset=GBK">`},
		{"", `<?xml version="1.0" encoding="GB2312"?>`},
	} {
		want := strings.Replace(page, "%", test.declared, 1)
		data, err := simplifiedchinese.GBK.NewEncoder().String(want)
		if err != nil {
			t.Fatal(err)
		}
		m := messageOf([]Field{{"Content-Type", test.media}}, []byte(data), false)
		if diff := cmp.Diff(body{kind: "html", text: want, title: "错误：签名"}, m.body, cmp.AllowUnexported(body{})); diff != "" || m.raw != want || m.size != len(data) {
			t.Errorf("%+v: %d bytes, %s%s", test, m.size, m.raw, diff)
		}
		if note := m.note(lang.ZH, false); !strings.HasSuffix(note, " 字节，标题：错误：签名）") {
			t.Error(note)
		}
	}
	// A charset is not guessed, and a declared one does not apply to valid UTF-8.
	if got := UTF8("text/html", []byte("\xb4\xed")); string(got) != "\xb4\xed" {
		t.Errorf("%q", got)
	}
	if got := UTF8("text/html; charset=gbk", []byte("错误")); string(got) != "错误" {
		t.Errorf("%q", got)
	}
}

func TestNotes(t *testing.T) {
	for _, test := range []struct {
		m      message
		cut    bool
		en, zh string
	}{
		{message{size: 9, body: body{kind: "json"}}, false, "", ""},
		{message{size: 9, body: body{kind: "json"}}, true, "(9 bytes; truncated, --har keeps more)", "（9 字节；未全部显示，--har 保留更多）"},
		{message{size: 9, body: body{kind: "text"}, partial: true}, false, "(9 bytes; the rest was not read)", "（9 字节；其余未读取）"},
		{message{size: 9, body: body{kind: "text"}, partial: true}, true, "(9 bytes; the rest was not read; truncated, --har keeps more)", "（9 字节；其余未读取；未全部显示，--har 保留更多）"},
		{message{size: 9, body: body{kind: "html"}}, false, "(9 bytes of HTML)", "（HTML，9 字节）"},
		{message{size: 9, body: body{kind: "html", title: "x"}}, true, "(9 bytes of HTML, title: x; truncated, --har keeps more)", "（HTML，9 字节，标题：x；未全部显示，--har 保留更多）"},
		{message{size: 9, body: body{kind: "binary"}}, true, "(9 bytes of binary data)", "（9 字节，不是文本）"},
	} {
		if en, zh := test.m.note(lang.EN, test.cut), test.m.note(lang.ZH, test.cut); en != test.en || zh != test.zh {
			t.Errorf("%+v: %s %s", test, en, zh)
		}
	}
}
