// Package jwt reads an unverified JWT, and shows it to people and programs.
//
// [Read] reads a token, or says in a [*FormatError] where it is damaged. [View.Result] shows
// its header, its claims, its times in words, and whether it is verified.
package jwt

import (
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf8"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// MaxSize is the largest size of a token in bytes.
const MaxSize = 64 << 10

// Token is a JWT in the compact form: signed (RFC 7515 §7.1) or encrypted (RFC 7516 §7.1).
type Token struct {
	Text      string // without surrounding space, quotes and Bearer
	Header    map[string]any
	Claims    map[string]any // nil if the token is encrypted
	Signature string         // in base64url; "" if there is none
	Encrypted bool
}

// The numbers of parts of signed and encrypted tokens.
const signed, encrypted = 3, 5

var partNames = []lang.Text{{EN: "header", ZH: "头部"}, {EN: "claims", ZH: "声明"}, {EN: "signature", ZH: "签名"}}

// Read reads a token. It ignores space and quotes around the token, and Bearer before it, as
// in a header. The error is a [*FormatError].
func Read(text string) (Token, error) {
	text = trim(text)
	t := Token{Text: text}
	parts := strings.Split(text, ".")
	switch {
	case len(text) > MaxSize:
		return Token{}, &FormatError{Problem: lang.Sprintf(lang.Text{EN: "it is larger than %d KiB", ZH: "超过 %d KiB"}, MaxSize>>10)}
	case strings.HasPrefix(text, "{"):
		return Token{}, &FormatError{Problem: lang.Text{EN: "this is JSON", ZH: "这是 JSON"}, Advice: lang.Text{
			EN: "Give the token alone, such as with --jq .id_token",
			ZH: "请只给出令牌本身，例如用 --jq .id_token 取出。",
		}}
	case len(parts) == 1:
		return Token{}, &FormatError{Problem: lang.Sprintf(lang.Text{EN: "there is no dot in it (%s)", ZH: "其中没有点（%s）"}, lang.Amount(utf8.RuneCountInString(text), "character", "个字符")), Advice: opaque}
	case len(parts) != signed && len(parts) != encrypted:
		return Token{}, &FormatError{Problem: lang.Sprintf(lang.Text{
			EN: "it has %s: expected 3 with dots in between, or 5 if it is encrypted", ZH: "它有 %s，应为以点分隔的 3 段，加密的为 5 段",
		}, lang.Amount(len(parts), "part", "段")), Advice: whole}
	}
	t.Encrypted = len(parts) == encrypted
	decoded := make([][]byte, len(parts))
	offset := 0
	for i, part := range parts {
		var err error
		if decoded[i], err = decode(part); err != nil {
			return Token{}, badBase64(i, len(parts), offset, part)
		}
		offset += len(part) + 1
	}
	var err error
	if t.Header, err = object(decoded[0]); err != nil {
		return Token{}, badJSON(0, len(parts), decoded[0], err)
	}
	if t.Encrypted {
		return t, nil
	}
	if t.Claims, err = object(decoded[1]); err != nil {
		return Token{}, badJSON(1, len(parts), decoded[1], err)
	}
	t.Signature = parts[2]
	return t, nil
}

// trim removes quotes, and the rest of a header, around a copied token.
func trim(text string) string {
	text = strings.Trim(strings.TrimSpace(text), `"'`)
	if before, after, found := strings.Cut(text, " "); found && strings.EqualFold(strings.TrimPrefix(before, "Authorization:"), "Bearer") {
		return strings.TrimSpace(after)
	}
	if _, after, found := strings.Cut(text, "Authorization: Bearer "); found {
		return strings.TrimSpace(after)
	}
	return text
}

// decode decodes a part. It is as strict as the verification: the signature covers the text,
// so nothing in it may be changed unnoticed.
func decode(part string) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") { // the library would skip them
		return nil, base64.CorruptInputError(0)
	}
	return base64.RawURLEncoding.Strict().DecodeString(part)
}

