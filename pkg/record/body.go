package record

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html"
	"mime"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"ssoctl/pkg/secret"
)

// body is a body for people to read.
type body struct {
	kind   string   // "", json, form, html, text or binary
	text   string   // laid out; "" when it is binary
	title  string   // of HTML
	claims []string // what signed tokens in it say
}

func messageOf(header []Field, data []byte) message {
	m := message{header: header, size: len(data)}
	for _, f := range header {
		if strings.EqualFold(f.Name, "Content-Type") {
			m.media = f.Value
		}
	}
	data = data[:min(len(data), mostShown+margin)]
	m.body = bodyOf(m.media, data)
	if m.body.kind != "binary" {
		m.raw = string(data)
	}
	return m
}

// mostShown is how much of a body is ever shown, in bytes. The margin beyond it is
// searched for secrets as well: half of one would not be found.
const mostShown, margin = 256 << 10, 16 << 10

func bodyOf(media string, data []byte) body {
	text := strings.TrimPrefix(string(data), "\ufeff")
	media, _, _ = mime.ParseMediaType(media)
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
		return body{}
	case !utf8.ValidString(text) || strings.Contains(text, "\x00"):
		return body{kind: "binary"}
	case media == "application/x-www-form-urlencoded":
		return body{kind: "form", text: lines(pairs(text)), claims: claims(text)}
	case media == "text/html" || strings.HasPrefix(trimmed, "<"):
		return body{kind: "html", text: trimmed, title: titleOf(text)}
	}
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(trimmed), "", "  ") == nil {
		return body{kind: "json", text: readable(indented.String()), claims: claims(text)}
	}
	return body{kind: "text", text: trimmed, claims: claims(text)}
}

func lines(list []Field) string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Name + "=" + f.Value
	}
	return strings.Join(out, "\n")
}

func titleOf(text string) string {
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
// wants to see.
func claims(text string) []string {
	var out []string
	for _, token := range secret.SignedTokens(text) {
		parts := strings.Split(token, ".")
		header, err := base64.RawURLEncoding.DecodeString(parts[0])
		said, err2 := base64.RawURLEncoding.DecodeString(parts[1])
		if err == nil && err2 == nil && json.Valid(header) && json.Valid(said) {
			out = append(out, string(header)+" "+string(said))
		}
	}
	return out
}
