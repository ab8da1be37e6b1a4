package record

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"mime"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/secret"
)

// body is a body for people to read.
type body struct {
	kind   string   // "", json, form, html, text or binary
	text   string   // laid out; "" when it is binary
	title  string   // of HTML
	claims []string // what signed tokens in it say
}

// messageOf is what one side sent; partial of a body that went on where reading
// ended.
func messageOf(header []Field, data []byte, partial bool) message {
	m := message{header: header, size: len(data), partial: partial}
	for _, f := range header {
		if strings.EqualFold(f.Name, "Content-Type") {
			m.media = f.Value
		}
	}
	if partial {
		data = withoutHalf(data)
	}
	data = UTF8(m.media, data)
	m.body = bodyOf(m.media, string(data))
	if m.body.kind != "binary" {
		m.raw = start(string(data), mostShown+margin)
	}
	return m
}

// mostShown is how much of a body is ever shown, in bytes. The margin beyond it is
// searched for secrets as well: half of one would not be found.
const mostShown, margin = 256 << 10, 16 << 10

// bodyOf looks for JSON first, whatever the media type says: that is how a client
// reads it, and many a server sends it as text/html.
func bodyOf(media, text string) body {
	media, _, _ = mime.ParseMediaType(media)
	trimmed := strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	shown := start(trimmed, mostShown+margin)
	switch {
	case trimmed == "":
		return body{}
	case !utf8.ValidString(trimmed) || strings.Contains(trimmed, "\x00"):
		return body{kind: "binary"}
	case media == "application/x-www-form-urlencoded":
		return body{kind: "form", text: lines(pairs(shown)), claims: claims(shown)}
	}
	if json.Valid([]byte(trimmed)) {
		laidOut, _ := printable.Indent(trimmed, mostShown+margin)
		return body{kind: "json", text: readable(laidOut), claims: claims(shown)}
	}
	if media == "text/html" || strings.HasPrefix(trimmed, "<") {
		return body{kind: "html", text: shown, title: Title(shown), claims: claims(shown)}
	}
	return body{kind: "text", text: shown, claims: claims(shown)}
}

var (
	textBytes   = lang.Text{EN: "%s", ZH: "%s"}
	textBinary  = lang.Text{EN: "%s that are no text", ZH: "%s，不是文本"}
	textHTML    = lang.Text{EN: "HTML of %s", ZH: "HTML，%s"}
	textTitle   = lang.Text{EN: ", title: ", ZH: "，标题："}
	textPartial = lang.Text{EN: "; reading ended there", ZH: "；只读到这里"}
	textCut     = lang.Text{EN: "; not all is shown, --har keeps more", ZH: "；未全部显示，--har 保留更多"}
	textNote    = lang.Text{EN: "(%s)", ZH: "（%s）"}
)

// mostTitle is how much of a title is shown, in characters.
const mostTitle = 200

// note says what is to be known of a body beside what is shown of it, "" where
// nothing is; cut says that more of it is there.
func (m message) note(l lang.Lang, cut bool) string {
	size := textBytes
	switch {
	case m.body.kind == "binary":
		size, cut = textBinary, false
	case m.body.kind == "html":
		size = textHTML
	case !cut && !m.partial:
		return ""
	}
	bytes := lang.Text{EN: lang.Count(m.size, "byte"), ZH: fmt.Sprintf("%d 字节", m.size)}
	note := fmt.Sprintf(size.In(l), bytes.In(l))
	if m.body.title != "" {
		note += textTitle.In(l) + printable.Cut(m.body.title, mostTitle)
	}
	if m.partial {
		note += textPartial.In(l)
	}
	if cut {
		note += textCut.In(l)
	}
	return fmt.Sprintf(textNote.In(l), note)
}

func lines(list []Field) string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Name + "=" + f.Value
	}
	return strings.Join(out, "\n")
}

// Title is the title of an HTML page, in one line; "" where it has none.
func Title(text string) string {
	m := regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(html.UnescapeString(m[1])), " ")
}

// readable writes the letters of JSON text that are escaped though they need not
// be, such as \u6388, as they are.
func readable(text string) string {
	if !strings.Contains(text, `\u`) {
		return text
	}
	return regexp.MustCompile(`\\\\|(?:\\u[0-9a-fA-F]{4})+`).ReplaceAllStringFunc(text, func(run string) string {
		var units []uint16
		for escape := range strings.SplitSeq(run, `\u`) {
			if n, err := strconv.ParseUint(escape, 16, 16); err == nil {
				units = append(units, uint16(n))
			}
		}
		plain := string(utf16.Decode(units))
		if plain == "" || strings.ContainsFunc(plain, func(r rune) bool {
			return r < 0x80 || r == utf8.RuneError || !unicode.IsGraphic(r)
		}) {
			return run
		}
		return plain
	})
}

// claims are what the signed tokens (RFC 7519) of a text say: header and claims
// of each, as compact JSON. The token itself is a secret, what it says is what one
// wants to see. Where there are many tokens, "…" stands for those after the first ones.
func claims(text string) []string {
	const most = 20
	var out []string
	for _, token := range secret.SignedTokens(text) {
		if len(out) == most {
			return append(out, "…")
		}
		parts := strings.Split(token, ".")
		header, err := base64.RawURLEncoding.DecodeString(parts[0])
		said, err2 := base64.RawURLEncoding.DecodeString(parts[1])
		if err == nil && err2 == nil && json.Valid(header) && json.Valid(said) {
			out = append(out, string(header)+" "+string(said))
		}
	}
	return out
}
