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
	"ssoctl/pkg/scrub"
)

// body is a body formatted for people.
type body struct {
	kind   string   // "", json, form, html, text or binary
	text   string   // formatted; "" if binary
	title  string   // of an HTML page
	claims []string // decoded signed tokens: see claims
}

// messageOf returns a request or a response. partial says that the body was longer than
// data.
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

// mostShown is the maximum length of a body in any output, in bytes. The search for secrets
// covers margin more bytes, because it would not find a secret that is cut in half.
const mostShown, margin = 256 << 10, 16 << 10

// bodyOf detects the kind of a body and formats it. Like the client, it recognises JSON
// under any media type, because many servers send it as text/html.
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
	textBinary  = lang.Text{EN: "%s of binary data", ZH: "%s，不是文本"}
	textHTML    = lang.Text{EN: "%s of HTML", ZH: "HTML，%s"}
	textTitle   = lang.Text{EN: ", title: ", ZH: "，标题："}
	textPartial = lang.Text{EN: "; the rest was not read", ZH: "；其余未读取"}
	textCut     = lang.Text{EN: "; truncated, --har keeps more", ZH: "；未全部显示，--har 保留更多"}
	textNote    = lang.Text{EN: "(%s)", ZH: "（%s）"}
)

// mostTitle is the maximum length of a title in the output, in characters.
const mostTitle = 200

// note returns a remark to show with a body: its size and title, and what is missing. It
// returns "" for a complete body that is neither HTML nor binary. cut says that the caller
// truncates the body.
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

// Title returns the title of an HTML page as one line, or "" if it has none.
func Title(text string) string {
	m := regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(html.UnescapeString(m[1])), " ")
}

// readable decodes needless \u escapes in JSON text: \u6388 becomes 授. It leaves escapes
// of ASCII and of invisible characters.
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

// claims returns the decoded header and claims of each signed token (RFC 7519) in text, as
// compact JSON. The token itself is masked, so this is the only place that shows them. The
// last element is "…" if there are more tokens.
func claims(text string) []string {
	const most = 20
	var out []string
	for _, token := range scrub.SignedTokens(text) {
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
