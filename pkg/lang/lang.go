// Package lang is a sentence in English and in Chinese, and the choice between them.
package lang

import (
	"errors"
	"strings"
)

// Lang is a language that texts for people exist in.
type Lang string

// The languages.
const (
	EN Lang = "en"
	ZH Lang = "zh"
)

// Text is one sentence in both languages. An empty ZH falls back to EN.
type Text struct{ EN, ZH string }

// In returns the sentence in l.
func (t Text) In(l Lang) string {
	if l == ZH && t.ZH != "" {
		return t.ZH
	}
	return t.EN
}

// IsZero reports whether there is no sentence.
func (t Text) IsZero() bool { return t.EN == "" && t.ZH == "" }

// Of is an error in both languages, as far as it has Chinese: by a method Text, of its
// own or of what it wraps. Its Error is the English one.
func Of(err error) Text {
	t := Text{EN: err.Error()}
	var speaks interface{ Text() Text }
	if errors.As(err, &speaks) {
		t.ZH = speaks.Text().ZH
	}
	return t
}

// FromLocale returns the language of a POSIX locale such as zh_CN.UTF-8;
// everything but Chinese is English.
func FromLocale(locale string) Lang {
	if l := strings.ToLower(locale); l == "zh" || strings.HasPrefix(l, "zh_") || strings.HasPrefix(l, "zh-") || strings.HasPrefix(l, "zh.") {
		return ZH
	}
	return EN
}

// Join makes one text of several sentences, without those that are empty.
func Join(texts ...Text) Text {
	var en, zh []string
	for _, t := range texts {
		if !t.IsZero() {
			en, zh = append(en, t.EN), append(zh, t.In(ZH))
		}
	}
	return Text{EN: strings.Join(en, " "), ZH: strings.Join(zh, "")}
}
