package recipe

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// addressed returns the departures that replace an address among the values, such as the
// address of the page that a script runs in, with another form. once has those with one edit,
// twice those with two. No profile can express them.
func addressed(base layout) (once, twice []departure) {
	for _, p := range base.pieces {
		one, two := formsOfPage(p.text)
		once = append(once, replacedBy(p, one)...)
		twice = append(twice, replacedBy(p, two)...)
	}
	return once, twice
}

// replacedBy returns the departures that replace a part with other forms of its value. The
// words of a form follow the name of the part.
func replacedBy(p piece, forms []piece) []departure {
	var out []departure
	for _, form := range forms {
		form.part, form.beyond = p.part, true
		form.template = Template("‹" + string(p.part) + " " + form.words.EN + "›")
		form.words = lang.Text{EN: "with " + string(p.part) + " " + form.words.EN, ZH: string(p.part) + form.words.ZH}
		out = append(out, changed(func(pieces []piece) []piece {
			for i := range pieces {
				if pieces[i].template == p.template {
					form.name = pieces[i].name
					pieces[i] = form
				}
			}
			return pieces
		}))
	}
	return out
}

// formsOfPage returns the forms in which programs mistakenly sign an address, with one edit
// and with two, each text once. Their words follow the name of the address. It returns none
// if text is not an address.
func formsOfPage(text string) (once, twice []piece) {
	const maxLength = 8 << 10 // few servers accept a longer one
	p, ok := pageOf(text)
	if !ok || len(text) > maxLength {
		return nil, nil
	}
	edits := slices.Concat(partEdits(), parameterEdits(p), encodingEdits())
	seen := map[string]bool{text: true}
	for _, e := range edits {
		if form := e.change(text); !seen[form] {
			seen[form] = true
			once = append(once, piece{text: form, words: e.words})
		}
	}
	for i, first := range edits {
		form := first.change(text)
		for _, second := range edits[i+1:] {
			if again := second.change(form); !seen[again] {
				seen[again] = true
				words := lang.Text{EN: first.words.EN + " and " + second.words.EN, ZH: first.words.ZH + "，" + second.words.ZH}
				twice = append(twice, piece{text: again, words: words})
			}
		}
	}
	return once, twice
}

// page is an address in parts, so that changing one keeps the encoding of the others. Its
// text is the parts in this order.
type page struct {
	scheme string // with ://
	host   string // with the brackets of IPv6
	port   string // with the colon
	path   string
	query  string // with the question mark
}

func pageOf(text string) (page, bool) {
	var p page
	for _, scheme := range []string{"https://", "http://"} {
		if rest, ok := strings.CutPrefix(text, scheme); ok {
			p.scheme, text = scheme, rest
		}
	}
	if i := strings.IndexByte(text, '?'); i >= 0 {
		text, p.query = text[:i], text[i:]
	}
	if i := strings.IndexByte(text, '/'); i >= 0 {
		text, p.path = text[:i], text[i:]
	}
	if i := strings.LastIndexByte(text, ':'); i > strings.LastIndexByte(text, ']') {
		text, p.port = text[:i], text[i:]
	}
	p.host = text
	return p, p.scheme != "" && p.host != ""
}

func (p page) text() string { return p.scheme + p.host + p.port + p.path + p.query }

// pageEdit is one mistake. The words follow the name of the address.
type pageEdit struct {
	words  lang.Text
	change func(text string) string
}

// editPart returns an edit of one part of an address.
func editPart(en, zh string, change func(*page)) pageEdit {
	return pageEdit{lang.Text{EN: en, ZH: zh}, func(text string) string {
		p, ok := pageOf(text)
		if !ok {
			return text
		}
		change(&p)
		return p.text()
	}}
}

// editText returns an edit of a whole address.
func editText(en, zh string, change func(text string) string) pageEdit {
	return pageEdit{lang.Text{EN: en, ZH: zh}, change}
}

