package emulator

import (
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// joined returns texts as one line, separated by semicolons.
func joined(texts []lang.Text) lang.Text {
	var en, zh []string
	for _, t := range texts {
		en, zh = append(en, t.EN), append(zh, t.In(lang.ZH))
	}
	return lang.Text{EN: strings.Join(en, "; "), ZH: strings.Join(zh, "；")}
}

// plus concatenates texts.
func plus(texts ...lang.Text) (out lang.Text) {
	for _, t := range texts {
		out = lang.Text{EN: out.EN + t.EN, ZH: out.ZH + t.In(lang.ZH)}
	}
	return out
}

// about returns "member: problem".
func about(member, problem any) lang.Text {
	return lang.Sprintf(lang.Text{EN: "%v: %v", ZH: "%v：%v"}, member, problem)
}

// nothing is the word for an empty text.
var nothing = lang.Text{EN: "nothing", ZH: "空"}

// expectedGot returns "expected …, got …".
func expectedGot(expected, got lang.Text) lang.Text {
	return lang.Sprintf(lang.Text{EN: "expected %s, got %s", ZH: "应为%s，实际为%s"}, spaced(expected), spaced(got))
}

// spaced puts a space before a value in Chinese. The word for an empty value needs none.
func spaced(t lang.Text) lang.Text {
	if t != nothing {
		t.ZH = " " + t.In(lang.ZH)
	}
	return t
}

// difference says where two different texts first differ, without showing them.
func difference(expected, got string) lang.Text {
	a, b := []rune(expected), []rune(got)
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	switch {
	case n == len(b):
		return lang.Sprintf(lang.Text{EN: "it ends after %d of %s", ZH: "只有前 %d 个字符，应有 %s"}, n, characters(len(a)))
	case n == len(a):
		return lang.Sprintf(lang.Text{EN: "it continues after the expected %s", ZH: "应有的 %s之后还有内容"}, characters(n))
	}
	return lang.Sprintf(lang.Text{
		EN: "the first difference is at character %d (got %s, expected %d)",
		ZH: "从第 %d 个字符开始不同（实际 %s，应有 %d 个）",
	}, n+1, characters(len(b)), len(a))
}

// characters returns n with its unit.
func characters(n int) lang.Text { return lang.Amount(n, "character", "个字符") }

// orNothing returns the [printable.Value] of a text, or a word if the text is empty.
func orNothing(text string) lang.Text {
	if text == "" {
		return nothing
	}
	return lang.Text{EN: printable.Value(text)}
}

// inWords returns one side of a problem in both languages. shown is its English; zh is "" if
// shown is a value and not words.
func inWords(zh, shown string) lang.Text {
	if shown == "" {
		return nothing
	}
	return lang.Text{EN: shown, ZH: zh}
}
