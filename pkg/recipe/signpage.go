package recipe

import (
	"net/url"
	"strings"

	"ssoctl/pkg/lang"
)

// addressed returns the departures that replace an address among the values, such as that of
// the page that a script runs in, with another form of it. No profile can express them.
func addressed(base layout) []departure {
	var out []departure
	for _, p := range base.pieces {
		u, err := url.Parse(p.text)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			continue
		}
		for _, form := range formsOfAddress(u, p.text) {
			if form.text == p.text {
				continue
			}
			form.of, form.beyond = p.of, true
			form.template = Template("‹" + string(p.of) + " " + form.words.EN + "›")
			form.words = lang.Text{EN: "with " + string(p.of) + " " + form.words.EN, ZH: string(p.of) + form.words.ZH}
			out = append(out, changed(func(pieces []piece) []piece {
				for i := range pieces {
					if pieces[i].template == p.template {
						pieces[i] = form
					}
				}
				return pieces
			}))
		}
	}
	return out
}

// formsOfAddress returns the forms in which programs mistakenly sign an address. Their words
// follow its name.
func formsOfAddress(u *url.URL, text string) []piece {
	var out []piece
	add := func(text, en, zh string) { out = append(out, piece{text: text, words: lang.Text{EN: en, ZH: zh}}) }
	edit := func(en, zh string, change func(u *url.URL)) {
		edited := *u
		change(&edited)
		add(edited.String(), en, zh)
	}
	other, port := "https", ":80"
	if u.Scheme == other {
		other, port = "http", ":443"
	}
	edit("as "+other, "用 "+other, func(u *url.URL) { u.Scheme = other })
	edit("with the port "+port, "带端口 "+port, func(u *url.URL) { u.Host = u.Hostname() + port })
	edit("without the port", "不带端口", func(u *url.URL) { u.Host = u.Hostname() })
	before, _, _ := strings.Cut(text, "?")
	add(before, "without its query", "去掉查询串")
	edit("without its path and query", "只取域名", func(u *url.URL) { *u = url.URL{Scheme: u.Scheme, Host: u.Host} })
	edit("with / after the path", "路径末尾加 /", func(u *url.URL) { *u = *u.JoinPath("/") })
	edit("without / after the path", "路径末尾去掉 /", func(u *url.URL) {
		u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
	})
	add(text+"#", "with # at its end", "末尾带 #")
	add(text+"#/", "with #/ at its end", "末尾带 #/")
	add(strings.ReplaceAll(text, "&", "&amp;"), "with &amp; for &", "把 & 写成 &amp;")
	add(strings.ReplaceAll(url.QueryEscape(text), "+", "%20"), "percent-encoded", "做了百分号编码")
	if decoded, err := url.PathUnescape(text); err == nil {
		add(decoded, "percent-decoded", "做了百分号解码")
	}
	return out
}
