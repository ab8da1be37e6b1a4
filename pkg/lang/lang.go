// Package lang holds texts in English and Chinese: a [Text] has both languages, and
// [Text.In] chooses one. [Of] returns the text of an error, [Sprintf] formats in both
// languages, and [Count] and [Span] write numbers and durations.
package lang

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Lang is a language of texts for users.
type Lang string

// The languages.
const (
	EN Lang = "en"
	ZH Lang = "zh"
)

// Text is a text in both languages. If ZH is empty, EN is used.
type Text struct{ EN, ZH string }

// In returns the text in the language l.
func (t Text) In(l Lang) string {
	if l == ZH && t.ZH != "" {
		return t.ZH
	}
	return t.EN
}

// IsZero reports whether the text is empty in both languages.
func (t Text) IsZero() bool { return t.EN == "" && t.ZH == "" }

// Of returns the text of an error. The English is err.Error(). The Chinese comes from the
// method Text() [Text] of err or of an error that it wraps; it is "" if none has one.
func Of(err error) Text {
	t := Text{EN: err.Error()}
	var speaks interface{ Text() Text }
	if errors.As(err, &speaks) {
		t.ZH = speaks.Text().ZH
	}
	return t
}

// FromLocale returns the language for a POSIX locale such as zh_CN.UTF-8: [ZH] for
// Chinese, [EN] for everything else.
func FromLocale(locale string) Lang {
	if l := strings.ToLower(locale); l == "zh" || strings.HasPrefix(l, "zh_") || strings.HasPrefix(l, "zh-") || strings.HasPrefix(l, "zh.") {
		return ZH
	}
	return EN
}

// Join joins the texts that are not empty, with a space in English. A text that does not
// end in punctuation, such as a command, gets a full stop if another follows.
func Join(texts ...Text) Text {
	var out Text
	for _, t := range texts {
		switch {
		case t.IsZero():
		case out.IsZero():
			out = Text{EN: t.EN, ZH: t.In(ZH)}
		default:
			out = out.Ended()
			out = Text{EN: out.EN + " " + t.EN, ZH: out.ZH + t.In(ZH)}
		}
	}
	return out
}

// Lines puts each text on a line, without a newline after the last.
func Lines(texts []Text) Text {
	en, zh := make([]string, len(texts)), make([]string, len(texts))
	for i, t := range texts {
		en[i], zh[i] = t.EN, t.In(ZH)
	}
	return Text{EN: strings.Join(en, "\n"), ZH: strings.Join(zh, "\n")}
}

// Ended returns the text with a full stop, unless it ends in punctuation.
func (t Text) Ended() Text {
	end := func(text, stop string) string {
		if last, _ := utf8.DecodeLastRuneInString(text); text == "" || strings.ContainsRune(".!?:;,。！？：；，、", last) {
			return text
		}
		return text + stop
	}
	return Text{EN: end(t.EN, "."), ZH: end(t.ZH, "。")}
}