// partEdits are the edits that change a part, except for its encoding.
func partEdits() []pageEdit {
	return []pageEdit{
		editPart("as http", "用 http", func(p *page) { p.scheme = "http://" }),
		editPart("as https", "用 https", func(p *page) { p.scheme = "https://" }),
		editPart("without the port", "不带端口", func(p *page) { p.port = "" }),
		editPart("with the port :80", "带端口 :80", func(p *page) { p.port = ":80" }),
		editPart("with the port :443", "带端口 :443", func(p *page) { p.port = ":443" }),
		editPart("with its host in lower case", "域名用小写", func(p *page) { p.host = strings.ToLower(p.host) }),
		editPart("with / after the path", "路径末尾加 /", func(p *page) { p.path = strings.TrimSuffix(p.path, "/") + "/" }),
		editPart("without / after the path", "路径末尾去掉 /", func(p *page) { p.path = strings.TrimSuffix(p.path, "/") }),
		editPart("without its query", "去掉查询串", func(p *page) { p.query = "" }),
		editPart("without its path and query", "只取域名", func(p *page) { p.path, p.query = "", "" }),
		editPart("without its scheme and host", "只取路径和查询串", func(p *page) { *p = page{path: p.path, query: p.query} }),
		editText("with # at its end", "末尾带 #", func(text string) string { return text + "#" }),
		editText("with #/ at its end", "末尾带 #/", func(text string) string { return text + "#/" }),
		editText("without # and what follows it", "去掉 # 及其后的部分", func(text string) string {
			before, _, _ := strings.Cut(text, "#")
			return before
		}),
	}
}

// encodingEdits are the edits that change how an address is encoded.
func encodingEdits() []pageEdit {
	in := func(of, to string) func(string) string {
		return func(text string) string { return strings.ReplaceAll(text, of, to) }
	}
	codes := regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	return []pageEdit{
		editPart("with its path percent-encoded", "路径做了百分号编码", func(p *page) { p.path = asBrowsersEncode(p.path) }),
		editPart("with its query percent-encoded", "查询串做了百分号编码", func(p *page) { p.query = asBrowsersEncode(p.query) }),
		editText("with its path and query percent-encoded", "路径和查询串做了百分号编码", asBrowsersEncode),
		editPart("with its path percent-decoded", "路径做了百分号解码", func(p *page) { p.path = decodedPercent(p.path) }),
		editPart("with its query percent-decoded", "查询串做了百分号解码", func(p *page) { p.query = decodedPercent(p.query) }),
		editText("with its path and query percent-decoded", "路径和查询串做了百分号解码", decodedPercent),
		editPart("with %20 for + in its query", "查询串里 + 写成 %20", func(p *page) { p.query = in("+", "%20")(p.query) }),
		editPart("with + for a space in its query", "查询串里空格写成 +", func(p *page) { p.query = in(" ", "+")(in("%20", "+")(p.query)) }),
		editPart("with a space for + in its query", "查询串里 + 写成空格", func(p *page) { p.query = in("+", " ")(p.query) }),
		editText("with its percent-encoding in lower case", "百分号编码用小写", func(text string) string { return codes.ReplaceAllStringFunc(text, strings.ToLower) }),
		editText("with its percent-encoding in upper case", "百分号编码用大写", func(text string) string { return codes.ReplaceAllStringFunc(text, strings.ToUpper) }),
		editText("with &amp; for &", "把 & 写成 &amp;", in("&", "&amp;")),
		editText("percent-encoded as a whole", "整体做了百分号编码", componentEncoded),
		editText("percent-encoded as a whole, with + for a space", "整体做了百分号编码，空格写成 +", url.QueryEscape),
	}
}

// parameterEdits are the edits of the parameters in the query of an address.
func parameterEdits(address page) []pageEdit {
	const maxLeftOut = 20 // parameters that are left out one by one
	pairs := strings.Split(strings.TrimPrefix(address.query, "?"), "&")
	edit := func(en, zh string, change func([]string) []string) pageEdit {
		return editPart(en, zh, func(p *page) {
			if pairs := strings.Split(strings.TrimPrefix(p.query, "?"), "&"); len(pairs) > 1 {
				p.query = "?" + strings.Join(change(pairs), "&")
			}
		})
	}
	out := []pageEdit{
		edit("with its query sorted", "查询串按参数排序", func(pairs []string) []string { return slices.Sorted(slices.Values(pairs)) }),
		edit("with its query in reverse order", "查询串的参数倒序", func(pairs []string) []string { slices.Reverse(pairs); return pairs }),
	}
	for _, pair := range pairs[:min(len(pairs), maxLeftOut)] {
		name, _, _ := strings.Cut(pair, "=")
		out = append(out, edit("without "+name+" in its query", "查询串去掉 "+name, func(pairs []string) []string {
			return slices.DeleteFunc(pairs, func(p string) bool { return p == pair })
		}))
	}
	return out
}

// asBrowsersEncode percent-encodes as the address bar of a browser and encodeURI do. It keeps
// existing encodings.
func asBrowsersEncode(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// componentEncoded percent-encodes a text, as a component of an address.
func componentEncoded(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// decodedPercent returns the percent-decoded text, or the text itself if it cannot be decoded.
func decodedPercent(text string) string {
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}
