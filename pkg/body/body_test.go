package body_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
)

func TestForm(t *testing.T) {
	for _, test := range []struct {
		media, data string
		want        body.Form
	}{
		{"application/json", "", body.Empty},
		{"application/json", "\ufeff \r\n", body.Empty},
		{"text/html", ` {"a":1}`, body.JSON},
		{"text/plain", "\ufeff" + `["a"]`, body.JSON},
		{"application/json", `{"half":`, body.Text},
		{"Application/X-WWW-Form-Urlencoded; charset=utf-8", "a=1", body.Fields},
		{body.FormType, "1", body.Fields},
		{body.FormType, "[1", body.Fields},
		{body.FormType, `{"a":1}`, body.JSON},
		{body.FormType, "<html>", body.Page},
		{"", "a=1", body.Text},
		{"", "  <!DOCTYPE html>", body.Page},
		{"text/plain", "\ufeff<HTML lang=en>", body.Page},
		{"text/html; charset=utf-8", "<p>", body.Page},
		{"", "<html>\xb4\xed", body.Page},
		{"text/plain", "\xb4\xed", body.Text},
		{"text/plain", "caf\xe9 \xff", body.Binary},
		{"text/html", ` callback( {"a":1} );` + "\n", body.Script},
		{"", `/**/ $.cb_1([1])`, body.Script},
		{"", `error(404)`, body.Text},
		{"", `a b({})`, body.Text},
		{"", `cb({};`, body.Text},
		{"", `cb({}) x`, body.Text},
		{"text/html", "<?xml version='1.0'?>", body.Markup},
		{"", "<error/>", body.Markup},
		{"text/html", `<c:r xmlns:c="urn:c"/>`, body.Markup},
		{"text/xml", "<?xml version='1.0'?>\n<!DOCTYPE html>", body.Page},
		{"text/html", "502", body.JSON},
		{"text/html", "Bad Gateway", body.Text},
		{"image/png", "\x89PNG", body.Binary},
		{"text/plain", "a\x00b", body.Binary},
	} {
		if got := (body.Body{Type: test.media, Data: []byte(test.data)}).Form(); got != test.want {
			t.Errorf("%s %q: %q, want %q", test.media, test.data, got, test.want)
		}
	}
}

func TestChinesePages(t *testing.T) {
	for _, test := range []struct{ media, page string }{
		{"text/html; charset=gbk", "<html>错误"},
		{`text/html;charset="GB2312"`, "<html>错误"},
		{"text/html", `<meta charset="gb18030">错误`},
		{"text/html", `<meta http-equiv="Content-Type" content="text/html; charset=GBK">错误`},
		{"", `<?xml version="1.0" encoding="GB2312"?>错误`},
	} {
		data, err := simplifiedchinese.GBK.NewEncoder().String(test.page)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := (body.Body{Type: test.media, Data: []byte(data)}).Text(); string(got) != test.page || !ok {
			t.Errorf("%+v: %q, %t", test, got, ok)
		}
	}
}

func TestCharset(t *testing.T) {
	for _, test := range []struct{ contentType, encoding, data, want string }{
		{"text/html", "", "\xb4\xed", "错"}, // undeclared
		{"text/plain; charset=utf-8", "", "\xb4\xed", "错"},
		{"text/plain; charset=gbk", "", "\xc4\xa3", "模"},      // also valid UTF-8: ģ
		{"text/plain; charset=gbk", "", "错误", "错误"},           // a recording, converted before
		{"text/plain; charset=gbk", "", "\ufeffģ", "\ufeffģ"}, // the mark decides
		{"text/plain; charset=Big5", "", "\xa4\xa4", "中"},
		{"text/html", "", "<meta charset=big5>\xa4\xa4", "<meta charset=big5>中"},
		{"text/xml", "", `<?xml version="1.0" encoding="Big5"?>` + "\xa4\xa4", `<?xml version="1.0" encoding="Big5"?>中`},
		{"text/plain; charset=iso-8859-1", "", "caf\xe9", "café"},
		{"text/plain; charset=iso-8859-1", "", "café", "café"},
		{"text/plain; charset=gbk", "", "\xff", "\xff"},
		{"text/plain; charset=unheard-of", "", "\xff", "\xff"},
		{"", "", "\xff\xfea\x00", "a"},
		{"", "", "\xfe\xff\x00a", "a"},
		{"", "", "\xb4\xed\x00", "\xb4\xed\x00"},
		{"", "br", "\xb4\xed", "\xb4\xed"},
		{"image/png", "", "\xb4\xed", "\xb4\xed"},
	} {
		b := body.Body{Type: test.contentType, Encoding: test.encoding, Data: []byte(test.data)}
		if got := string(b.UTF8()); got != test.want {
			t.Errorf("%s %s %q: %q, want %q", test.contentType, test.encoding, test.data, got, test.want)
		}
	}
}