// errNotObject means that a part is JSON, but not an object.
var errNotObject = errors.New("not an object")

func object(text []byte) (map[string]any, error) {
	decoded, err := exactjson.Decode(text)
	if err != nil {
		return nil, err
	}
	out, is := decoded.(map[string]any)
	if !is {
		return nil, errNotObject
	}
	return out, nil
}

// partName names a part for a person: "part 2 (claims)".
func partName(i, parts int) lang.Text {
	if parts == encrypted && i > 0 {
		return lang.Sprintf(lang.Text{EN: "part %d of an encrypted token", ZH: "加密令牌的第 %d 段"}, i+1)
	}
	return lang.Sprintf(lang.Text{EN: "part %[2]d (%[1]s)", ZH: "%s（第 %d 段）"}, partNames[i], i+1)
}

// badBase64 returns the error for a part that is not base64url. offset is where the part
// begins in the token.
func badBase64(i, parts, offset int, part string) error {
	e := &FormatError{Part: i + 1, Offset: offset + len(part), Advice: whole}
	in := strings.IndexFunc(part, notBase64URL)
	if in < 0 {
		size := lang.Amount(len(part), "character", "个字符")
		if size.EN += " are"; len(part) == 1 {
			size.EN = "1 character is"
		}
		e.Problem = lang.Sprintf(lang.Text{
			EN: "%s is cut off or changed: its %s not valid base64url", ZH: "%s不完整或被改动：其 %s不是有效的 base64url",
		}, partName(i, parts), size)
		return e
	}
	e.Offset = offset + in
	r, _ := utf8.DecodeRuneInString(part[in:])
	e.Problem = lang.Sprintf(lang.Text{
		EN: "%s is not base64url: %s at offset %d of the token", ZH: "%s不是 base64url：令牌偏移 %[3]d 处为 %[2]s",
	}, partName(i, parts), charName(r), e.Offset)
	return e
}

func notBase64URL(r rune) bool {
	return !(r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_')
}

// charName names a character that base64url does not have, which therefore is not part of a
// secret.
func charName(r rune) lang.Text {
	switch r {
	case ' ', '\t':
		return lang.Text{EN: "a space", ZH: "空格"}
	case '\n', '\r':
		return lang.Text{EN: "a line end", ZH: "换行"}
	case '=':
		return lang.Text{EN: "the padding =, which a JWT does not have,", ZH: "填充符 =（JWT 不应有）"}
	case '+', '/':
		return lang.Text{EN: "the " + string(r) + " of base64", ZH: "普通 base64 的 " + string(r)}
	}
	text := printable.Value(string(r))
	return lang.Text{EN: text, ZH: text}
}

// badJSON returns the error for a part that is base64url, but not a JSON object.
func badJSON(i, parts int, text []byte, err error) error {
	e := &FormatError{Part: i + 1, Advice: whole}
	name := partName(i, parts)
	switch syntax := syntaxOffset(err); {
	case errors.Is(err, errNotObject):
		e.Problem = lang.Sprintf(lang.Text{EN: "%s is JSON, but not an object", ZH: "%s是 JSON，但不是对象"}, name)
	case syntax > 0 && syntax <= int64(len(text)):
		e.Offset = int(syntax) - 1
		e.Problem = lang.Sprintf(lang.Text{EN: "%s is not valid JSON: error at offset %d of %s", ZH: "%s不是有效的 JSON：错误在偏移 %d 处，共 %s"}, name, e.Offset, lang.Amount(len(text), "byte", "字节"))
	default:
		e.Problem = lang.Sprintf(lang.Text{EN: "%s is not valid JSON: it is cut off, or text follows it (%s)", ZH: "%s不是有效的 JSON：提前结束，或结束后还有内容（%s）"}, name, lang.Amount(len(text), "byte", "字节"))
	}
	return e
}
