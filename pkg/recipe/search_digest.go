package recipe

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// DigestError says that a text cannot be a digest of any supported hash. Length is in
// characters.
type DigestError struct{ Length int }

func (e *DigestError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *DigestError) Text() lang.Text {
	return lang.Text{
		EN: "not a signature (" + lang.Count(e.Length, "character") + "): sha256 has 64 in hex (all in one case), 43 or 44 in base64; sha1 has 40, 27 or 28; md5 has 32, 22 or 24",
		ZH: fmt.Sprintf("不是签名（%d 个字符）：sha256 为 64 个十六进制字符（大小写一致）或 43、44 个 base64 字符；sha1 为 40 或 27、28 个；md5 为 32 或 22、24 个", e.Length),
	}
}

// writing is a text encoding of a digest.
type writing struct {
	name  string // one of [Encodings], if a profile can express it
	words lang.Text
	read  func(string) ([]byte, error)
	write func([]byte) string
}

// writings returns the encodings seen in practice, those of [Encodings] first.
func writings() []writing {
	std, address := base64.StdEncoding, base64.URLEncoding
	encoder := func(name string) func([]byte) string {
		return func(sum []byte) string { return encode(sum, name) }
	}
	digits := func(text string) ([]byte, error) {
		inner, err := std.DecodeString(text)
		if err != nil {
			return nil, err
		}
		return hex.DecodeString(string(inner))
	}
	same := func(text string) lang.Text { return lang.Text{EN: text, ZH: text} }
	return []writing{
		{"hex", lang.Text{EN: "lower-case hex", ZH: "小写十六进制"}, hex.DecodeString, encoder("hex")},
		{"HEX", lang.Text{EN: "upper-case hex", ZH: "大写十六进制"}, hex.DecodeString, encoder("HEX")},
		{"base64", same("base64"), std.DecodeString, encoder("base64")},
		{"base64url", same("base64url"), base64.RawURLEncoding.DecodeString, encoder("base64url")},
		{"base64 without padding", lang.Text{EN: "base64 without padding", ZH: "不带 = 的 base64"}, base64.RawStdEncoding.DecodeString, base64.RawStdEncoding.EncodeToString},
		{"base64url with padding", lang.Text{EN: "base64url with padding", ZH: "带 = 的 base64url"}, address.DecodeString, address.EncodeToString},
		{"base64 of hex", lang.Text{EN: "base64 of its hex digits", ZH: "十六进制文本的 base64"}, digits, func(sum []byte) string { return std.EncodeToString([]byte(hex.EncodeToString(sum))) }},
	}
}

// sortedWritings returns all writings, with that of encoding first.
func sortedWritings(encoding string) []writing {
	all := writings()
	slices.SortStableFunc(all, func(a, b writing) int { return order(a.name == encoding, b.name == encoding) })
	return all
}

// target is a digest to look for, and the encoding in which it was given.
type target struct{ sum, encoding string }

// targets decodes a digest in every encoding that fits, trying the recipe's own first. The
// error is a [*DigestError].
func (m Make) targets(digest string) ([]target, error) {
	const md5Size, sha1Size, sha256Size, sha512Size = 16, 20, 32, 64
	var out []target
	for _, w := range sortedWritings(m.encoding()) {
		sum, err := w.read(digest)
		if err != nil || w.write(sum) != digest || !slices.Contains([]int{md5Size, sha1Size, sha256Size, sha512Size}, len(sum)) {
			continue
		}
		if !slices.ContainsFunc(out, func(t target) bool { return t.sum == string(sum) }) {
			out = append(out, target{string(sum), w.name})
		}
	}
	if len(out) == 0 {
		return nil, &DigestError{len([]rune(digest))}
	}
	return out, nil
}

// order sorts true before false.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func encodingWords(encoding, not string) lang.Text {
	words := map[string]lang.Text{}
	for _, w := range writings() {
		words[w.name] = w.words
	}
	a, b := words[encoding], words[not]
	return lang.Text{EN: "in " + a.EN + " instead of " + b.EN, ZH: "签名写成" + a.ZH + "，而不是" + b.ZH}
}

// phrase joins descriptions with commas.
func phrase(how []lang.Text) lang.Text {
	var en, zh []string
	for _, h := range how {
		en, zh = append(en, h.EN), append(zh, h.ZH)
	}
	return lang.Text{EN: strings.Join(en, ", "), ZH: strings.Join(zh, "，")}
}