func TestUnreadable(t *testing.T) {
	const html = "text/html; charset=utf-8"
	for _, test := range []struct {
		body   body.Body
		want   *body.Error
		en, zh string
	}{
		{body.Body{Data: []byte("token")}, nil, "", ""},
		{body.Body{Type: body.FormType, Data: []byte("a=1")}, nil, "", ""},
		{body.Body{Encoding: "Identity", Data: []byte("token")}, nil, "", ""},
		{
			body.Body{Encoding: "br"},
			&body.Error{},
			"expected JSON, got an empty response", "应为 JSON，得到空响应",
		},
		{
			body.Body{Type: html, Encoding: "br", Data: []byte("<html>")},
			&body.Error{Form: body.Page, Type: html, Size: 6},
			"expected JSON, got text/html; charset=utf-8", "应为 JSON，得到 text/html; charset=utf-8",
		},
		{
			body.Body{Data: []byte("<html>\xb2\xbb")},
			&body.Error{Form: body.Page, Size: 8},
			"expected JSON, got HTML", "应为 JSON，得到 HTML",
		},
		{
			body.Body{Data: []byte("<html>\xff")},
			&body.Error{Reason: body.NotUTF8, Form: body.Page, Size: 7},
			"the response is not valid UTF-8 and names no other charset (7 bytes)", "响应不是有效的 UTF-8，也没有声明其他字符集（7 字节）",
		},
		{
			body.Body{Data: []byte("<error/>")},
			&body.Error{Form: body.Markup, Size: 8},
			"expected JSON, got HTML", "应为 JSON，得到 HTML",
		},
		{
			body.Body{Type: "text/html", Data: []byte("Bad Gateway")}, nil, "", "",
		},
		{
			body.Body{Encoding: "br", Data: []byte("token")},
			&body.Error{Reason: body.Compressed, Form: body.Text, Name: "br", Size: 5},
			"the response is compressed with br, which ssoctl does not ask for", "响应以 br 压缩，而 ssoctl 没有请求这种压缩",
		},
		{
			body.Body{Data: []byte("\x1f\x8b\x08")},
			&body.Error{Reason: body.GzipUndeclared, Form: body.Binary, Size: 3},
			"the response is compressed with gzip, but has no Content-Encoding: gzip", "响应以 gzip 压缩，却没有 Content-Encoding: gzip 响应头",
		},
		{
			body.Body{Type: "application/json; charset=gbk", Data: []byte("{\"a\":\"\xff\"}")},
			&body.Error{Reason: body.NotUTF8, Form: body.Binary, Type: "application/json; charset=gbk", Name: "gbk", Size: 9},
			"the response cannot be read as gbk", "无法按字符集 gbk 读取响应",
		},
		{
			body.Body{Data: []byte("\xff\xfea")},
			&body.Error{Reason: body.NotUTF8, Form: body.Binary, Name: "UTF-16", Size: 3},
			"the response cannot be read as UTF-16", "无法按字符集 UTF-16 读取响应",
		},
		{
			body.Body{Data: []byte("\xb2\xff")},
			&body.Error{Reason: body.NotUTF8, Form: body.Binary, Size: 2},
			"the response is not valid UTF-8 and names no other charset (2 bytes)", "响应不是有效的 UTF-8，也没有声明其他字符集（2 字节）",
		},
		{
			body.Body{Data: []byte("\x00")},
			&body.Error{Reason: body.NotText, Form: body.Binary, Size: 1},
			"the response is binary data (1 byte)", "响应是二进制数据（1 字节）",
		},
	} {
		got := test.body.Unreadable()
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v: %s", test.body, diff)
		}
		if got == nil {
			continue
		}
		if diff := cmp.Diff(lang.Text{EN: test.en, ZH: test.zh}, got.Text()); diff != "" {
			t.Errorf("%+v: %s", test.body, diff)
		}
	}
}

func TestPageText(t *testing.T) {
	for page, want := range map[string]string{
		"<html><TITLE lang=en>\n Sign &amp;  in </TITLE><p>now</p>": "Sign & in: now",
		"<title>502</title><h1>502</h1> <script>x()</script><p>Bad": "502: Bad",
		"<title>502</title>":    "502",
		"<p>Not&nbsp;found</p>": "Not found",
		"<br>":                  "<br>",
	} {
		if got := body.PageText(page); got != want {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
}

func TestDeclares(t *testing.T) {
	for contentType, want := range map[string]bool{
		"application/json":                 true,
		"Application/JSON; charset=UTF-8":  true,
		"application/json; charset=gbk":    false,
		"application/json; charset":        false,
		"text/html":                        false,
		"application/problem+json":         false,
		"":                                 false,
		"application/json; charset=utf-8;": true,
	} {
		if got := body.Declares(contentType, "application/json"); got != want {
			t.Errorf("%q: %t, want %t", contentType, got, want)
		}
	}
}

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{"": "", "a+b%2Fc": "a b/c", "%E4%B8%AD": "中", "100%": "100%", "%zz": "%zz"} {
		if got := body.Unescape(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
