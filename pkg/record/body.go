package record

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/scrub"
)

// content is a body formatted for people.
type content struct {
	form   body.Form
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
	data = body.Body{Type: m.media, Data: data}.UTF8()
	m.body = contentOf(body.Body{Type: body.Media(m.media), Data: data}) // without the charset: data is already converted
	if m.body.form != body.Binary {
		m.raw = start(string(data), mostShown+margin)
	}
	return m
}

// mostShown is the maximum length of a body in any output, in bytes. The search for secrets
// covers margin more bytes, because it would not find a secret that is cut in half.
const mostShown, margin = 256 << 10, 16 << 10

// contentOf formats a body by its form. XML stays as it is.
func contentOf(b body.Body) content {
	form := b.Form()
	data, isText := b.Text()
	switch {
	case form == body.Empty:
		return content{}
	case !isText:
		return content{form: body.Binary}
	}
	text := strings.TrimSpace(string(data))
	shown := start(text, mostShown+margin)
	c := content{form: form, text: shown, claims: claims(shown)}
	switch {
	case form == body.Fields:
		c.text = lines(pairs(shown))
	case form == body.JSON:
		laidOut, _ := printable.Indent(text, mostShown+margin)
		c.text = readable(laidOut)
	case form == body.Page:
		c.form, c.title = body.Page, body.Title(shown)
	}
	return c
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
	case m.body.form == body.Binary:
		size, cut = textBinary, false
	case m.body.form == body.Page:
		size = textHTML
	case !cut && !m.partial:
		return ""
	}
	bytes := lang.Amount(m.size, "byte", "字节")
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

// responseText returns the body of the response in UTF-8; "" if there is no response.
func (x *Call) responseText() string {
	if x.Response == nil {
		return ""
	}
	return string(body.Of(x.Response.Header, x.Body).UTF8())
}

// withoutHalf removes an incomplete UTF-8 sequence from the end of data.
func withoutHalf(data []byte) []byte {
	for at := len(data) - 1; at >= 0 && len(data)-at < utf8.UTFMax; at-- {
		if utf8.RuneStart(data[at]) {
			if !utf8.FullRune(data[at:]) {
				return data[:at]
			}
			break
		}
	}
	return data
}
